"""Checkpoints: one hash over all entries since the one before, which makes a cut tail or a rehashed chain visible.

Events of findings and the journal are two books, each with checkpoints of its own. A checkpoint's hash is the SHA-256
of these lines: the hash of the checkpoint before (empty for the first); for each entry covered its transaction, serial
and hash; and a last line with instant, transaction, serial and number of entries.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, Select, select, tuple_
from sqlalchemy.orm import Session

from service.models import Checkpoint, Covering, Event, JournalCheckpoint, JournalEntry
from service.records.hash_chain import utc_text
from service.store.bulk import insert_into
from service.store.db import before_open_transactions

FETCH = 5000  # rows in memory at a time


class Book(NamedTuple):
    """A book that only grows, and what its checkpoints are kept as."""

    entries: type[Event] | type[JournalEntry]
    checkpoints: type[Covering]


EVENTS, JOURNAL = Book(Event, Checkpoint), Book(JournalEntry, JournalCheckpoint)
BOOKS = (EVENTS, JOURNAL)


def checkpoint(session: Session, *, now: datetime, book: Book = EVENTS) -> Covering | None:
    """Cover every entry since the last checkpoint; none when there is none, or another was quicker.

    On PostgreSQL entries of transactions that may still be open wait for the next one, with all that come after them.
    """
    last = _newest(session, book)
    settled = before_open_transactions(session, book.entries.transaction_id)
    digest, count, newest = _digest(session, last, _entries(book, last).where(settled))
    if newest is None:
        return None
    made = book.checkpoints(
        serial=last.serial + 1 if last else 1,
        at=now,
        transaction_id=newest.transaction_id,
        event_serial=newest.serial,
        events=count,
    )
    made.hash = _seal(digest, made)
    return made if _insert(session, made) else None


def unsealed_since(session: Session, *books: Book, settled: bool = True) -> datetime | None:
    """When the oldest entry of these books, or of both, was recorded that no checkpoint covers, though the next would.

    With `settled=False` also of those that wait for a transaction that is still open.
    """
    since = []
    for book in books or BOOKS:
        oldest = _entries(book, _newest(session, book)).with_only_columns(book.entries.at).limit(1)
        if settled:
            oldest = oldest.where(before_open_transactions(session, book.entries.transaction_id))
        since.append(session.scalars(oldest).first())
    return min(filter(None, since), default=None)


def verify_checkpoints(session: Session, book: Book = EVENTS) -> Iterator[int]:
    """The serials of the checkpoints that do not hold, or are missing."""
    last, expected = None, 1
    for made in session.scalars(select(book.checkpoints).order_by(book.checkpoints.serial)).all():
        yield from range(expected, made.serial)
        digest, _, _ = _digest(session, last, _entries(book, last, made))
        if _seal(digest, made) != made.hash:
            yield made.serial
        last, expected = made, made.serial + 1


def _newest(session: Session, book: Book) -> Covering | None:
    return session.scalars(select(book.checkpoints).order_by(book.checkpoints.serial.desc()).limit(1)).first()


def _entries(book: Book, last: Covering | None, until: Covering | None = None) -> Select[int, int, str]:
    """The entries after one checkpoint, up to another."""
    entry = book.entries
    place = tuple_(entry.transaction_id, entry.serial)
    query = select(entry.transaction_id, entry.serial, entry.hash).order_by(entry.transaction_id, entry.serial)
    if last:
        query = query.where(place > tuple_(last.transaction_id, last.event_serial))
    if until:
        query = query.where(place <= tuple_(until.transaction_id, until.event_serial))
    return query


def _digest(
    session: Session, last: Covering | None, entries: Select[int, int, str]
) -> tuple["hashlib._Hash", int, Row[int, int, str] | None]:
    """The hash so far, how many entries went in, and the last of them."""
    digest, count, entry = hashlib.sha256(f"{last.hash if last else ''}\n".encode()), 0, None
    for entry in session.execute(entries, execution_options={"yield_per": FETCH}):
        digest.update(f"{entry.transaction_id} {entry.serial} {entry.hash}\n".encode())
        count += 1
    return digest, count, entry


def _seal(digest: "hashlib._Hash", made: Covering) -> str:
    """The finished hash: what the checkpoint says of itself is under it as well."""
    sealed = digest.copy()
    sealed.update(f"{utc_text(made.at)} {made.transaction_id} {made.event_serial} {made.events}\n".encode())
    return sealed.hexdigest()


def _insert(session: Session, made: Covering) -> bool:
    values = {column.key: getattr(made, column.key) for column in made.__table__.columns}
    statement = insert_into(session, type(made)).values(values).on_conflict_do_nothing()
    return session.scalar(statement.returning(type(made).serial)) is not None
