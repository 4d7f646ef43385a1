"""Notes made and exported: the newest checkpoints signed, and every note added to the folder that lacks it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.checkpoints import BOOKS, Book, newest_checkpoint
from service.audit.notes.folder import append_notes, last_note
from service.audit.notes.keys import SigningKey
from service.audit.notes.note import NOTHING, Covered, Note, sign, write_note
from service.models import SignedCheckpoint
from service.store.bulk import insert_into

FETCH = 500  # notes in memory at a time


class Behind(Exception):
    """The folder has a note that the database has not: this is an older database, or another one."""

    def __init__(self, note: Note) -> None:
        super().__init__(f"note {note.number} of {note.at.isoformat()}")
        self.note = note


def sign_newest(session: Session, key: SigningKey, *, now: datetime) -> Note | None:
    """Sign what the newest checkpoints say; none when a note says it, or another process was quicker."""
    before = newest_note(session)
    newest = {book.name: _covered(session, book, before) for book in BOOKS}
    if newest == {book.name: covered_by(before, book) for book in BOOKS}:
        return None
    number = before.number + 1 if before else 1
    note = sign(write_note(number, now, newest, before), key)
    values = {"serial": number, "at": now, "key_id": key.public.id, "text": note.text}
    statement = insert_into(session, SignedCheckpoint).values(values).on_conflict_do_nothing()
    made = session.scalar(statement.returning(SignedCheckpoint.serial))
    return note if made is not None else None


def export(session: Session, folder: Path) -> int:
    """Append all notes that the folder lacks; how many. Raises `Behind` and OSError."""
    last = last_note(folder)
    if last:
        require_known(session, last)
    return append_notes(folder, notes_after(session, last.number if last else 0))


def require_known(session: Session, last: Note) -> None:
    """Raise `Behind` unless the database has the same note."""
    text = session.scalar(select(SignedCheckpoint.text).where(SignedCheckpoint.serial == last.number))
    if text != last.text:
        raise Behind(last)


def newest_note(session: Session) -> Note | None:
    """The newest note of the database."""
    query = select(SignedCheckpoint.text).order_by(SignedCheckpoint.serial.desc()).limit(1)
    text = session.scalar(query)
    return Note.parse(text) if text else None


def notes_after(session: Session, number: int) -> Iterator[Note]:
    """The notes of the database after that one; ValueError where one cannot be read."""
    query = select(SignedCheckpoint.text).where(SignedCheckpoint.serial > number).order_by(SignedCheckpoint.serial)
    yield from map(Note.parse, session.scalars(query, execution_options={"yield_per": FETCH}))


def unsigned_since(session: Session) -> datetime | None:
    """When the oldest checkpoint was made that no note covers; none when all are."""
    note, since = newest_note(session), []
    for book in BOOKS:
        made = book.checkpoints
        after = made.serial > covered_by(note, book).checkpoint
        since.append(session.scalar(select(made.at).where(after).order_by(made.serial).limit(1)))
    return min(filter(None, since), default=None)


def covered_by(note: Note | None, book: Book) -> Covered:
    """How far a note says that the checkpoints of a book reach."""
    covered: Covered = getattr(note, book.name) if note else NOTHING
    return covered


def _covered(session: Session, book: Book, before: Note | None) -> Covered:
    """How far a book's checkpoints reach, added up from the note before."""
    newest = newest_checkpoint(session, book)
    if newest is None:
        return NOTHING
    known = covered_by(before, book)
    added = select(func.coalesce(func.sum(book.checkpoints.events), 0))
    after = (book.checkpoints.serial > known.checkpoint) & (book.checkpoints.serial <= newest.serial)
    return Covered(known.entries + int(session.scalar(added.where(after)) or 0), newest.serial, newest.hash)
