"""Deadlines: the Civil Code's way of counting, the exam as a bound, inclusive 17:00, resumed clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import load_calendar, shipped_calendar_text
from workflows.deadlines import (
    CompletionWord,
    brought_forward,
    completion_date,
    days_before_exam,
    earliest,
    first_instant_after,
    is_kept,
    last_working_moment_before,
    morning_before,
    resumed,
    working_days_after,
    working_days_late,
)

CHINA = load_calendar(shipped_calendar_text())
SHANGHAI = ZoneInfo("Asia/Shanghai")
EXAM_ON = date(2021, 6, 6)  # a Sunday: the notice's round ends with it
NINE = time(9)
NAIVE = datetime(2021, 6, 4, 17)  # noqa: DTZ001 — the mistake itself

instants = st.datetimes(datetime(2020, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001 — hypothesis adds the zone
exam_days = st.dates(date(2020, 2, 1), date(2027, 12, 1))


def local(month: int, day: int, hour: int = 17, minute: int = 0, *, year: int = 2021) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("at", "n", "expected"),
    [
        (local(4, 6, 10), 1, local(4, 7)),
        (local(4, 6, 0), 1, local(4, 7)),  # the first instant of a day does not count that day
        (local(4, 6, 23, 59), 1, local(4, 7)),
        (local(4, 30, 16), 1, local(5, 6)),  # over Labour Day
        (local(4, 30, 16), 3, local(5, 8)),  # the make-up Saturday
        (local(9, 30), 2, local(10, 9)),  # over National Day
        (local(2, 10), 1, local(2, 18)),  # over Spring Festival
        (local(2, 6), 1, local(2, 7)),  # found on a Saturday, the Sunday is worked
        (local(12, 31), 1, local(1, 4, year=2022)),
        (local(2, 28, year=2024), 1, local(2, 29, year=2024)),
        (local(9, 30, year=2027), 1, local(10, 1, year=2027)),  # no plan yet
    ],
)
def test_a_term_of_working_days_starts_the_next_day_and_ends_at_close(at: datetime, n: int, expected: datetime) -> None:
    found = working_days_after(CHINA, at, n)
    assert found == expected
    assert found.tzinfo is UTC


@pytest.mark.parametrize("n", [0, -1])
def test_a_term_is_at_least_one_working_day(n: int) -> None:
    with pytest.raises(ValueError, match="1 working day or more"):
        working_days_after(CHINA, local(4, 6), n)


@given(instants, st.integers(1, 60))
def test_a_term_lies_ahead_on_a_working_day_at_close(at: datetime, n: int) -> None:
    found = working_days_after(CHINA, at, n)
    assert found > at
    assert CHINA.is_working_day(CHINA.local_date(found))
    assert found == CHINA.closing(CHINA.local_date(found))
    assert found < working_days_after(CHINA, at, n + 1)


@pytest.mark.parametrize(
    ("deadline", "n", "expected"),
    [
        (local(5, 7), 0, local(5, 7, 9)),
        (local(5, 7), 1, local(5, 6, 9)),
        (local(5, 7), 3, local(4, 29, 9)),  # 6 May, 30 April, 29 April
        (local(5, 10), 1, local(5, 8, 9)),  # the make-up Saturday
        (local(6, 6, 12), 0, local(6, 6, 9)),  # a deadline on a Sunday has its morning
    ],
)
def test_reminders_come_in_the_morning_of_working_days_before(deadline: datetime, n: int, expected: datetime) -> None:
    assert morning_before(CHINA, deadline, n, NINE) == expected


@pytest.mark.parametrize(
    ("exam_on", "n", "expected"),
    [
        (EXAM_ON, 0, local(6, 4)),
        (EXAM_ON, 1, local(6, 4)),  # 5 June is a Saturday
        (EXAM_ON, 2, local(6, 4)),
        (EXAM_ON, 3, local(6, 3)),
        (EXAM_ON, 7, local(5, 28)),
        (date(2021, 5, 6), 0, local(4, 30)),
        (date(2021, 5, 9), 1, local(5, 8)),
    ],
)
def test_a_term_before_the_exam_ends_on_a_working_day(exam_on: date, n: int, expected: datetime) -> None:
    assert days_before_exam(CHINA, exam_on, n) == expected


def test_a_term_before_the_exam_cannot_lie_behind_it() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        days_before_exam(CHINA, EXAM_ON, -1)


@given(exam_days, st.integers(0, 60))
def test_a_term_before_the_exam_leaves_n_whole_days(exam_on: date, n: int) -> None:
    due_on = CHINA.local_date(days_before_exam(CHINA, exam_on, n))
    assert CHINA.is_working_day(due_on)
    assert (exam_on - due_on).days >= max(n, 1)
    skipped = range((exam_on - due_on).days - max(n, 1))
    assert not any(CHINA.is_working_day(due_on + timedelta(days=k + 1)) for k in skipped)


def test_the_last_working_moment_before_a_sunday_exam_is_friday_at_close() -> None:
    assert last_working_moment_before(CHINA, EXAM_ON) == local(6, 4)


@given(exam_days)
def test_the_last_working_moment_is_what_zero_days_before_the_exam_says(exam_on: date) -> None:
    assert last_working_moment_before(CHINA, exam_on) == days_before_exam(CHINA, exam_on, 0)


@pytest.mark.parametrize(
    ("anchor", "due", "expected"),
    [
        (local(6, 1), local(6, 3), local(6, 3)),  # well before
        (local(6, 4), local(6, 5, 23, 59), local(6, 5, 23, 59)),  # the eve is still before
        (local(6, 3), local(6, 6, 0), local(6, 4)),  # midnight of the first day is not
        (local(6, 3), local(6, 7), local(6, 4)),
        (local(6, 5, 10), local(6, 7), local(6, 5, 10)),  # never before what it counts from
        (local(6, 6, 0), local(6, 7), local(6, 7)),  # the exam has begun: kept
        (local(6, 8), local(6, 9), local(6, 9)),
    ],
)
def test_a_step_after_the_exam_begins_comes_forward(anchor: datetime, due: datetime, expected: datetime) -> None:
    assert brought_forward(CHINA, anchor=anchor, due=due, exam_on=EXAM_ON) == expected


def test_without_an_exam_day_a_step_stays_where_it_is() -> None:
    assert brought_forward(CHINA, anchor=local(6, 3), due=local(6, 7), exam_on=None) == local(6, 7)


@given(instants, st.timedeltas(timedelta(0), timedelta(days=30)), st.integers(-20, 40))
def test_a_step_only_ever_comes_forward_and_not_past_its_anchor(
    anchor: datetime, after: timedelta, exam_in: int
) -> None:
    due, exam_on = anchor + after, CHINA.local_date(anchor) + timedelta(days=exam_in)
    found = brought_forward(CHINA, anchor=anchor, due=due, exam_on=exam_on)
    assert anchor <= found <= due
    begins = datetime.combine(exam_on, time.min, SHANGHAI)
    assert (found < begins) == (anchor < begins)
    assert brought_forward(CHINA, anchor=anchor, due=found, exam_on=exam_on) == found


def test_deadlines_combine_by_the_earliest() -> None:
    assert earliest(local(6, 4), None, local(5, 31), local(6, 3)) == local(5, 31)
    assert earliest(local(6, 4, 17), datetime(2021, 6, 4, 8, 59, tzinfo=UTC)) == local(6, 4, 16, 59)
    assert earliest(None) is None
    assert earliest() is None


def test_five_o_clock_itself_is_in_time_and_the_next_instant_is_not() -> None:
    deadline = local(6, 3)
    missed = first_instant_after(deadline)
    assert is_kept(deadline, deadline - timedelta(days=1))
    assert is_kept(deadline, deadline)
    assert not is_kept(deadline, missed)
    assert missed - deadline == timedelta(microseconds=1)


@given(instants, instants)
def test_a_deadline_is_kept_or_its_first_instant_after_has_come(deadline: datetime, at: datetime) -> None:
    assert is_kept(deadline, at) != (at >= first_instant_after(deadline))


@pytest.mark.parametrize(
    ("remaining", "grace", "latest", "expected"),
    [
        (timedelta(hours=2), 1, None, local(5, 6)),  # Friday before Labour Day: the grace is longer
        (timedelta(hours=24), 1, None, local(5, 8, 10)),  # what remained is longer: 7, 8, 8 and, on a Saturday, 1
        (timedelta(days=10), 1, local(5, 7), local(5, 7)),  # cut at the latest
        (timedelta(hours=2), 1, local(5, 7), local(5, 6)),
        (timedelta(hours=2), 1, local(4, 30, 10), local(5, 6)),  # the latest is now: no bound any more
        (timedelta(hours=2), 1, local(4, 29), local(5, 6)),
        (timedelta(hours=2), 0, None, local(4, 30, 12)),  # no grace
        (timedelta(0), 2, None, local(5, 7)),
        (timedelta(hours=-3), 0, None, local(4, 30, 10)),  # nothing remained: now, not the past
    ],
)
def test_a_resumed_deadline_is_the_later_of_what_remained_and_the_grace(
    remaining: timedelta, grace: int, latest: datetime | None, expected: datetime
) -> None:
    now = local(4, 30, 10)
    found = resumed(CHINA, now=now, remaining=remaining, grace_working_days=grace, latest=latest)
    assert found == expected
    assert found.tzinfo is UTC


@given(
    instants,
    st.timedeltas(timedelta(days=-3), timedelta(days=60)),
    st.integers(1, 5),
    st.none() | instants,
)
def test_a_resumed_deadline_always_lies_ahead(
    now: datetime, remaining: timedelta, grace: int, latest: datetime | None
) -> None:
    found = resumed(CHINA, now=now, remaining=remaining, grace_working_days=grace, latest=latest)
    assert found > now
    if latest is not None and latest > now:
        assert found <= latest


def test_a_negative_grace_is_refused() -> None:
    with pytest.raises(ValueError, match="1 working day or more"):
        resumed(CHINA, now=local(4, 30), remaining=timedelta(0), grace_working_days=-1, latest=None)


@pytest.mark.parametrize(
    "compute",
    [
        lambda: working_days_after(CHINA, NAIVE, 1),
        lambda: morning_before(CHINA, NAIVE, 1, NINE),
        lambda: brought_forward(CHINA, anchor=NAIVE, due=local(6, 4), exam_on=None),
        lambda: brought_forward(CHINA, anchor=local(6, 4), due=NAIVE, exam_on=None),
        lambda: earliest(NAIVE),
        lambda: is_kept(NAIVE, local(6, 4)),
        lambda: is_kept(local(6, 4), NAIVE),
        lambda: first_instant_after(NAIVE),
        lambda: resumed(CHINA, now=NAIVE, remaining=timedelta(0), grace_working_days=1, latest=None),
        lambda: resumed(CHINA, now=local(6, 4), remaining=timedelta(0), grace_working_days=1, latest=NAIVE),
    ],
)
def test_an_instant_without_a_zone_is_refused_everywhere(compute: object) -> None:
    assert callable(compute)
    with pytest.raises(ValueError, match="no zone"):
        compute()


@pytest.mark.parametrize(
    ("year", "month", "word", "expected"),
    [
        (2021, 6, "初", date(2021, 6, 10)),
        (2021, 4, "上旬", date(2021, 4, 10)),
        (2021, 4, "中旬", date(2021, 4, 20)),
        (2021, 4, "下旬", date(2021, 4, 30)),
        (2021, 5, "底", date(2021, 5, 31)),
        (2021, 2, "底", date(2021, 2, 28)),
        (2024, 2, "下旬", date(2024, 2, 29)),
        (2021, 12, CompletionWord.END, date(2021, 12, 31)),
    ],
)
def test_completion_words_name_the_last_day(year: int, month: int, word: str, expected: date) -> None:
    assert completion_date(year, month, word) == expected


def test_every_completion_word_has_a_day_in_every_month() -> None:
    for month in range(1, 13):
        assert all(completion_date(2021, month, word).month == month for word in CompletionWord)


def test_another_completion_word_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="初、上旬、中旬、下旬、底"):
        completion_date(2021, 6, "考前")


def test_a_month_that_does_not_exist_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="month"):
        completion_date(2021, 13, "底")


@pytest.mark.parametrize(
    ("now", "late"),
    [
        (local(4, 30), 0),
        (local(4, 30, 23), 0),
        (local(5, 5), 0),
        (local(5, 6, 0), 1),
        (local(5, 8), 3),
        (local(5, 9), 3),
    ],
)
def test_only_days_that_are_worked_make_it_later(now: datetime, late: int) -> None:
    assert working_days_late(CHINA, local(4, 30), now) == late
