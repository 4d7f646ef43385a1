"""Timers of weekly reports reckoned again from their deadlines: what was lost, or is later than it should be."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.models import Organization, Round, WeeklyReport
from service.rounds.rulebooks import RulesOfRounds
from workflows.reports import first_step_after, steps

SPOKEN_OF_FOR = timedelta(days=30)  # after its deadline the clock speaks of a report until the next, or for a week


def lost_timers(session: Session, *, now: datetime) -> list[str]:
    """The ids of reports of open rounds of which the clock would not speak when it should."""
    report = WeeklyReport
    columns = (report.id, report.round_id, report.organization_id, report.deadline, report.submitted_at)
    query = select(*columns, report.next_action_at, Round.policy_version).join(Round, report.round_id == Round.id)
    query = query.where(Round.closed_at.is_(None), report.deadline > now - SPOKEN_OF_FOR)
    rows = session.execute(query.order_by(report.round_id, report.organization_id, report.deadline)).all()
    rules = RulesOfRounds(session)
    lost = []
    for _, of_unit in groupby(rows, attrgetter("round_id", "organization_id")):
        following = list(of_unit)
        for row, later in zip(following, [*following[1:], None], strict=True):
            if row.submitted_at is None and (row.next_action_at is None or row.next_action_at > now):
                all_steps = steps(rules.of(row.round_id, row.policy_version), row.deadline, later and later.deadline)
                due_at = first_step_after(all_steps, now)
                if due_at and (row.next_action_at is None or row.next_action_at > due_at):
                    lost.append(row.id)
    return lost


def set_timers_right(session: Session, ids: Sequence[str], *, since: datetime) -> Iterator[str]:
    """Let the next sweep reckon them anew, with what fell due since then; the names of those still without a report."""
    report = WeeklyReport
    owed = update(report).where(report.id.in_(ids), report.submitted_at.is_(None)).values(next_action_at=since)
    mended = session.scalars(owed.returning(report.id).execution_options(synchronize_session=False)).all()
    named = select(Organization.name, report.week).join(Organization, report.organization_id == Organization.id)
    for name, week in session.execute(named.where(report.id.in_(mended))):
        yield f"{name} {week}"
