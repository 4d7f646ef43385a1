"""Weekly reports (周报): drafted, handed in, and handed in again with other words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed
from service.models import ChecklistItem, ReportVersion, WeeklyReport
from service.records.journal import NewEntry, record_entries
from service.reports.figures import figures
from service.reports.list import seen_report
from service.reports.period import week_before
from service.rounds.rulebooks import rules_of
from service.store.hash_chain import content_hash
from workflows.deadlines import is_kept
from workflows.findings.facts import Actor
from workflows.journal import JournalAct, SubjectKind
from workflows.reports import addressees, counted_until
from workflows.vocabulary import UNIT_ROLES

Words = Mapping[str, Any]  # by section: see api/schemas/reports.py


def save_report_draft(
    session: Session,
    report_id: str,
    words: Words,
    *,
    version: int,
    actor: Actor,
    now: datetime,  # noqa: ARG001 - use cases take now
) -> WeeklyReport:
    """Save words that are not handed in yet, in place of those saved before; only the unit sees them.

    Raises `Conflict` («stale_version») when the report is no longer at `version`.
    """
    report = _writable_report(session, report_id, words, version=version, actor=actor)
    report.draft = dict(words)
    report.version += 1
    session.flush()
    return report


def submit_report(
    session: Session,
    report_id: str,
    words: Words,
    *,
    language: str,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> ReportVersion:
    """Hand a report in (notice, part 2: 形成书面报告报送); whether it was late is judged the first time.

    Its figures are counted then and stay as they are; handing it in again revises its words; with equal words it
    changes nothing. Raises `Conflict` while the week before is not over, or when it is no longer at `version`.
    """
    report = _writable_report(session, report_id, words, version=version, actor=actor)
    versions = select(ReportVersion).where(ReportVersion.report_id == report.id).order_by(ReportVersion.version.desc())
    last = session.scalar(versions.limit(1))
    if last and (last.words, last.language) == (dict(words), language):
        return last
    if last is None:
        _end_period(session, report, actor, now)
    made = ReportVersion(
        report_id=report.id,
        version=last.version + 1 if last else 1,
        language=language,
        figures=last.figures if last else figures(session, report, now=now),
        words=dict(words),
        submitted_at=now,
        submitted_by_id=actor.id,
    )
    session.add(made)
    report.draft = None
    report.version += 1
    session.flush()
    record_entries(session, [_entry(session, report, made, actor)], now=now)
    return made


def _writable_report(
    session: Session, report_id: str, words: Words, *, version: int | None, actor: Actor
) -> WeeklyReport:
    """The report, locked; raises `NotFound`, `NotAllowed`, `Conflict` or `InvalidInput` when it may not be written."""
    report = seen_report(session, report_id, actor=actor, lock=True)
    if not actor.holds(*UNIT_ROLES) or actor.organization_id != report.organization_id:
        raise NotAllowed("not_yours")
    if report.round.closed_at is not None:
        raise Conflict("round_closed")
    if version is not None and report.version != version:
        raise Conflict("stale_version")
    _check_items(session, report, words)
    return report


def _check_items(session: Session, report: WeeklyReport, words: Words) -> None:
    """Raise `InvalidInput` unless words on common problems name items of the round's checklists, each once."""
    named = [problem["checklist_item_id"] for problem in words.get("common_problems") or ()]
    if not named:
        return
    query = select(ChecklistItem.id).where(ChecklistItem.id.in_(named), ChecklistItem.round_id == report.round_id)
    of_round = set(session.scalars(query))
    wrong = {}
    for place, id_ in enumerate(named):
        if id_ not in of_round:
            wrong[f"words.common_problems.{place}.checklist_item_id"] = "unknown_reference"
        elif id_ in named[:place]:
            wrong[f"words.common_problems.{place}.checklist_item_id"] = "duplicate"
    if wrong:
        raise InvalidInput(wrong)


def _end_period(session: Session, report: WeeklyReport, actor: Actor, now: datetime) -> None:
    """End the report's period as it is handed in for the first time, and stop its clock."""
    before = week_before(session, report)
    if before and is_kept(before.deadline, now):
        raise Conflict("report_too_early", week=report.week, from_at=before.deadline)
    report.counted_until = counted_until(report.deadline, None, now)
    report.late = not is_kept(report.deadline, now)
    report.submitted_at, report.submitted_by_id = now, actor.id
    report.next_action_at = None


def _entry(session: Session, report: WeeklyReport, made: ReportVersion, actor: Actor) -> NewEntry:
    """The entry of the journal, with the hash that proves what was handed in."""
    late = "late" if report.late else None
    content = {"language": made.language, "figures": made.figures.as_json(), "words": made.words}
    return NewEntry(
        subject_kind=SubjectKind.REPORT,
        subject_id=report.id,
        act=JournalAct.SUBMIT,
        step="revised" if made.version > 1 else late,
        round_id=report.round_id,
        organization_id=report.organization_id,
        district_id=report.district_id,
        actor=actor,
        data={
            "round": report.round.number,
            "week": report.week,
            "deadline": report.deadline.isoformat(),
            "version": made.version,
            "content": content_hash(content),
        },
        addressees=addressees(rules_of(session, report.round), report.kind, JournalAct.SUBMIT),
    )
