"""The weekly reports that a round's units owe, laid out ahead: one row for each unit and week."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
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

    A report whose deadline had passed before its unit or its round was in the books is not asked for; no deadline moves
    into the past.
    """
    rules = rules_of(session, round_)
    of_kind = {kind: weeks(rules, kind, round_.starts_on, round_.ends_on) for kind in UNIT_KINDS}
    units = [unit.organization for unit in units_of(session, round_)]
    wanted = {(unit.id, week.number): week for unit in units for week in of_kind[unit.kind]}
    report = WeeklyReport
    columns = (report.organization_id, report.week, report.id, report.deadline, report.missing_at)
    rows = session.execute(select(*columns).where(report.round_id == round_.id))
    planned = {(unit_id, week): (id_, deadline, missing_at) for unit_id, week, id_, deadline, missing_at in rows}
    new = [
        _row(rules, round_, unit, week, now)
        for unit in units
        for week in of_kind[unit.kind]
        if week.deadline > now and (unit.id, week.number) not in planned
    ]
    insert_rows(session, REPORTS, new)
    moved: dict[Week, list[str]] = defaultdict(list)
    owed_no_longer = []
    for key, (id_, deadline, missing_at) in planned.items():
        if deadline <= now:
            continue
        week = wanted.get(key)
        if week is None:
            owed_no_longer.append(id_)
        elif week.deadline > now and (deadline, missing_at) != (week.deadline, week.missing_at):
            moved[week].append(id_)
    _move(session, rules, moved, now)
    _delete(session, owed_no_longer)


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


def _move(session: Session, rules: Rules, moved: Mapping[Week, Sequence[str]], now: datetime) -> None:
    """Move reports to their weeks, a statement for each week; one that is handed in is spoken of no more."""
    for week, ids in moved.items():
        these = update(WeeklyReport).where(WeeklyReport.id.in_(ids), WeeklyReport.submitted_at.is_(None))
        dates = {"deadline": week.deadline, "missing_at": week.missing_at}
        these = these.values(**dates, next_action_at=_first_step(rules, week, now))
        session.execute(these.execution_options(synchronize_session=False))


def _delete(session: Session, report_ids: Sequence[str]) -> None:
    """Delete reports that are neither handed in nor begun."""
    if report_ids:
        untouched = (WeeklyReport.submitted_at.is_(None), WeeklyReport.draft.is_(None))
        these = delete(WeeklyReport).where(WeeklyReport.id.in_(report_ids), *untouched)
        session.execute(these.execution_options(synchronize_session=False))


def _first_step(rules: Rules, week: Week, now: datetime) -> datetime | None:
    return first_step_after(steps(rules, week.deadline, None), now)
