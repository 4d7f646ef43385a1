"""Checkpoints: one hash over all events since the one before, which makes a cut tail or a rehashed chain visible.

A checkpoint's hash is the SHA-256 of these lines: the hash of the checkpoint before (empty for the first); for each
event covered its transaction, serial and hash; and a last line with instant, transaction, serial and number of events.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, Text, cast, func, select, true, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.chain import utc_text
from service.models import Checkpoint, Event

FETCH = 5000  # rows in memory at a time
CHECKPOINTS = Checkpoint.metadata.tables["checkpoints"]


class Link(NamedTuple):
    """One event as a checkpoint sees it."""

    transaction_id: int
    serial: int
    hash: str


def checkpoint(session: Session, *, now: datetime) -> Checkpoint | None:
    """Cover every event since the last checkpoint; none when there is none, or another was quicker.

    On PostgreSQL events of transactions that may still be open wait for the next one, with all that come after them.
    """
    last = _newest(session)
    digest, count, link = _digest(last, _stream(session, _events(last).where(_settled(session))))
    if link is None:
        return None
    made = Checkpoint(
        serial=last.serial + 1 if last else 1,
        at=now,
        transaction_id=link.transaction_id,
        event_serial=link.serial,
        events=count,
    )
    made.hash = _seal(digest, made)
    return made if _insert(session, made) else None


def unsealed_since(session: Session, *, settled: bool = True) -> datetime | None:
    """When the oldest event was recorded that no checkpoint covers, though the next one would.

    With `settled=False` also of those that wait for a transaction that is still open.
    """
    oldest = _events(_newest(session)).with_only_columns(Event.at).limit(1)
    return session.scalars(oldest.where(_settled(session)) if settled else oldest).first()


def verify_checkpoints(session: Session) -> Iterator[int]:
    """The serials of the checkpoints that do not hold, or are missing."""
    last, expected = None, 1
    for made in session.scalars(select(Checkpoint).order_by(Checkpoint.serial)).all():
        yield from range(expected, made.serial)
        digest, _, _ = _digest(last, _stream(session, _events(last, made)))
        if _seal(digest, made) != made.hash:
            yield made.serial
        last, expected = made, made.serial + 1


def _newest(session: Session) -> Checkpoint | None:
    return session.scalars(select(Checkpoint).order_by(Checkpoint.serial.desc()).limit(1)).first()


def _events(last: Checkpoint | None, until: Checkpoint | None = None) -> Select[int, int, str]:
    """The events after one checkpoint, up to another."""
    place = tuple_(Event.transaction_id, Event.serial)
    query = select(Event.transaction_id, Event.serial, Event.hash).order_by(Event.transaction_id, Event.serial)
    if last:
        query = query.where(place > tuple_(last.transaction_id, last.event_serial))
    if until:
        query = query.where(place <= tuple_(until.transaction_id, until.event_serial))
    return query


def _settled(session: Session) -> ColumnElement[bool]:
    """Only events of transactions before every open one: commit order is not the order of serials."""
    if session.get_bind().dialect.name != "postgresql":
        return true()
    return Event.transaction_id < cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)


def _stream(session: Session, query: Select[int, int, str]) -> Iterable[Link]:
    rows = session.execute(query, execution_options={"yield_per": FETCH})
    return (Link(transaction_id, serial, hash_) for transaction_id, serial, hash_ in rows)


def _digest(last: Checkpoint | None, links: Iterable[Link]) -> tuple["hashlib._Hash", int, Link | None]:
    """The hash so far, how many events went in, and the last of them."""
    digest, count, link = hashlib.sha256(f"{last.hash if last else ''}\n".encode()), 0, None
    for link in links:
        digest.update(f"{link.transaction_id} {link.serial} {link.hash}\n".encode())
        count += 1
    return digest, count, link


def _seal(digest: "hashlib._Hash", made: Checkpoint) -> str:
    """The finished hash: what the checkpoint says of itself is under it as well."""
    sealed = digest.copy()
    sealed.update(f"{utc_text(made.at)} {made.transaction_id} {made.event_serial} {made.events}\n".encode())
    return sealed.hexdigest()


def _insert(session: Session, made: Checkpoint) -> bool:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    values = {column.key: getattr(made, column.key) for column in CHECKPOINTS.columns}
    statement = dialect.insert(CHECKPOINTS).values(values).on_conflict_do_nothing()
    return session.scalar(statement.returning(CHECKPOINTS.c.serial)) is not None
