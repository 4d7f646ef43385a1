"""Deliveries under a lease: claimed, finished by the holder of the lease, retried, given up visibly."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.models import Delivery, Message
from service.store.leases import Lease, change, due, release, take

LEASE = timedelta(seconds=60)  # longer than a job, which is longer than the timeout of one mail
FIRST_RETRY = timedelta(seconds=15)
LAST_RETRY = timedelta(minutes=10)
ATTEMPTS = 24  # some three hours of a server that takes this one message never
CHANNEL_REST = timedelta(seconds=20)  # how long a channel that is down is let alone
JITTER = 0.25
_dice = SystemRandom()


@dataclass(frozen=True, slots=True)
class LeasedDelivery(Lease):
    """One delivery that is ours until the lease runs out."""

    message_id: str
    channel: str


def claim(session: Session, *, now: datetime, channels: Collection[str], limit: int) -> list[LeasedDelivery]:
    """Lease up to `limit` deliveries that are due, the longest waiting first; commit before sending."""
    columns = (Delivery.id, Delivery.attempts, Delivery.message_id, Delivery.channel)
    query = due(Delivery, *columns, now=now, limit=limit).where(Delivery.channel.in_(channels))
    rows = session.execute(query).all()
    token = take(session, Delivery, [row.id for row in rows], until=now + LEASE)
    return [LeasedDelivery(row.id, token, row.attempts + 1, row.message_id, row.channel) for row in rows]


def sent(session: Session, lease: Lease, *, now: datetime) -> bool:
    """Record that it was handed over; false when the lease was lost."""
    return release(session, Delivery, lease, next_attempt_at=None, sent_at=now, last_error=None)


def failed(session: Session, lease: Lease, error: str, *, now: datetime, permanent: bool) -> bool:
    """Try again later, or give up after a permanent failure or the last attempt; false when the lease was lost."""
    if permanent or lease.attempts >= ATTEMPTS:
        return release(session, Delivery, lease, next_attempt_at=None, given_up_at=now, last_error=error)
    again_at = now + retry_after(lease.attempts)
    return release(session, Delivery, lease, next_attempt_at=again_at, last_error=error)


def withdrawn(session: Session, lease: Lease, why: str) -> bool:
    """End a delivery whose address is gone: neither sent nor given up; false when the lease was lost."""
    return release(session, Delivery, lease, next_attempt_at=None, last_error=why)


def put_back(session: Session, leases: Sequence[Lease], *, now: datetime) -> None:
    """Free at once, without counting an attempt, what was not even tried."""
    for lease in leases:
        release(session, Delivery, lease, next_attempt_at=now, attempts=Delivery.attempts - 1)


def rest(session: Session, channel: str, leases: Sequence[Lease], error: str, *, now: datetime) -> None:
    """Leave everything of a channel that is down alone for a while, without counting an attempt."""
    until = now + _jittered(CHANNEL_REST)
    for lease in leases:
        release(session, Delivery, lease, next_attempt_at=until, attempts=Delivery.attempts - 1, last_error=error)
    waiting = change(Delivery).where(Delivery.channel == channel, Delivery.next_attempt_at <= now)
    session.execute(waiting.values(next_attempt_at=until, last_error=error))


def retry_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: twice as long each time, up to a limit, and never in step."""
    return _jittered(min(LAST_RETRY, FIRST_RETRY * 2 ** min(attempts - 1, 30)))


def given_up(session: Session, *, since: datetime) -> Sequence[Delivery]:
    """Deliveries that were given up since then, with message and person, the newest first."""
    query = (
        select(Delivery)
        .where(Delivery.given_up_at >= since)
        .options(joinedload(Delivery.message).joinedload(Message.person))
        .order_by(Delivery.given_up_at.desc(), Delivery.id)
    )
    return session.scalars(query).all()


def _jittered(after: timedelta) -> timedelta:
    return after * _dice.uniform(1 - JITTER, 1 + JITTER)
