"""The weekly reports that a round's units owe, laid out ahead: one row for each unit and week."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import Session

from service.models import Organization, Round, WeeklyReport, new_id
from service.rounds.current import units_of
from service.rounds.rulebooks import rules_of
from service.store.bulk import insert_rows
from service.store.clock import earliest
from service.store.sweeping import ClockTask, Due, sweep_each
from workflows.reports import Week, first_step_after, steps, weeks
from workflows.rules import Rules
from workflows.vocabulary import UNIT_KINDS

ROUNDS = 20  # in one transaction
REPORTS = WeeklyReport.metadata.tables["weekly_reports"]


class _PlannedReport(NamedTuple):
    """A report that has its row."""

    id: str
    organization_id: str
    week: int
    deadline: datetime
    missing_at: datetime
    is_untouched: bool  # neither handed in nor begun
    is_submitted: bool


def next_plan_at(session: Session) -> datetime | None:
    """When the next open round is to be laid out; none when none is. There are only a few rounds."""
    return earliest(session, Round.replan_at, where=Round.closed_at.is_(None))


def plan_due(session: Session, *, now: datetime, limit: int = ROUNDS) -> int:
    """Lay out up to `limit` open rounds that were opened, or whose units or calendar changed; returns how many."""
    query = select(Round).where(Round.replan_at <= now, Round.closed_at.is_(None)).order_by(Round.replan_at, Round.id)
    claimed = query.limit(limit).with_for_update(key_share=True, skip_locked=True, of=Round)
    rounds = session.scalars(claimed.execution_options(populate_existing=True)).all()

    def write(planned: Sequence[Round]) -> None:
        for round_ in planned:
            _plan(session, round_, now)
            round_.replan_at = None
        session.flush()

    due = [(Due(round_.id, round_.number, round_.replan_at or now), round_) for round_ in rounds]
    sweep_each(session, ClockTask.PLANS, due, lambda round_, _since: round_, write, now=now)
    return len(rounds)


def _plan(session: Session, round_: Round, now: datetime) -> None:
    """Write reports that are missing, move those that have moved, delete those owed no longer; the past stays.

    A report whose deadline had passed before its unit or its round was in the books is not asked for.
    """
    rules = rules_of(session, round_)
    of_kind = {kind: weeks(rules, kind, round_.starts_on, round_.ends_on) for kind in UNIT_KINDS}
    units = [unit.organization for unit in units_of(session, round_)]
    wanted = {(unit.id, week.number): week for unit in units for week in of_kind[unit.kind]}
    planned = {(report.organization_id, report.week): report for report in _planned_reports(session, round_)}
    new = [
        _row(rules, round_, unit, week, now)
        for unit in units
        for week in of_kind[unit.kind]
        if week.deadline > now and (unit.id, week.number) not in planned
    ]
    insert_rows(session, REPORTS, new)
    still_owed, owed_no_longer = [], []
    for key, report in planned.items():
        if report.deadline <= now or report.is_submitted:
            continue
        if key in wanted:
            still_owed.append((report, wanted[key]))
        elif report.is_untouched:
            owed_no_longer.append(report.id)
    _move(session, rules, still_owed, now)
    _delete(session, owed_no_longer)


def _planned_reports(session: Session, round_: Round) -> Iterator[_PlannedReport]:
    report = WeeklyReport
    query = select(
        *(report.id, report.organization_id, report.week, report.deadline, report.missing_at),
        and_(report.submitted_at.is_(None), report.draft.is_(None)),
        report.submitted_at.is_not(None),
    )
    return (_PlannedReport(*row) for row in session.execute(query.where(report.round_id == round_.id)))


def _row(rules: Rules, round_: Round, unit: Organization, week: Week, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "round_id": round_.id,
        "organization_id": unit.id,
        "district_id": unit.district_id,
        "recipient_id": unit.parent_id,  # a university reports to its district office, that to the centre
        "week": week.number,
        "deadline": week.deadline,
        "missing_at": week.missing_at,
        "late": False,
        "version": 1,
        "next_action_at": _first_step(rules, week, now),
    }


def _move(session: Session, rules: Rules, reports: list[tuple[_PlannedReport, Week]], now: datetime) -> None:
    """Move reports to their weeks, a statement for each week that has moved; no deadline is moved into the past."""
    moved: dict[Week, list[str]] = defaultdict(list)
    for report, week in reports:
        if week.deadline > now and (report.deadline, report.missing_at) != (week.deadline, week.missing_at):
            moved[week].append(report.id)
    for week, ids in moved.items():
        # asked again: one that was handed in meanwhile is spoken of no more
        these = update(WeeklyReport).where(WeeklyReport.id.in_(ids), WeeklyReport.submitted_at.is_(None))
        dates = {"deadline": week.deadline, "missing_at": week.missing_at}
        these = these.values(**dates, next_action_at=_first_step(rules, week, now))
        session.execute(these.execution_options(synchronize_session=False))


def _delete(session: Session, report_ids: list[str]) -> None:
    if report_ids:
        untouched = (WeeklyReport.submitted_at.is_(None), WeeklyReport.draft.is_(None))
        these = delete(WeeklyReport).where(WeeklyReport.id.in_(report_ids), *untouched)
        session.execute(these.execution_options(synchronize_session=False))


def _first_step(rules: Rules, week: Week, now: datetime) -> datetime | None:
    return first_step_after(steps(rules, week.deadline, None), now)
