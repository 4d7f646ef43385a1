"""Weekly reports (周报): the weeks of a round, how each report stands, and when the clock speaks of it.

Notice, part 2: universities report to their district office by Thursday 17:00 (paragraph 1), district offices to the
centre by Friday 17:00 (paragraph 2), each week of the round.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from workflows.deadlines import first_instant_after, is_kept
from workflows.journal import JournalAct
from workflows.rules import Rules
from workflows.vocabulary import Addressee, Light, OrganizationKind, ReportState

A_WEEK = timedelta(days=7)


class Week(NamedTuple):
    """One report that everyone of a kind owes; instants in UTC."""

    number: int  # of the calendar week within the round, from 1: both kinds count alike
    deadline: datetime  # kept inclusive
    missing_at: datetime  # when a late report becomes a missing one


class Step(NamedTuple):
    """What the clock does about a report that is not there, and when."""

    due_at: datetime
    act: JournalAct  # remind, late or missing


def weeks(rules: Rules, kind: OrganizationKind, starts_on: date, ends_on: date) -> list[Week]:
    """The reports that a kind of organization owes in a round, in order; their deadlines never meet.

    Where the day is not worked, the policy moves the deadline. A week whose report would thereby fall together with
    another's, or before the round, had no working day for it: it owes none, and its days count to the next report.
    """
    monday, number_of = starts_on - timedelta(days=starts_on.weekday()), dict[date, int]()
    day = _first_day(rules, kind, starts_on)
    while day <= ends_on:
        due_on, number = _worked(rules, day), (day - monday).days // 7 + 1
        if due_on not in number_of or due_on == day:  # the week whose own day it is goes before one moved there
            number_of[due_on] = number
        day += A_WEEK
    reports = rules.policy.reports
    return [
        Week(
            number,
            deadline=rules.calendar.instant(due_on, reports.at),
            missing_at=_missing_at(rules, due_on, reports.missing_after_working_days),
        )
        for due_on, number in number_of.items()
        if due_on >= starts_on
    ]


def first_report_on(starts_on: date, *, audience: OrganizationKind, rules: Rules) -> date:
    """The day of a round's first weekly report: of universities (Thursday) or of district offices (Friday)."""
    day = _first_day(rules, audience, starts_on)
    while (due_on := _worked(rules, day)) < starts_on:
        day += A_WEEK
    return due_on


def steps(rules: Rules, deadline: datetime, next_deadline: datetime | None) -> list[Step]:
    """Every instant at which the clock speaks of a report that is not there, in order.

    Reminders on the day itself; late in the first instant after the deadline; missing each so many working days, until
    the report of the next week is due, of which is spoken then. The last report of a round is spoken of for a week.
    """
    return [
        *_reminders(rules, deadline),
        Step(first_instant_after(deadline), JournalAct.LATE),
        *_missing(rules, deadline, next_deadline or deadline + A_WEEK),
    ]


def first_step_after(steps: list[Step], at: datetime) -> datetime | None:
    """When the next step after `at` is due; none when there is none."""
    return next((step.due_at for step in steps if step.due_at > at), None)


def due_steps(steps: list[Step], since: datetime, now: datetime) -> list[Step]:
    """The steps to record of those that were due from `since` to `now`, in order; of the last alone anybody is told.

    They are more than one only after an outage: then reminders that were overtaken are dropped, and of the steps that
    say a report is missing only the last is left.
    """
    last_of = {step.act: step for step in steps if since <= step.due_at <= now}
    if len(last_of) > 1:
        last_of.pop(JournalAct.REMIND, None)
    return list(last_of.values())


def addressees(rules: Rules, kind: OrganizationKind, act: JournalAct) -> tuple[Addressee, ...]:
    """Who hears that a report was handed in, is due today, is late or missing."""
    reports = rules.policy.reports
    hears = reports.university_hears if kind is OrganizationKind.UNIVERSITY else reports.district_hears
    named: tuple[Addressee, ...] = getattr(hears, str(act))
    return named


def report_state(deadline: datetime, missing_at: datetime, submitted_at: datetime | None, now: datetime) -> ReportState:
    """How it stands with a report."""
    if submitted_at is not None:
        return ReportState.SUBMITTED
    if is_kept(deadline, now):
        return ReportState.OWED
    return ReportState.LATE if now < missing_at else ReportState.MISSING


def report_light(rules: Rules, state: ReportState, deadline: datetime, now: datetime) -> Light:
    """Red while it is late or missing, amber from the first reminder on, else green."""
    if state in (ReportState.LATE, ReportState.MISSING):
        return Light.RED
    at_risk = state is ReportState.OWED and now >= min(
        (step.due_at for step in _reminders(rules, deadline)), default=deadline
    )
    return Light.AMBER if at_risk else Light.GREEN


def counted_until(deadline: datetime, submitted_at: datetime | None, now: datetime) -> datetime:
    """Where a report's figures end: at its first submission or its deadline, whichever came first; at `now` so far."""
    return min(deadline, submitted_at or now)


def _first_day(rules: Rules, kind: OrganizationKind, starts_on: date) -> date:
    """The first day of the round on which that kind reports, worked or not."""
    reports = rules.policy.reports
    weekday = reports.university_weekday if kind is OrganizationKind.UNIVERSITY else reports.district_weekday
    return starts_on + timedelta(days=(weekday - starts_on.isoweekday()) % 7)


def _worked(rules: Rules, day: date) -> date:
    if rules.policy.reports.when_not_worked == "before":
        return rules.calendar.working_day_before(day, 0)
    return rules.calendar.working_day_after(day, 0)


def _missing_at(rules: Rules, due_on: date, working_days: int) -> datetime:
    day = rules.calendar.working_day_after(due_on, working_days)
    return first_instant_after(rules.calendar.instant(day, rules.policy.reports.at))


def _reminders(rules: Rules, deadline: datetime) -> list[Step]:
    day = rules.calendar.local_date(deadline)
    instants = sorted(rules.calendar.instant(day, at) for at in rules.policy.reports.remind_at)
    return [Step(at, JournalAct.REMIND) for at in instants if at < deadline]


def _missing(rules: Rules, deadline: datetime, until: datetime) -> Iterator[Step]:
    due_on, every = rules.calendar.local_date(deadline), rules.policy.reports.missing_after_working_days
    days = every
    while (at := _missing_at(rules, due_on, days)) <= until:
        yield Step(at, JournalAct.MISSING)
        days += every
