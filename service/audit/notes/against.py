"""The database held against notes that were kept outside of it: a forged, cut or older one does not fit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.checkpoints import BOOKS, Book
from service.audit.faults import Fault, FaultKind
from service.audit.notes.folder import Filed
from service.audit.notes.keys import PublicKey
from service.audit.notes.note import NOTHING, Covered, Note
from service.audit.notes.signing import covered_by
from service.models import SignedCheckpoint

_OWN = SignedCheckpoint.__tablename__


def kept_in_database(session: Session, after: int = 0) -> Iterator[Filed]:
    """The notes of the database itself after the one of that number, whether or not they can be read."""
    query = select(SignedCheckpoint.serial, SignedCheckpoint.text).where(SignedCheckpoint.serial > after)
    for serial, text in session.execute(query.order_by(SignedCheckpoint.serial), execution_options={"yield_per": 500}):
        try:
            yield Filed(Note.parse(text), f"{_OWN}:{serial}")
        except (ValueError, TypeError):  # what a forger wrote
            yield Filed(None, f"{_OWN}:{serial}")


def note_faults(session: Session, filed: Iterable[Filed], keys: Sequence[PublicKey]) -> Iterator[Fault]:
    """The first note that is none of these keys' or does not follow, and for each book the first that does not fit.

    The database's own notes go on where those outside end. What comes after a bad note proves nothing; a gap is named,
    and what is signed after it is held against the database as well.
    """
    outside = sorted(filed, key=lambda one: one.note.number if one.note else -1)
    last = outside[-1].note if outside else None
    before: Note | None = None
    stands = {book: _checkpoints(session, book) for book in BOOKS}
    for one in (*outside, *kept_in_database(session, last.number if last else 0)):
        if before and one.note and one.note.text == before.text:  # the same note, collected twice
            continue
        if bad := _fault_of(one, before, keys):
            yield bad
            if not _is_after_a_gap(one, before, bad):
                return
        assert one.note  # noqa: S101 - else it was a fault
        for book in list(stands):
            if misfit := _misfit(one, before, book, stands[book]):
                yield misfit
                del stands[book]
        before = one.note


def _is_after_a_gap(one: Filed, before: Note | None, fault: Fault) -> bool:
    """Whether a note that does not follow is a good one all the same, and those between were not collected."""
    if fault.kind is not FaultKind.NOTE_ORDER or one.note is None or before is None:
        return False
    return one.note.number > before.number + 1


def _fault_of(one: Filed, before: Note | None, keys: Sequence[PublicKey]) -> Fault | None:
    note = one.note
    if note is None:
        return Fault(FaultKind.NOTE_UNREADABLE, place=one.place)
    known = {key.hint: key for key in keys}
    key = known.get(note.hint)
    if key is None:
        kind = FaultKind.NOTE_KEY
    elif not note.is_signed_by(key):
        kind = FaultKind.NOTE_SIGNATURE
    elif before and (note.number, note.previous) != (before.number + 1, before.hash):
        kind = FaultKind.NOTE_ORDER
    else:
        return None
    return Fault(kind, note=note.number, place=one.place, at=note.at, key=note.hint.hex())


def _misfit(one: Filed, before: Note | None, book: Book, stands: Mapping[int, Covered]) -> Fault | None:
    """Where the database says something else of a book than a note does."""
    assert one.note  # noqa: S101 - notes that cannot be read do not come here
    told, fitted = covered_by(one.note, book), covered_by(before, book) if before else NOTHING
    if told == NOTHING or stands.get(told.checkpoint) == told:
        return None
    return Fault(
        FaultKind.NOTE_DIFFERS if told.checkpoint in stands else FaultKind.NOTE_AHEAD,
        note=one.note.number,
        place=one.place,
        at=one.note.at,
        checkpoint=told.checkpoint,
        field=book.checkpoints.__tablename__,
        entries=(fitted.entries + 1, told.entries),
    )


def _checkpoints(session: Session, book: Book) -> Mapping[int, Covered]:
    """Every checkpoint as a note would say it, by serial."""
    made, entries, stands = book.checkpoints, 0, {}
    query = select(made.serial, made.events, made.hash).order_by(made.serial)
    for serial, covered, hash_ in session.execute(query):
        entries += covered
        stands[serial] = Covered(entries, serial, hash_)
    return stands
