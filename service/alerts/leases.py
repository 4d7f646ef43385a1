"""Deliveries under a lease: claimed, finished by the holder of the lease, retried, given up visibly."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from service.models import Delivery, Message
from service.store.leases import Lease, change, due, release, release_all, take

LEASE = timedelta(seconds=35)  # longer than a job, which is longer than the timeout of one mail
FIRST_RETRY = timedelta(seconds=15)
LAST_RETRY = timedelta(minutes=10)
ATTEMPTS = 24  # some three hours of a server that takes this one message never; then it is shown as given up
HOURLY = timedelta(hours=1)  # how often what was given up for a passing reason (a full mailbox) goes again
LAST_ATTEMPT = ATTEMPTS + 7 * 24  # after a week of hours nobody waits for it any more
# How long a channel that is down is let alone: half as long as it has been down, within these.
SHORTEST_REST, LONGEST_REST = timedelta(seconds=1), timedelta(seconds=20)
JITTER = 0.25
COUNTED = Delivery.attempts + case((Delivery.lease_token.is_(None), 1), else_=0)  # with this attempt
_dice = SystemRandom()


@dataclass(frozen=True, slots=True)
class LeasedDelivery(Lease):
    """One delivery that is ours until the lease runs out."""

    message_id: str
    channel: str


def is_any_due(session: Session, *, now: datetime, channels: Collection[str]) -> bool:
    """Whether `claim` would find anything: reads only."""
    waiting = select(Delivery.id).where(Delivery.next_attempt_at <= now, Delivery.channel.in_(channels))
    return session.scalar(waiting.limit(1)) is not None


def claim(session: Session, *, now: datetime, channels: Collection[str], limit: int) -> list[LeasedDelivery]:
    """Lease up to `limit` deliveries that are due, the longest waiting first; commit before sending.

    A holder that died counts as no attempt: the wait after the next failure is the mail server's doing, not ours.
    """
    columns = (Delivery.id, COUNTED.label("attempts"), Delivery.message_id, Delivery.channel)
    query = due(Delivery, *columns, now=now, limit=limit).where(Delivery.channel.in_(channels))
    rows = session.execute(query).all()
    token = take(session, Delivery, [row.id for row in rows], until=now + LEASE, attempts=COUNTED)
    return [LeasedDelivery(row.id, token, row.attempts, row.message_id, row.channel) for row in rows]


def sent(session: Session, leases: Sequence[Lease], *, now: datetime) -> set[str]:
    """Record that these were handed over; returns the ids of those whose lease still held."""
    values = {"next_attempt_at": None, "sent_at": now, "given_up_at": None, "last_error": None}
    return release_all(session, Delivery, leases, **values)


def failed(
    session: Session, lease: LeasedDelivery, error: str, *, now: datetime, permanent: bool, to: str | None
) -> bool:
    """Try again later; give up after a permanent failure of the address, or hourly after too many passing ones.

    False when the lease was lost.
    """
    if permanent or lease.attempts >= LAST_ATTEMPT:
        return release(session, Delivery, lease, next_attempt_at=None, failed_address=to, **_given_up(error, now))
    if lease.attempts >= ATTEMPTS:
        return release(session, Delivery, lease, next_attempt_at=now + _jittered(HOURLY), **_given_up(error, now))
    again_at = now + retry_after(lease.attempts)
    return release(session, Delivery, lease, next_attempt_at=again_at, last_error=error)


def withdrawn(session: Session, leases: Sequence[Lease], why: str) -> set[str]:
    """End deliveries whose address is gone, neither sent nor given up; returns the ids of those whose lease held."""
    return release_all(session, Delivery, leases, next_attempt_at=None, given_up_at=None, last_error=why)


def put_back(session: Session, leases: Sequence[Lease], *, now: datetime) -> None:
    """Free at once, without counting an attempt, what was not even tried."""
    release_all(session, Delivery, leases, next_attempt_at=now, attempts=Delivery.attempts - 1)


def rest(session: Session, channel: str, leases: Sequence[LeasedDelivery], error: str, *, now: datetime) -> None:
    """Leave everything of a channel that is down alone for a while, without counting an attempt."""
    down_for = now - _down_since(session, channel, [lease.message_id for lease in leases], now)
    until = now + _jittered(min(LONGEST_REST, max(SHORTEST_REST, down_for / 2)))
    uncounted = Delivery.attempts - 1
    release_all(session, Delivery, leases, next_attempt_at=until, attempts=uncounted, last_error=error)
    waiting = change(Delivery).where(Delivery.channel == channel, Delivery.next_attempt_at <= now)
    session.execute(waiting.values(next_attempt_at=until, last_error=error))


def _down_since(session: Session, channel: str, message_ids: Sequence[str], now: datetime) -> datetime:
    """Since when a channel has taken nothing, as far as messages show that were there to be sent."""
    last_sent = select(func.max(Delivery.sent_at)).where(Delivery.channel == channel).scalar_subquery()
    written = select(func.min(Message.created_at)).where(Message.id.in_(message_ids)).scalar_subquery()
    found = session.execute(select(last_sent, written)).one()
    return max((at for at in found if at), default=now)


def retry_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: twice as long each time, up to a limit, and never in step."""
    return _jittered(min(LAST_RETRY, FIRST_RETRY * 2 ** min(attempts - 1, 30)))


def _given_up(error: str, now: datetime) -> dict[str, Any]:
    """Given up since the first time: the hourly attempts do not change it."""
    return {"given_up_at": func.coalesce(Delivery.given_up_at, now), "last_error": error}


def _jittered(after: timedelta) -> timedelta:
    return after * _dice.uniform(1 - JITTER, 1 + JITTER)
