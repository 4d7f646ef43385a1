"""Proof that weekly reports still say what was handed in: each version held against its entry in the journal."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from service.audit.faults import Fault, FaultKind
from service.audit.raw import id_text, json_of, raw_columns
from service.models import JournalEntry, ReportVersion
from service.records.hash_chain import content_hash
from workflows.vocabulary import JournalAct, SubjectKind

FETCH = 200  # rows in memory at a time
CONTENT = ("language", "figures", "words")


def report_faults(session: Session) -> Iterator[Fault]:
    """Versions that were changed, that nobody handed in, or that are gone."""
    handed_in = dict(_handed_in(session))
    columns = raw_columns(ReportVersion.__table__, ("report_id", *CONTENT))
    query = select(ReportVersion.version, *columns).order_by(ReportVersion.report_id, ReportVersion.version)
    for row in session.execute(query, execution_options={"yield_per": FETCH}):
        key = id_text(row.report_id), row.version
        if handed_in.pop(key, None) != _hash(row):
            yield Fault(FaultKind.REPORT, subject_id=key[0], position=row.version)
    yield from (Fault(FaultKind.REPORT, subject_id=report_id, position=version) for report_id, version in handed_in)


def _handed_in(session: Session) -> Iterator[tuple[tuple[str | None, int], str]]:
    """Report and version → the hash of what was handed in; where an entry is broken, the chain tells of it."""
    query = select(*raw_columns(JournalEntry.__table__, ("subject_id", "data"))).where(
        JournalEntry.subject_kind == SubjectKind.REPORT, JournalEntry.act == JournalAct.SUBMIT
    )
    for subject_id, data in session.execute(query, execution_options={"yield_per": FETCH}):
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
