"""Weekly reports: how one stands, and what the clock says of one that is not there."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.findings.law import CALENDAR, POLICY, RULES, SHANGHAI, local, policy
from tests.unit.test_report_weeks import DISTRICT, UNIVERSITY, rounds
from workflows.journal import JournalAct
from workflows.reports import (
    A_WEEK,
    Step,
    addressees,
    counted_until,
    due_steps,
    first_step_after,
    report_light,
    report_state,
    steps,
    weeks,
)
from workflows.rules import Rules
from workflows.vocabulary import Addressee, Light, ReportState

DEADLINE = local(4, 15)  # a Thursday
A_MOMENT = timedelta(microseconds=1)
REMIND, LATE, MISSING = JournalAct.REMIND, JournalAct.LATE, JournalAct.MISSING


def told(found: list[Step]) -> list[str]:
    """«late 04-15 17:00»."""
    return [f"{step.act} {step.due_at.astimezone(SHANGHAI):%m-%d %H:%M}" for step in found]


@st.composite
def sequences(draw: st.DrawFn) -> tuple[list[Step], datetime, datetime]:
    """What the clock says of one report of such a round, its deadline, and the next one's."""
    rules, kind, starts_on, _ = draw(rounds())
    found = weeks(rules, kind, starts_on, starts_on + timedelta(weeks=6))
    place = draw(st.integers(0, len(found) - 1))
    following = found[place + 1].deadline if place + 1 < len(found) else None
    deadline = found[place].deadline
    return steps(rules, deadline, following), deadline, following or deadline + A_WEEK


def test_the_clock_reminds_on_the_day_and_speaks_of_what_is_not_there_until_the_next_is_due() -> None:
    assert told(steps(RULES, DEADLINE, DEADLINE + A_WEEK)) == [
        *("remind 04-15 09:00", "remind 04-15 15:00", "late 04-15 17:00"),
        *("missing 04-16 17:00", "missing 04-19 17:00", "missing 04-20 17:00", "missing 04-21 17:00"),
    ]


def test_the_last_report_of_a_round_is_spoken_of_for_a_week() -> None:
    assert steps(RULES, DEADLINE, None) == steps(RULES, DEADLINE, DEADLINE + A_WEEK)


def test_a_report_that_is_due_in_the_morning_has_no_reminder_in_the_afternoon() -> None:
    early = Rules(policy("at = 17:00:00", "at = 12:00:00"), CALENDAR)
    assert told(steps(early, local(4, 15, 12), None))[:2] == ["remind 04-15 09:00", "late 04-15 12:00"]


@given(sequences())
def test_steps_come_in_order_reminders_before_the_deadline_and_nothing_when_the_next_is_due(
    sequence: tuple[list[Step], datetime, datetime],
) -> None:
    found, deadline, following = sequence
    assert [step.due_at for step in found] == sorted({step.due_at for step in found})
    assert [step.act for step in found] == sorted((step.act for step in found), key=[REMIND, LATE, MISSING].index)
    assert all((step.act is REMIND) == (step.due_at <= deadline) for step in found)
    assert [step.due_at for step in found if step.act is LATE] == [deadline + A_MOMENT]
    for step in found:
        if step.act is MISSING:
            assert step.due_at <= following
            assert CALENDAR.is_working_day(CALENDAR.local_date(step.due_at - A_MOMENT))


@given(sequences(), st.lists(st.integers(0, 24 * 20), max_size=8))
def test_however_late_the_clock_is_nothing_is_said_twice_and_what_counts_is_recorded(
    sequence: tuple[list[Step], datetime, datetime], hours: list[int]
) -> None:
    found, deadline, _ = sequence
    said: list[Step] = []
    since: datetime | None = found[0].due_at
    for hour in [*sorted(hours), 24 * 40]:
        now = deadline - timedelta(days=1) + timedelta(hours=hour)
        if since is None or since > now:
            continue
        due = due_steps(found, since, now)
        said += due
        since = first_step_after(found, now)
        assert due == sorted(due)
        assert all(step.due_at <= now for step in due)
        assert (REMIND in [step.act for step in due]) <= (now <= deadline)
    assert since is None
    assert len(set(said)) == len(said)
    assert [step.act for step in said].count(LATE) == 1
    assert (MISSING in [step.act for step in said]) == (MISSING in [step.act for step in found])


