"""What was found when the record was verified last: by the watchdog slice by slice, and by a command as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.checkpoints import BOOKS, Book, newest_checkpoint
from service.models import SecurityEntry
from service.store.watch_notes import CHAINS, read_note
from workflows.security import SecurityKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredBook:
    """How far one of the books is under checkpoints; None where it has none yet."""

    book: str
    checkpoint: int | None
    covered_at: datetime | None
    hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditResults:
    """Whether the record holds, as far as it was looked at; None for what was never done."""

    holds: bool | None
    watched_at: datetime | None  # when the watchdog looked last: all that is new, and a part of the rest
    broken: Sequence[str]  # what does not hold by the watchdog: findings' numbers, subjects, checkpoints, positions
    verified_at: datetime | None  # when everything was verified last, by `duban audit verify`
    faults: int | None  # in how many places it did not hold then
    books: Sequence[CoveredBook]


def audit_results(session: Session) -> AuditResults:
    """What the watchdog and the last verification found, and how far checkpoints go."""
    note = read_note(session, CHAINS)
    broken: list[str] = note.note.get("broken", []) if note else []
    verified = _last_verification(session)
    faults = verified.data.get("faults") if verified else None
    looked = [not found for found in (broken if note else None, faults) if found is not None]
    return AuditResults(
        holds=all(looked) if looked else None,
        watched_at=note.at if note else None,
        broken=broken,
        verified_at=verified.at if verified else None,
        faults=faults,
        books=[_covered(session, book) for book in BOOKS],
    )


def _last_verification(session: Session) -> SecurityEntry | None:
    """The last entry that the command left; that somebody read the results has a reader."""
    of_command = (SecurityEntry.kind == SecurityKind.AUDIT, SecurityEntry.person_id.is_(None))
    query = select(SecurityEntry).where(*of_command).order_by(SecurityEntry.position.desc())
    return session.scalars(query.limit(1)).first()


def _covered(session: Session, book: Book) -> CoveredBook:
    newest = newest_checkpoint(session, book)
    return CoveredBook(
        book=book.name,
        checkpoint=newest.serial if newest else None,
        covered_at=newest.at if newest else None,
        hash=newest.hash if newest else None,
    )
