"""Rows of a queue that one worker holds for a while: taken, renewed, and given back by whoever holds the lease."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Update, select, update
from sqlalchemy.orm import Session

from service.models import Delivery, Document, new_id

Queue = type[Delivery] | type[Document]


@dataclass(frozen=True, slots=True)
class Lease:
    """One row that is ours until the lease runs out."""

    id: str
    token: str
    attempts: int  # with this one


def due(queue: Queue, *columns: Any, now: datetime, limit: int) -> Select[Any]:
    """Columns of up to `limit` due rows, the longest waiting first, locked; rows that others hold are skipped."""
    return (
        select(*columns)
        .where(queue.next_attempt_at <= now)
        .order_by(queue.next_attempt_at, queue.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=queue)
    )


def take(session: Session, queue: Queue, ids: Collection[str], *, until: datetime, **values: Any) -> str:
    """Lease rows that `due` has locked, and count the attempt unless `values` do; returns the token.

    Commit before the work begins. A lease is an attempt in the future: when its holder dies, the row is due again by
    itself.
    """
    token = new_id()
    values = {"attempts": queue.attempts + 1, **values}
    leased = change(queue).where(queue.id.in_(ids))
    session.execute(leased.values(lease_token=token, leased_until=until, next_attempt_at=until, **values))
    return token


def renew(session: Session, queue: Queue, lease: Lease, *, until: datetime, **values: Any) -> bool:
    """Hold a row for longer; false when the lease was lost."""
    return bool(_change_held(session, queue, [lease], leased_until=until, next_attempt_at=until, **values))


def release(session: Session, queue: Queue, lease: Lease, *, next_attempt_at: datetime | None, **values: Any) -> bool:
    """Give a row back, due again at `next_attempt_at` or never; false when the lease was lost."""
    return bool(release_all(session, queue, [lease], next_attempt_at=next_attempt_at, **values))


def release_all(
    session: Session, queue: Queue, leases: Sequence[Lease], *, next_attempt_at: datetime | None, **values: Any
) -> set[str]:
    """Give rows of one claim back in one statement; returns the ids of those whose lease still held."""
    values |= {"lease_token": None, "leased_until": None, "next_attempt_at": next_attempt_at}
    return _change_held(session, queue, leases, **values)


def change(queue: Queue) -> Update:
    """An update of a queue that leaves loaded rows alone."""
    return update(queue).execution_options(synchronize_session=False)


def _change_held(session: Session, queue: Queue, leases: Sequence[Lease], **values: Any) -> set[str]:
    ids, tokens = [lease.id for lease in leases], {lease.token for lease in leases}
    held = change(queue).where(queue.id.in_(ids), queue.lease_token.in_(tokens))
    return set(session.scalars(held.values(values).returning(queue.id)))
