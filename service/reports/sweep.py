"""What the clock says of weekly reports: due today, late, missing; in batches, any number of times."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, func, select, update
from sqlalchemy.orm import Session, aliased

from service.models import Organization, Round, WeeklyReport
from service.records.journal import NewEntry, record_entries
from service.rounds.rulebooks import RulesOfRounds
from service.store.clock import earliest
from service.store.sweeping import ClockTask, Due, prepare_each, set_aside_since, sweep_each
from workflows.reports import Step, addressees, due_steps, first_step_after, steps
from workflows.rules import Rules
from workflows.vocabulary import OrganizationKind, SubjectKind

BATCH = 1000


class _Spoken(NamedTuple):
    """What is to be written of a report, and when the clock speaks of it next."""

    id: str
    entries: list[NewEntry]
    next_at: datetime | None


def next_report_at(session: Session) -> datetime | None:
    """When the clock next has something to say of a report: one probe of an index."""
    return earliest(session, WeeklyReport.next_action_at)


def sweep_reports(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Say what is due of up to `limit` reports; call until nothing is left. Returns how many were looked at.

    After an outage each report is spoken of once; in a closed round none is.
    """
    query = _due(now, limit).with_for_update(skip_locked=True, of=WeeklyReport)
    rows = session.execute(query).mappings().all()
    rules_of_rounds = RulesOfRounds(session)

    def prepare(row: RowMapping, since: datetime) -> _Spoken:
        rules = rules_of_rounds.of(row["round_id"], row["policy_version"])
        all_steps = _steps(row, rules)
        entries = list(_entries(row, rules, due_steps(all_steps, since, now)))
        return _Spoken(row["id"], entries, first_step_after(all_steps, now))

    def write(reports: Sequence[_Spoken]) -> None:
        record_entries(session, [entry for report in reports for entry in report.entries], now=now)
        next_at: dict[datetime | None, list[str]] = defaultdict(list)
        for report in reports:
            next_at[report.next_at].append(report.id)
        for at, ids in next_at.items():  # a few: those of one deadline go together
            these = update(WeeklyReport).where(WeeklyReport.id.in_(ids)).values(next_action_at=at)
            session.execute(these.execution_options(synchronize_session=False))

    due = [(Due(row["id"], f"{row['unit']} {row['week']}", row["next_action_at"]), row) for row in rows]
    sweep_each(session, ClockTask.REPORTS, due, prepare, write, now=now)
    return len(rows)


def foresee_reports(session: Session, *, at: datetime, limit: int = BATCH) -> list[tuple[str, int, list[Step]]]:
    """What a sweep at that instant would say, by unit and week; writes nothing, leaves out what it would set aside."""
    rows, rules_of_rounds = session.execute(_due(at, limit)).mappings().all(), RulesOfRounds(session)
    since = set_aside_since(session, ClockTask.REPORTS)

    def steps_of(row: RowMapping) -> list[Step]:
        all_steps = _steps(row, rules_of_rounds.of(row["round_id"], row["policy_version"]))
        return due_steps(all_steps, since.get(row["id"], row["next_action_at"]), at)

    tried = prepare_each(rows, steps_of)
    return [(row["unit"], row["week"], found) for row, found in tried if isinstance(found, list)]


def _steps(row: RowMapping, rules: Rules) -> list[Step]:
    return [] if rules.silent else steps(rules, row["deadline"], row["next_deadline"])


def _due(now: datetime, limit: int) -> Select[Any]:
    report, later = WeeklyReport, aliased(WeeklyReport)
    unit, recipient = aliased(Organization), aliased(Organization)
    following = select(func.min(later.deadline)).where(
        later.round_id == report.round_id,
        later.organization_id == report.organization_id,
        later.deadline > report.deadline,
    )
    return (
        select(report.id, report.round_id, report.organization_id, report.district_id, report.week, report.deadline)
        .add_columns(report.next_action_at, following.scalar_subquery().label("next_deadline"))
        .add_columns(Round.policy_version, unit.name.label("unit"), recipient.name.label("recipient"))
        .join(Round, report.round_id == Round.id)
        .join(unit, report.organization_id == unit.id)
        .join(recipient, report.recipient_id == recipient.id)
        .where(report.next_action_at <= now)
        .order_by(report.next_action_at)
        .limit(limit)
    )


def _entries(row: RowMapping, rules: Rules, due: list[Step]) -> Iterator[NewEntry]:
    """Everything is recorded; of the last of it hears whoever would have heard any of it."""
    of_office = row["organization_id"] == row["district_id"]
    kind = OrganizationKind.DISTRICT if of_office else OrganizationKind.UNIVERSITY
    named = dict.fromkeys(one for step in due for one in addressees(rules, kind, step.act))
    for step in due:
        yield NewEntry(
            subject_kind=SubjectKind.REPORT,
            subject_id=row["id"],
            act=step.act,
            round_id=row["round_id"],
            organization_id=row["organization_id"],
            district_id=row["district_id"],
            data={"week": row["week"], "deadline": row["deadline"].isoformat(), "recipient": row["recipient"]},
            addressees=tuple(named) if step is due[-1] else (),
            due_at=step.due_at,
        )