def test_after_an_outage_overtaken_reminders_are_dropped_and_the_last_telling_is_left() -> None:
    found = steps(RULES, DEADLINE, DEADLINE + A_WEEK)
    morning, afternoon = local(4, 15, 9), local(4, 15, 15)
    assert told(due_steps(found, morning, afternoon)) == ["remind 04-15 15:00"]
    assert told(due_steps(found, morning, local(4, 20, 10))) == ["late 04-15 17:00", "missing 04-19 17:00"]
    assert first_step_after(found, local(4, 20, 10)) == local(4, 20) + A_MOMENT
    assert first_step_after(found, local(4, 22)) is None


def test_how_a_report_stands() -> None:
    (week,) = weeks(RULES, UNIVERSITY, date(2021, 4, 12), date(2021, 4, 18))
    instants = {"deadline": week.deadline, "missing_at": week.missing_at}

    def stands(now: datetime, submitted_at: datetime | None = None) -> tuple[ReportState, Light]:
        state = report_state(**instants, submitted_at=submitted_at, now=now)
        return state, report_light(RULES, state, week.deadline, now)

    assert stands(local(4, 15, 8, 59)) == (ReportState.OWED, Light.GREEN)
    assert stands(local(4, 15, 9)) == (ReportState.OWED, Light.AMBER)
    assert stands(local(4, 15)) == (ReportState.OWED, Light.AMBER)
    assert stands(local(4, 15) + A_MOMENT) == (ReportState.LATE, Light.RED)
    assert stands(local(4, 16)) == (ReportState.LATE, Light.RED)
    assert stands(local(4, 16) + A_MOMENT) == (ReportState.MISSING, Light.RED)
    assert stands(local(5, 20)) == (ReportState.MISSING, Light.RED)
    assert stands(local(5, 20), submitted_at=local(4, 19)) == (ReportState.SUBMITTED, Light.GREEN)


def test_without_reminders_the_light_turns_with_the_deadline() -> None:
    rules = Rules(policy("remind_at = [09:00:00, 15:00:00]", "remind_at = []"), CALENDAR)
    assert report_light(rules, ReportState.OWED, DEADLINE, DEADLINE - A_MOMENT) is Light.GREEN
    assert report_light(rules, ReportState.OWED, DEADLINE, DEADLINE) is Light.AMBER


def test_figures_end_with_the_submission_or_the_deadline_whichever_comes_first() -> None:
    before, later = local(4, 14, 10), local(4, 16, 10)
    assert counted_until(DEADLINE, before, later) == before
    assert counted_until(DEADLINE, later, later) == DEADLINE
    assert counted_until(DEADLINE, None, before) == before
    assert counted_until(DEADLINE, None, later) == DEADLINE


def test_who_is_late_hears_with_those_above_and_more_of_them_when_it_is_missing() -> None:
    assert addressees(RULES, UNIVERSITY, REMIND) == (Addressee.UNIT,)
    for kind, above, next_above in (
        (UNIVERSITY, {Addressee.DISTRICT}, {Addressee.TEAM, Addressee.RESPONSIBLE_LEADER}),
        (DISTRICT, {Addressee.TEAM, Addressee.RESPONSIBLE_LEADER}, {Addressee.LEADERSHIP}),
    ):
        assert set(addressees(RULES, kind, LATE)) == {Addressee.UNIT, *above}
        assert set(addressees(RULES, kind, MISSING)) == {Addressee.UNIT, *above, *next_above}
        assert set(addressees(RULES, kind, JournalAct.SUBMIT)) <= above


def test_the_shipped_policy_says_of_reports_what_is_taken_where_a_kept_one_says_nothing() -> None:
    assert type(POLICY.reports)() == POLICY.reports
