"""Completion times: the notice's words, and the day that each comes to in a round."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import load_calendar, shipped_calendar_text
from workflows.completion import (
    CompletionError,
    CompletionKind,
    CompletionRule,
    MonthPart,
    RoundDays,
    completion_rule,
    due_on,
)
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


@st.composite
def typeset(draw: st.DrawFn, text: str) -> str:
    """A text as somebody may have typed it into a narrow cell."""
    space = st.sampled_from(["", "", " ", "\n", "\u3000", "\u200b", "\t"])
    wide = draw(st.booleans())
    return "".join(draw(space) + (chr(ord(char) + 0xFEE0) if wide and char.isdigit() else char) for char in text)


def resolved(words: str, days: RoundDays, audience: OrganizationKind = UNIVERSITY) -> date | None:
    return due_on(completion_rule(words), days, audience=audience, rules=RULES)


@pytest.mark.parametrize(
    ("words", "month", "part"),
    [
        ("4 月中旬", 4, MonthPart.MIDDLE_TEN_DAYS),
        ("1 月底", 1, MonthPart.END),
        ("5月底", 5, MonthPart.END),
        ("6 月初", 6, MonthPart.BEGINNING),
        ("5月下旬", 5, MonthPart.LAST_TEN_DAYS),
        ("３ 月\n上旬", 3, MonthPart.FIRST_TEN_DAYS),
        ("12月份下旬。", 12, MonthPart.LAST_TEN_DAYS),
        ("05月底前", 5, MonthPart.END),
        ("十二月底之前完成", 12, MonthPart.END),
        ("十月 中旬", 10, MonthPart.MIDDLE_TEN_DAYS),
        ("六月初", 6, MonthPart.BEGINNING),
    ],
)
def test_a_part_of_a_month_is_read_as_it_was_typed(words: str, month: int, part: MonthPart) -> None:
    rule = completion_rule(words)
    assert (rule.kind, rule.month, rule.part) == (CompletionKind.MONTH_PART, month, part)
    assert rule.text == f"{month}月{CompletionWord[part.name]}"
    assert not rule.is_weekly


@pytest.mark.parametrize(
    ("words", "kind", "text"),
    [
        ("即日起至考试\n结束", CompletionKind.UNTIL_EXAM_OVER, "即日起至考试结束"),
        ("即日起至考试结束为止", CompletionKind.UNTIL_EXAM_OVER, "即日起至考试结束"),
        ("即日起 至建设完成 ", CompletionKind.UNTIL_BUILT, "即日起至建设完成"),
    ],
)
def test_an_open_end_is_looked_at_every_week(words: str, kind: CompletionKind, text: str) -> None:
    rule = completion_rule(words)
    assert rule == CompletionRule(kind, text)
    assert rule.is_weekly


@pytest.mark.parametrize(
    "words",
    [
        *(
            "",
            " ",
            "长期",
            "4月",
            "13月底",
            "0月底",
            "十三月底",
            "5月20日",
            "2021年5月底",
            "尽快",
            "月底",
            "即日起",
            "4月中旬5月底",
        )
    ],
)
def test_other_words_are_no_completion_time_and_it_says_how_to_write_one(words: str) -> None:
    with pytest.raises(CompletionError, match="4月中旬"):
        completion_rule(words)


@given(st.data(), st.integers(1, 12), st.sampled_from(CompletionWord))
def test_how_it_was_typeset_means_nothing(data: st.DataObject, month: int, word: CompletionWord) -> None:
    normal = f"{month}月{word}"
    rule = completion_rule(data.draw(typeset(normal)))
    assert rule == completion_rule(normal)
    assert rule.text == normal
    assert completion_rule(rule.text) == rule


@given(st.text())
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    try:
        rule = completion_rule(text)
    except CompletionError:
        return
    assert completion_rule(rule.text) == rule


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
