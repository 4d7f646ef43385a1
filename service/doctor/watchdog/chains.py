"""The record looked at again and again: what is new each time, everything in slices over a day, and what was broken."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, sessionmaker

from service.audit.chains import event_faults, journal_faults, security_faults
from service.audit.checkpoints import BOOKS, verify_checkpoints
from service.audit.faults import Fault
from service.models import Event, Finding, JournalEntry, SecurityEntry
from service.store.watch_notes import CHAINS, read_note, write_note

LOOKS_A_DAY = 24 * 60
LEAST, MOST = 20, 500  # chains in a slice
MOST_NEW = 500  # new entries in one look; the next one goes on after them, so that none goes unseen
OVERLAP = 500  # entries: transactions commit in another order than they number
MOST_BROKEN = 50  # that are remembered; there may be more

Note = dict[str, Any]


def look_at_chains(sessions: sessionmaker[Session], readers: sessionmaker[Session], *, now: datetime) -> list[str]:
    """Verify what is new and the next slice of the rest; returns the names of all that is broken by now."""
    with readers.begin() as session:
        last = read_note(session, CHAINS)
        note: Note = dict(last.note) if last else {}
        findings = _chosen(session, note, "findings", Event.finding_id, Event.serial, Finding.id)
        subjects = _chosen(session, note, "subjects", JournalEntry.subject_id, JournalEntry.serial)
        faults = [*event_faults(session, findings), *journal_faults(session, subjects)]
        broken_findings = [fault.finding_id for fault in faults if fault.finding_id][:MOST_BROKEN]
        broken_subjects = [fault.subject_id for fault in faults if fault.subject_id][:MOST_BROKEN]
        note |= {"broken_findings": broken_findings, "broken_subjects": broken_subjects}
        note["broken"] = [*_names(faults), *_broken_log(session, note), *_broken_checkpoints(session, note)]
    with sessions.begin() as session:
        write_note(session, CHAINS, note, now=now)
    return list(note["broken"])


def _chosen(
    session: Session,
    note: Note,
    name: str,
    owner: InstrumentedAttribute[str],
    serial: InstrumentedAttribute[int],
    all_owners: InstrumentedAttribute[str] | None = None,
) -> list[str]:
    """The ids of chains to verify: those broken before, those with new entries, and the next slice of all."""
    newest = session.scalar(select(func.max(serial))) or 0
    seen = note.get(f"{name}_serial", newest)
    until = min(newest, seen + MOST_NEW)
    new = session.scalars(select(owner).where(serial > seen - OVERLAP, serial <= until).distinct()).all()
    note[f"{name}_serial"] = until
    owners = all_owners if all_owners is not None else owner
    of_all = session.scalar(select(func.count(owners.distinct()))) or 0
    size = min(MOST, max(LEAST, -(-of_all // LOOKS_A_DAY)))
    slice_ = _slice(session, owners, note.get(f"{name}_after"), size)
    note[f"{name}_after"] = slice_[-1] if len(slice_) == size else None
    return list(dict.fromkeys([*note.get(f"broken_{name}", []), *new, *slice_]))


def _slice(session: Session, owners: InstrumentedAttribute[str], after: str | None, size: int) -> Sequence[str]:
    begun: Sequence[ColumnElement[bool]] = [owners > after] if after else []
    return session.scalars(select(owners).where(*begun).distinct().order_by(owners).limit(size)).all()


def _broken_checkpoints(session: Session, note: Note) -> Iterator[str]:
    """Those of the next slice of each book, and those that did not hold before."""
    for book in BOOKS:
        name = book.checkpoints.__tablename__
        newest = session.scalar(select(func.max(book.checkpoints.serial))) or 0
        size = max(LEAST, -(-newest // LOOKS_A_DAY))
        after = note.get(f"{name}_after", 0)
        before = note.get(f"broken_{name}", [])
        slices = [(after, after + size), (max(0, newest - LEAST), newest), *((one - 1, one) for one in before)]
        broken = sorted({serial for begin, end in slices for serial in verify_checkpoints(session, book, begin, end)})
        note[f"{name}_after"] = after + size if after + size < newest else 0
        note[f"broken_{name}"] = broken[:MOST_BROKEN]
        yield from (f"{name} {serial}" for serial in broken)


def _broken_log(session: Session, note: Note) -> Iterator[str]:
    """The first break among the newest entries of the security log, in its next slice, and where one was before."""
    newest = session.scalar(select(func.max(SecurityEntry.position))) or 0
    oldest = session.scalar(select(func.min(SecurityEntry.position))) or 1
    size = max(LEAST, -(-(newest - oldest) // LOOKS_A_DAY))
    after = max(note.get("log_after", 0), oldest - 1)
    places = [(after, after + size), (max(oldest - 1, newest - MOST_NEW), newest)]
    places += [(one - 1, one) for one in note.get("broken_log", [])]
    faults = [fault for begin, end in places for fault in security_faults(session, begin, end)]
    note["log_after"] = after + size if after + size < newest else 0
    note["broken_log"] = sorted({fault.position for fault in faults if fault.position})
    yield from (f"security_log {position}" for position in note["broken_log"])


def _names(faults: Iterable[Fault]) -> list[str]:
    return [fault.number or fault.finding_id or f"journal {fault.subject_id}" for fault in faults][:MOST_BROKEN]
