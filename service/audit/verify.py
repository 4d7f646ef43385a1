"""Proof that nothing was changed: every chain and checkpoint reckoned again, every row compared with its events."""

from collections.abc import Iterator

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from service.audit.chains import event_faults, journal_faults
from service.audit.checkpoints import BOOKS, verify_checkpoints
from service.audit.faults import Fault, FaultKind
from service.audit.reports import report_faults
from service.audit.rows import row_faults
from service.models import Event, Finding


def verify(session: Session) -> list[Fault]:
    """Reckon everything again; an empty list means that nothing was changed, taken out or put in.

    Finds edits, gaps and cut tails by the chains, and what was rehashed or cut with its finding by the checkpoints, as
    far as they reach; then what the rows of other tables say that the events do not. Where a chain is broken, its
    events prove nothing, and only the break is reported. Give it a session of `db.reading`, for it takes a while.
    """
    broken = [*event_faults(session), *_orphans(session)]
    skipped = {fault.finding_id for fault in broken}
    journal = [*journal_faults(session), *report_faults(session)]
    return [*broken, *_checkpoints(session), *journal, *row_faults(session, skipped)]


def _orphans(session: Session) -> Iterator[Fault]:
    lost = select(Event.finding_id, func.min(Event.position)).where(~exists().where(Finding.id == Event.finding_id))
    for finding_id, position in session.execute(lost.group_by(Event.finding_id)):
        yield Fault(FaultKind.NO_FINDING, finding_id, None, position)


def _checkpoints(session: Session) -> Iterator[Fault]:
    for book in BOOKS:
        for serial in verify_checkpoints(session, book):
            yield Fault(FaultKind.CHECKPOINT, checkpoint=serial, field=book.checkpoints.__tablename__)
