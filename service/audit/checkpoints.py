"""Checkpoints: one hash over all entries since the one before, which makes a cut tail or a rehashed chain visible.

Events of findings, the journal and the security log are three books, each with checkpoints of its own. A checkpoint's
hash is the SHA-256 of these lines: the hash of the checkpoint before (empty for the first); for each entry covered its
transaction, serial and hash; and a last line with instant, transaction, serial and number of entries.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, Select, select, tuple_
from sqlalchemy.orm import Session

from service.audit.chains import removed
from service.models import (
    Checkpoint,
    Covering,
    Event,
    JournalCheckpoint,
    JournalEntry,
    SecurityCheckpoint,
    SecurityEntry,
)
from service.store.bulk import insert_into
from service.store.db import before_open_transactions
from service.store.hash_chain import utc_text

FETCH = 5000  # rows in memory at a time
MOST = 500  # entries that wait for a checkpoint


class Book(NamedTuple):
    """A book that only grows, and what its checkpoints are kept as."""

    name: str  # in notes
    entries: type[Event] | type[JournalEntry] | type[SecurityEntry]
    checkpoints: type[Covering]


EVENTS, JOURNAL = Book("events", Event, Checkpoint), Book("journal", JournalEntry, JournalCheckpoint)
SECURITY = Book("security", SecurityEntry, SecurityCheckpoint)
BOOKS = (EVENTS, JOURNAL, SECURITY)


def checkpoint(session: Session, *, now: datetime, book: Book = EVENTS) -> Covering | None:
    """Cover every entry since the last checkpoint; none when there is none, or another was quicker.

    On PostgreSQL entries of transactions that may still be open wait for the next one, with all that come after them.
    """
    last = newest_checkpoint(session, book)
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
    """When the oldest entry of these books, or of all, was recorded that no checkpoint covers, though the next would.

    With `settled=False` also of those that wait for a transaction that is still open.
    """
    since = []
    for book in books or BOOKS:
        oldest = _entries(book, newest_checkpoint(session, book)).with_only_columns(book.entries.at).limit(1)
        if settled:
            oldest = oldest.where(before_open_transactions(session, book.entries.transaction_id))
        since.append(session.scalars(oldest).first())
    return min(filter(None, since), default=None)


def full_since(session: Session, book: Book) -> datetime | None:
    """When so many entries without a checkpoint had been recorded that the next one waits no longer."""
    entries = _entries(book, newest_checkpoint(session, book)).with_only_columns(book.entries.at)
    settled = before_open_transactions(session, book.entries.transaction_id)
    return session.scalars(entries.where(settled).offset(MOST - 1).limit(1)).first()


def newest_checkpoint(session: Session, book: Book) -> Covering | None:
    """The last checkpoint of a book."""
    return session.scalars(select(book.checkpoints).order_by(book.checkpoints.serial.desc()).limit(1)).first()


def verify_checkpoints(
    session: Session, book: Book = EVENTS, after: int = 0, until: int | None = None
) -> Iterator[int]:
    """The serials of the checkpoints that do not hold, or are missing; of all, or of a part of them.

    Of what was removed in due form the checkpoints stay, and the last has the hash that the removal names.
    """
    gone = removed(session) if book is SECURITY else None
    if gone and after < gone.checkpoint:
        kept = set(session.scalars(select(book.checkpoints.serial).where(book.checkpoints.serial <= gone.checkpoint)))
        yield from (serial for serial in range(1, gone.checkpoint + 1) if serial not in kept)
        last = session.get(book.checkpoints, gone.checkpoint)
        if last and last.hash != gone.checkpoint_hash:
            yield gone.checkpoint
        after = gone.checkpoint
    last, expected = session.get(book.checkpoints, after), after + 1
    part = select(book.checkpoints).where(book.checkpoints.serial > after)
    part = part.where(book.checkpoints.serial <= until) if until is not None else part
    for made in session.scalars(part.order_by(book.checkpoints.serial)).all():
        yield from range(expected, made.serial)
        digest, _, _ = _digest(session, last, _entries(book, last, made))
        if _seal(digest, made) != made.hash:
            yield made.serial
        last, expected = made, made.serial + 1


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
