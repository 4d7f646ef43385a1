"""Deliveries on their way: claimed under a lease, finished by whoever holds it, retried, given up visibly."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

from sqlalchemy import Update, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session, joinedload

from service.models import Delivery, Message, new_id

LEASE = timedelta(seconds=60)  # longer than a job, which is longer than the timeout of one mail
FIRST_RETRY = timedelta(seconds=15)
LAST_RETRY = timedelta(minutes=10)
ATTEMPTS = 24  # some three hours of a server that takes this one message never
CHANNEL_REST = timedelta(seconds=20)  # how long a channel that is down is let alone
JITTER = 0.25
_dice = SystemRandom()


@dataclass(frozen=True, slots=True)
class Lease:
    """One delivery that is ours until the lease runs out."""

    delivery_id: str
    message_id: str
    channel: str
    attempts: int  # with this one
    token: str


def claim(session: Session, *, now: datetime, channels: Collection[str], limit: int) -> list[Lease]:
    """Lease up to `limit` deliveries that are due, the longest waiting first; commit before sending."""
    query = (
        select(Delivery.id, Delivery.message_id, Delivery.channel, Delivery.attempts)
        .where(Delivery.next_attempt_at <= now, Delivery.channel.in_(channels))
        .order_by(Delivery.next_attempt_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    token = new_id()
    leases = [Lease(id_, message, channel, done + 1, token) for id_, message, channel, done in session.execute(query)]
    # A lease is an attempt in the future: when its holder dies, the delivery is due again by itself.
    until = now + LEASE
    session.execute(
        _update()
        .where(Delivery.id.in_([lease.delivery_id for lease in leases]))
        .values(lease_token=token, leased_until=until, next_attempt_at=until, attempts=Delivery.attempts + 1)
    )
    return leases


def sent(session: Session, lease: Lease, *, now: datetime) -> bool:
    """It was handed over; false when the lease was lost."""
    return _finish(session, lease, sent_at=now, next_attempt_at=None, last_error=None)


def failed(session: Session, lease: Lease, error: str, *, now: datetime, permanent: bool) -> bool:
    """It was not; try again later, or give up after a permanent failure or the last attempt."""
    if permanent or lease.attempts >= ATTEMPTS:
        return _finish(session, lease, given_up_at=now, next_attempt_at=None, last_error=error)
    return _finish(session, lease, next_attempt_at=now + retry_after(lease.attempts), last_error=error)


def withdrawn(session: Session, lease: Lease, why: str) -> bool:
    """Nobody is to be reached any more: neither sent nor given up."""
    return _finish(session, lease, next_attempt_at=None, last_error=why)


def put_back(session: Session, leases: Sequence[Lease], *, now: datetime) -> None:
    """Not even tried: at once free for others, and no attempt counted."""
    _put_back(session, leases, now, None)


def rest(session: Session, channel: str, leases: Sequence[Lease], error: str, *, now: datetime) -> None:
    """The channel is down: nothing that waits for it counts an attempt, all of it is let alone for a while."""
    until = now + _jittered(CHANNEL_REST)
    _put_back(session, leases, until, error)
    session.execute(
        _update()
        .where(Delivery.channel == channel, Delivery.next_attempt_at <= now)
        .values(next_attempt_at=until, last_error=error)
    )


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


def _finish(session: Session, lease: Lease, **values: object) -> bool:
    result = session.execute(
        _update()
        .where(Delivery.id == lease.delivery_id, Delivery.lease_token == lease.token)
        .values(lease_token=None, leased_until=None, **values)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def _put_back(session: Session, leases: Sequence[Lease], until: datetime, error: str | None) -> None:
    for lease in leases:
        session.execute(
            _update()
            .where(Delivery.id == lease.delivery_id, Delivery.lease_token == lease.token)
            .values(
                lease_token=None,
                leased_until=None,
                next_attempt_at=until,
                attempts=Delivery.attempts - 1,
                last_error=error or Delivery.last_error,
            )
        )


def _update() -> Update:
    return update(Delivery).execution_options(synchronize_session=False)


def _jittered(after: timedelta) -> timedelta:
    return after * _dice.uniform(1 - JITTER, 1 + JITTER)
