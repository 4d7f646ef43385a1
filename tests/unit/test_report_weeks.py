"""The weeks of a round: which reports are owed, and by when."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.findings.law import CALENDAR, POLICY, RULES, SHANGHAI, policy
from workflows.reports import Week, weeks
from workflows.rules import Rules
from workflows.vocabulary import OrganizationKind

UNIVERSITY, DISTRICT = OrganizationKind.UNIVERSITY, OrganizationKind.DISTRICT
STARTS_ON, ENDS_ON = date(2021, 3, 29), date(2021, 6, 6)  # the notice's own: 即日起至 6 月 6 日
AFTER = Rules(policy('when_not_worked = "before"', 'when_not_worked = "after"'), CALENDAR)


def shown(found: list[Week]) -> list[str]:
    """«1 04-01 17:00», by the clock of Zhengzhou."""
    return [f"{week.number} {week.deadline.astimezone(SHANGHAI):%m-%d %H:%M}" for week in found]


@st.composite
def rounds(draw: st.DrawFn) -> tuple[Rules, OrganizationKind, date, date]:
    """A round of a year at most, of any kind and policy, in years with and without a known holiday plan."""
    starts_on = draw(st.dates(date(2020, 6, 1), date(2027, 6, 1)))
    reports = msgspec.structs.replace(
        POLICY.reports,
        university_weekday=draw(st.integers(1, 7)),
        district_weekday=draw(st.integers(1, 7)),
        at=draw(st.sampled_from([time(0), time(8, 30), time(17), time(23, 59)])),
        when_not_worked=draw(st.sampled_from(["before", "after"])),
        missing_after_working_days=draw(st.integers(1, 4)),
    )
    rules = Rules(msgspec.structs.replace(POLICY, reports=reports), CALENDAR)
    return (
        rules,
        draw(st.sampled_from([UNIVERSITY, DISTRICT])),
        starts_on,
        starts_on + timedelta(draw(st.integers(0, 365))),
    )


def test_the_round_of_the_notice_has_ten_thursdays_and_ten_fridays() -> None:
    assert shown(weeks(RULES, UNIVERSITY, STARTS_ON, ENDS_ON)) == [
        *("1 04-01 17:00", "2 04-08 17:00", "3 04-15 17:00", "4 04-22 17:00", "5 04-29 17:00"),
        *("6 05-06 17:00", "7 05-13 17:00", "8 05-20 17:00", "9 05-27 17:00", "10 06-03 17:00"),
    ]
    assert shown(weeks(RULES, DISTRICT, STARTS_ON, ENDS_ON)) == [
        *("1 04-02 17:00", "2 04-09 17:00", "3 04-16 17:00", "4 04-23 17:00", "5 04-30 17:00"),
        *("6 05-07 17:00", "7 05-14 17:00", "8 05-21 17:00", "9 05-28 17:00", "10 06-04 17:00"),
    ]


def test_both_kinds_count_a_week_alike_though_the_round_begins_on_a_friday() -> None:
    starts_on, ends_on = date(2021, 4, 9), date(2021, 4, 23)
    assert shown(weeks(RULES, DISTRICT, starts_on, ends_on)) == ["1 04-09 17:00", "2 04-16 17:00", "3 04-23 17:00"]
    assert shown(weeks(RULES, UNIVERSITY, starts_on, ends_on)) == ["2 04-15 17:00", "3 04-22 17:00"]


def test_labour_day_brings_the_deadline_forward_or_puts_it_off() -> None:
    """In 2026 the holiday is from Friday 1 to Tuesday 5 May, and Saturday 9 May is worked."""
    april, may = date(2026, 4, 20), date(2026, 5, 15)
    assert shown(weeks(RULES, DISTRICT, april, may)) == [
        *("1 04-24 17:00", "2 04-30 17:00", "3 05-08 17:00", "4 05-15 17:00"),
    ]
    assert shown(weeks(AFTER, DISTRICT, april, may)) == [
        *("1 04-24 17:00", "2 05-06 17:00", "3 05-08 17:00", "4 05-15 17:00"),
    ]


def test_a_week_without_a_working_day_for_it_owes_no_report() -> None:
    """In 2023 National Day took 29 September to 6 October: two Fridays, and the Thursday between them."""
    september, october = date(2023, 9, 18), date(2023, 10, 20)
    assert shown(weeks(RULES, UNIVERSITY, september, october)) == [
        *("1 09-21 17:00", "2 09-28 17:00", "4 10-12 17:00", "5 10-19 17:00"),
    ]
    assert shown(weeks(RULES, DISTRICT, september, october)) == [
        *("1 09-22 17:00", "2 09-28 17:00", "4 10-13 17:00", "5 10-20 17:00"),
    ]
    assert shown(weeks(AFTER, DISTRICT, september, october)) == [
        *("1 09-22 17:00", "2 10-07 17:00", "4 10-13 17:00", "5 10-20 17:00"),
    ]


def test_a_deadline_that_is_put_off_onto_the_next_weeks_day_leaves_that_week_alone() -> None:
    """In 2021 the Spring Festival was from Thursday 11 to Wednesday 17 February."""
    found = weeks(AFTER, UNIVERSITY, date(2021, 2, 1), date(2021, 2, 28))
    assert shown(found) == ["1 02-04 17:00", "3 02-18 17:00", "4 02-25 17:00"]


def test_no_report_is_due_before_the_round_began() -> None:
    """1 October 2026, a Thursday, begins the holiday: brought forward, the deadline would lie in September."""
    assert shown(weeks(RULES, UNIVERSITY, date(2026, 10, 1), date(2026, 10, 9))) == ["2 10-08 17:00"]


@given(rounds())
def test_deadlines_follow_each_other_on_working_days(given_round: tuple[Rules, OrganizationKind, date, date]) -> None:
    rules, _, starts_on, _ = given_round
    found = weeks(*given_round)
    for one, other in pairwise(found):
        assert one.number < other.number
        assert one.deadline < other.deadline
    for week in found:
        local_deadline = week.deadline.astimezone(SHANGHAI)
        assert week.deadline < week.missing_at
        assert CALENDAR.is_working_day(local_deadline.date())
        assert local_deadline.time() == rules.policy.reports.at
        assert local_deadline.date() >= starts_on


@given(rounds())
def test_a_week_whose_day_is_worked_has_its_report_then_and_others_share_one(
    given_round: tuple[Rules, OrganizationKind, date, date],
) -> None:
    rules, kind, starts_on, ends_on = given_round
    reports = rules.policy.reports
    weekday = reports.university_weekday if kind is UNIVERSITY else reports.district_weekday
    due = {rules.calendar.local_date(week.deadline): week.number for week in weeks(*given_round)}
    monday = starts_on - timedelta(days=starts_on.weekday())
    for offset in range((ends_on - starts_on).days + 1):
        day = starts_on + timedelta(days=offset)
        number = (day - monday).days // 7 + 1
        if day.isoweekday() != weekday:
            continue
        if CALENDAR.is_working_day(day):
            assert due[day] == number
        elif number not in due.values():
            moved = CALENDAR.working_day_before(day, 0) if reports.when_not_worked == "before" else None
            moved = moved or CALENDAR.working_day_after(day, 0)
            assert moved < starts_on or moved in due


def test_instants_are_in_utc() -> None:
    (week,) = weeks(RULES, UNIVERSITY, date(2021, 4, 12), date(2021, 4, 18))
    assert week.deadline == datetime(2021, 4, 15, 9, tzinfo=UTC)
    assert week.deadline.tzinfo is UTC
