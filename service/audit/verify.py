"""Proof that nothing was changed: every chain and checkpoint reckoned again, every row compared with its events."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from service.audit.chains import event_faults, journal_faults, security_faults
from service.audit.changes import merged_organizations, name_faults, personal_faults
from service.audit.checkpoints import BOOKS, verify_checkpoints
from service.audit.digests import digest_faults
from service.audit.faults import Fault, FaultKind
from service.audit.raw import id_text, json_of, raw_columns
from service.audit.rows import row_faults
from service.models import Event, Finding, JournalEntry, ReportVersion
from service.store.hash_chain import content_hash
from workflows.journal import JournalAct, SubjectKind

REPORTS = 200  # in memory at a time


def verify(session: Session) -> list[Fault]:
    """Reckon everything again; an empty list means that nothing was changed, taken out or put in.

    Finds edits, gaps and cut tails by the chains, and what was rehashed or cut with its finding by the checkpoints, as
    far as they reach; then what the rows of other tables say that the events do not, and rows that are not as the last
    transaction of the product left them. Where a chain is broken, its events prove nothing, and only the break is
    reported. Give it a session of `db.reading`, for it takes a while.
    """
    broken = [*event_faults(session), *_orphans(session)]
    skipped = {fault.finding_id for fault in broken}
    journal = [*journal_faults(session), *_report_faults(session), *personal_faults(session), *name_faults(session)]
    rows = row_faults(session, skipped, merged_organizations(session))
    return [*broken, *_checkpoints(session), *journal, *security_faults(session), *rows, *digest_faults(session)]


def _orphans(session: Session) -> Iterator[Fault]:
    lost = select(Event.finding_id, func.min(Event.position)).where(~exists().where(Finding.id == Event.finding_id))
    for finding_id, position in session.execute(lost.group_by(Event.finding_id)):
        yield Fault(FaultKind.NO_FINDING, finding_id, None, position)


def _checkpoints(session: Session) -> Iterator[Fault]:
    for book in BOOKS:
        for serial in verify_checkpoints(session, book):
            yield Fault(FaultKind.CHECKPOINT, checkpoint=serial, field=book.checkpoints.__tablename__)


def _report_faults(session: Session) -> Iterator[Fault]:
    """Versions of weekly reports that were changed, that nobody handed in, or that are gone."""
    handed_in = dict(_handed_in(session))
    columns = raw_columns(ReportVersion.__table__, ("report_id", "language", "figures", "words"))
    query = select(ReportVersion.version, *columns).order_by(ReportVersion.report_id, ReportVersion.version)
    for row in session.execute(query, execution_options={"yield_per": REPORTS}):
        key = id_text(row.report_id), row.version
        if handed_in.pop(key, None) != _hash(row):
            yield Fault(FaultKind.REPORT, subject_id=key[0], position=row.version)
    yield from (Fault(FaultKind.REPORT, subject_id=report_id, position=version) for report_id, version in handed_in)


def _handed_in(session: Session) -> Iterator[tuple[tuple[str | None, int], str]]:
    """Report and version → the hash of what was handed in; where an entry is broken, the chain tells of it."""
    query = select(*raw_columns(JournalEntry.__table__, ("subject_id", "data"))).where(
        JournalEntry.subject_kind == SubjectKind.REPORT, JournalEntry.act == JournalAct.SUBMIT
    )
    for subject_id, data in session.execute(query, execution_options={"yield_per": REPORTS}):
        try:
            handed_in = json_of(data)
            yield (id_text(subject_id), handed_in["version"]), handed_in["content"]
        except (ValueError, KeyError, TypeError):
            continue


def _hash(row: Row[Any]) -> str | None:
    try:
        return content_hash({"language": row.language, "figures": json_of(row.figures), "words": json_of(row.words)})
    except (ValueError, TypeError):  # what a forger wrote need not be JSON
        return None
