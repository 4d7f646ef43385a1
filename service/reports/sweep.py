"""What the clock records of weekly reports: due today, late, missing; in batches, any number of times."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, aliased

from service.models import Organization, Round, WeeklyReport
from service.records.journal import NewEntry, record_entries
from service.rounds.rulebooks import RulesOfRounds
from service.store.clock import earliest
from service.store.sweeping import ClockTask, Due, prepare_each, set_aside_since, sweep_each
from workflows.journal import SubjectKind
from workflows.reports import Step, addressees, due_steps, first_step_after, steps
from workflows.rules import Rules
from workflows.vocabulary import OrganizationKind

BATCH = 1000


@dataclass(frozen=True, slots=True)
class _DueReport:
    """A report of which the clock has something to say."""

    id: str
    round_id: str
    organization_id: str
    district_id: str
    week: int
    deadline: datetime
    next_action_at: datetime
    next_deadline: datetime | None  # of the unit's report after it
    policy_version: str  # the round's, as the next
    round: str  # its number
    unit: str  # its name
    recipient: str  # its name


class _PreparedReport(NamedTuple):
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
    reports = _due_reports(session, _due(now, limit).with_for_update(skip_locked=True, of=WeeklyReport))
    rules_of_rounds = RulesOfRounds(session)

    def prepare(report: _DueReport, since: datetime) -> _PreparedReport:
        rules = rules_of_rounds.of(report.round_id, report.policy_version)
        all_steps = _steps(report, rules)
        entries = list(_entries(report, rules, due_steps(all_steps, since, now)))
        return _PreparedReport(report.id, entries, first_step_after(all_steps, now))

    def write(prepared: Sequence[_PreparedReport]) -> None:
        record_entries(session, [entry for one in prepared for entry in one.entries], now=now)
        next_at: dict[datetime | None, list[str]] = defaultdict(list)
        for one in prepared:
            next_at[one.next_at].append(one.id)
        for at, ids in next_at.items():  # a few: those of one deadline go together
            these = update(WeeklyReport).where(WeeklyReport.id.in_(ids)).values(next_action_at=at)
            session.execute(these.execution_options(synchronize_session=False))

    due = [(Due(one.id, f"{one.unit} {one.week}", one.next_action_at), one) for one in reports]
    sweep_each(session, ClockTask.REPORTS, due, prepare, write, now=now)
    return len(reports)


def foresee_reports(session: Session, *, at: datetime, limit: int = BATCH) -> list[tuple[str, int, list[Step]]]:
    """The unit, the week and the steps that a sweep at that instant would record, save what it would set aside."""
    rules_of_rounds = RulesOfRounds(session)
    since = set_aside_since(session, ClockTask.REPORTS)

    def steps_of(report: _DueReport) -> list[Step]:
        all_steps = _steps(report, rules_of_rounds.of(report.round_id, report.policy_version))
        return due_steps(all_steps, since.get(report.id, report.next_action_at), at)

    tried = prepare_each(_due_reports(session, _due(at, limit)), steps_of)
    return [(report.unit, report.week, found) for report, found in tried if isinstance(found, list)]


def _due_reports(session: Session, query: Select[Any]) -> list[_DueReport]:
    return [_DueReport(**row) for row in session.execute(query).mappings()]


def _steps(report: _DueReport, rules: Rules) -> list[Step]:
    return [] if rules.silent else steps(rules, report.deadline, report.next_deadline)


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
        .add_columns(
            Round.policy_version,
            Round.number.label("round"),
            unit.name.label("unit"),
            recipient.name.label("recipient"),
        )
        .join(Round, report.round_id == Round.id)
        .join(unit, report.organization_id == unit.id)
        .join(recipient, report.recipient_id == recipient.id)
        .where(report.next_action_at <= now)
        .order_by(report.next_action_at)
        .limit(limit)
    )


def _entries(report: _DueReport, rules: Rules, due: list[Step]) -> Iterator[NewEntry]:
    """An entry for each step; the last one alerts everybody who would have heard any of them."""
    of_office = report.organization_id == report.district_id
    kind = OrganizationKind.DISTRICT if of_office else OrganizationKind.UNIVERSITY
    named = dict.fromkeys(one for step in due for one in addressees(rules, kind, step.act))
    for step in due:
        yield NewEntry(
            subject_kind=SubjectKind.REPORT,
            subject_id=report.id,
            act=step.act,
            round_id=report.round_id,
            organization_id=report.organization_id,
            district_id=report.district_id,
            data={
                "round": report.round,
                "week": report.week,
                "deadline": report.deadline.isoformat(),
                "recipient": report.recipient,
            },
            addressees=tuple(named) if step is due[-1] else (),
            due_at=step.due_at,
        )
