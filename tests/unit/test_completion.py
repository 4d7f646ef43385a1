"""Completion times: the day that each comes to in a round."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import load_calendar, shipped_calendar_text
from workflows.completion import RoundDays, due_on
from workflows.completion_words import completion_rule
from workflows.deadlines import CompletionWord, completion_date
from workflows.policy import load_policy, shipped_policy_text
from workflows.reports import first_report_on, weeks
from workflows.rules import Rules
from workflows.vocabulary import OrganizationKind

CHINA = load_calendar(shipped_calendar_text())
RULES = Rules(load_policy(shipped_policy_text()), CHINA)
UNIVERSITY, DISTRICT = OrganizationKind.UNIVERSITY, OrganizationKind.DISTRICT
NOTICE = RoundDays(date(2021, 3, 29), date(2021, 6, 6))
WITH_EXAM = replace(NOTICE, exam_days=(date(2021, 6, 6), date(2021, 6, 5)))
OVER_NEW_YEAR = RoundDays(date(2021, 11, 15), date(2022, 2, 20))
DAYS = {"初": 10, "上旬": 10, "中旬": 20, "下旬": 31, "底": 31}

audiences = st.sampled_from([UNIVERSITY, DISTRICT])
dates = st.dates(date(2020, 2, 1), date(2027, 12, 1))


@st.composite
def rounds(draw: st.DrawFn) -> RoundDays:
    starts_on = draw(dates)
    ends_on = starts_on + timedelta(days=draw(st.integers(0, 300)))
    return RoundDays(starts_on, ends_on, tuple(draw(st.lists(st.dates(starts_on, ends_on), max_size=3))))


def resolved(words: str, days: RoundDays, audience: OrganizationKind = UNIVERSITY) -> date | None:
    return due_on(completion_rule(words), days, audience=audience, rules=RULES)


@pytest.mark.parametrize(
    ("words", "audience", "expected"),
    [
        ("4月中旬", UNIVERSITY, date(2021, 4, 20)),
        ("4月下旬", UNIVERSITY, date(2021, 4, 30)),
        ("5月底", DISTRICT, date(2021, 5, 31)),
        ("3月底", UNIVERSITY, date(2021, 3, 31)),  # before the first report, but in the round
        ("1月底", UNIVERSITY, date(2021, 4, 1)),  # the first Thursday
        ("2月底", DISTRICT, date(2021, 4, 2)),  # the first Friday
        ("3月中旬", DISTRICT, date(2021, 4, 2)),
    ],
)
def test_the_notices_own_words_come_to_a_day(words: str, audience: OrganizationKind, expected: date) -> None:
    assert resolved(words, NOTICE, audience) == expected


def test_the_beginning_of_a_month_is_its_tenth_and_before_the_exam() -> None:
    assert resolved("6月初", NOTICE) == date(2021, 6, 10)  # no exam day set yet
    assert resolved("6月初", WITH_EXAM) == date(2021, 6, 4)
    assert resolved("6月上旬", WITH_EXAM) == date(2021, 6, 10)  # only 初 says so
    assert resolved("5月初", WITH_EXAM) == date(2021, 5, 10)


def test_until_the_exam_is_over_ends_on_its_last_day_once_that_is_set() -> None:
    assert resolved("即日起至考试结束", NOTICE) is None
    assert resolved("即日起至考试结束", WITH_EXAM) == date(2021, 6, 6)


def test_until_it_is_built_has_no_last_day() -> None:
    assert resolved("即日起至建设完成", WITH_EXAM) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("12月中旬", date(2021, 12, 20)),
        ("1月底", date(2022, 1, 31)),
        ("2月底", date(2022, 2, 28)),  # the month in which the round ends
        ("3月底", date(2021, 11, 18)),  # that was before it
        ("11月上旬", date(2021, 11, 18)),
    ],
)
def test_a_round_over_new_year_goes_on_into_the_months_of_the_next(words: str, expected: date) -> None:
    assert resolved(words, OVER_NEW_YEAR) == expected


NEXT = RoundDays(date(2027, 3, 29), date(2027, 6, 6), (date(2027, 6, 5), date(2027, 6, 6)))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("4月28日前", date(2027, 4, 28)),
        ("5月31日", date(2027, 5, 31)),
        ("2027年5月31日前", date(2027, 5, 31)),
        ("4月10日至28日", date(2027, 4, 28)),
        ("2027年4月中旬", date(2027, 4, 20)),
        ("3月1日前", date(2027, 4, 1)),  # before the round began: with its first report
        ("2026年12月31日前", date(2027, 4, 1)),
        ("考前一周", date(2027, 5, 28)),  # a Saturday's exam: seven days before is a Saturday
        ("考前三天", date(2027, 6, 2)),
        ("考前10天", date(2027, 5, 26)),
        ("考试前", date(2027, 6, 4)),
        ("考前五个工作日", date(2027, 5, 31)),
        ("考前半个月", date(2027, 5, 21)),
        ("考前一个月", date(2027, 5, 5)),
        ("考前三个月", date(2027, 4, 1)),
        ("即日起至考前三天", date(2027, 6, 2)),
        ("已完成", date(2027, 4, 1)),
        ("长期坚持", None),
    ],
)
def test_exact_and_relative_times_come_to_a_day(words: str, expected: date | None) -> None:
    assert resolved(words, NEXT) == expected


@pytest.mark.parametrize("words", ["考前一周", "考前五个工作日", "考前一个月", "考试前"])
def test_what_counts_from_the_exam_waits_until_its_days_are_set(words: str) -> None:
    assert resolved(words, replace(NEXT, exam_days=())) is None


@pytest.mark.parametrize(("words", "expected"), [("12月5日前", date(2021, 12, 5)), ("1月5日", date(2022, 1, 5))])
def test_a_day_without_a_year_lies_in_the_year_in_which_the_round_reaches_it(words: str, expected: date) -> None:
    assert resolved(words, OVER_NEW_YEAR) == expected


def test_the_29th_of_february_is_the_28th_in_years_that_have_none() -> None:
    assert resolved("2月29日", RoundDays(date(2027, 2, 1), date(2027, 6, 6))) == date(2027, 2, 28)


def test_a_month_before_the_31st_is_the_last_day_of_a_shorter_month() -> None:
    days = RoundDays(date(2027, 1, 4), date(2027, 5, 31), (date(2027, 5, 31),))
    assert resolved("考前一个月", days) == date(2027, 4, 30)


@given(rounds(), st.integers(1, 40), audiences)
def test_before_the_exam_is_a_working_day_that_many_days_before_it(
    days: RoundDays, n: int, audience: OrganizationKind
) -> None:
    due = resolved(f"考前{n}天", days, audience)
    if not days.exam_days:
        assert due is None
        return
    assert due is not None
    reported = first_report_on(days.starts_on, audience=audience, rules=RULES)
    assert due == reported or (CHINA.is_working_day(due) and (min(days.exam_days) - due).days >= n)


@given(rounds(), st.data(), audiences)
def test_a_day_within_the_round_is_due_on_itself(
    days: RoundDays, data: st.DataObject, audience: OrganizationKind
) -> None:
    day = data.draw(st.dates(days.starts_on, days.ends_on))
    assert resolved(f"{day.year}年{day.month}月{day.day}日前", days, audience) == day
    assert resolved(f"{day.month}月{day.day}日前", days, audience) == day


@pytest.mark.parametrize(
    ("starts_on", "audience", "expected"),
    [
        (date(2021, 3, 29), UNIVERSITY, date(2021, 4, 1)),
        (date(2021, 3, 29), DISTRICT, date(2021, 4, 2)),
        (date(2021, 4, 2), UNIVERSITY, date(2021, 4, 8)),  # a Friday: Thursday of the next week
        (date(2021, 4, 2), DISTRICT, date(2021, 4, 2)),
        (date(2021, 6, 7), UNIVERSITY, date(2021, 6, 10)),
        (date(2021, 9, 27), DISTRICT, date(2021, 9, 30)),  # the Friday is National Day: the working day before
        (date(2021, 10, 1), DISTRICT, date(2021, 10, 8)),  # the round begins on it: the next week
        (date(2021, 2, 11), UNIVERSITY, date(2021, 2, 18)),  # Spring Festival
        (date(2021, 2, 11), DISTRICT, date(2021, 2, 19)),
    ],
)
def test_the_first_weekly_report_is_on_its_weekday_or_moves(
    starts_on: date, audience: OrganizationKind, expected: date
) -> None:
    assert first_report_on(starts_on, audience=audience, rules=RULES) == expected


def test_an_office_may_let_reports_move_to_the_working_day_after() -> None:
    text = shipped_policy_text().replace('when_not_worked = "before"', 'when_not_worked = "after"')
    rules = replace(RULES, policy=load_policy(text))
    assert first_report_on(date(2021, 9, 27), audience=DISTRICT, rules=rules) == date(2021, 10, 8)


@given(rounds(), audiences, st.sampled_from(["before", "after"]))
def test_the_first_report_is_that_of_the_rounds_first_week(
    days: RoundDays, audience: OrganizationKind, when_not_worked: str
) -> None:
    text = shipped_policy_text().replace('when_not_worked = "before"', f'when_not_worked = "{when_not_worked}"')
    rules = replace(RULES, policy=load_policy(text))
    owed = weeks(rules, audience, days.starts_on, days.ends_on)
    due_on = CHINA.local_date(owed[0].deadline) if owed else None
    assert due_on in (first_report_on(days.starts_on, audience=audience, rules=rules), None)


@given(rounds(), st.integers(1, 12), st.sampled_from(CompletionWord), audiences)
def test_nothing_is_due_before_the_round_began(
    days: RoundDays, month: int, word: CompletionWord, audience: OrganizationKind
) -> None:
    due = resolved(f"{month}月{word}", days, audience)
    assert due is not None
    assert due >= days.starts_on


@given(rounds(), st.integers(1, 12), st.sampled_from(CompletionWord), audiences)
def test_within_the_round_a_part_of_a_month_is_due_on_its_last_day(
    days: RoundDays, month: int, word: CompletionWord, audience: OrganizationKind
) -> None:
    due = resolved(f"{month}月{word}", replace(days, exam_days=()), audience)
    within = {completion_date(year, month, word) for year in (days.starts_on.year, days.starts_on.year + 1)}
    if kept := {day for day in within if days.starts_on <= day <= days.ends_on}:
        assert due == min(kept)


@given(rounds(), st.integers(1, 12), audiences)
def test_the_beginning_of_a_month_never_lies_behind_the_exam(
    days: RoundDays, month: int, audience: OrganizationKind
) -> None:
    due = resolved(f"{month}月初", days, audience)
    reported = first_report_on(days.starts_on, audience=audience, rules=RULES)
    assert due == reported or not days.exam_days or (due is not None and due < min(days.exam_days))


@given(dates, audiences)
def test_the_first_report_lies_in_the_round_on_a_working_day(starts_on: date, audience: OrganizationKind) -> None:
    day = first_report_on(starts_on, audience=audience, rules=RULES)
    assert day >= starts_on
    assert CHINA.is_working_day(day)
