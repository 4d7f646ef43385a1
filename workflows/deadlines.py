"""Deadlines as the notice and the Civil Code count them: working days, days before the exam, resumed clocks.

Every instant goes in aware and comes out in UTC; an instant without a zone raises ValueError.
"""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from workflows.calendar import Calendar, to_utc

MICROSECOND = timedelta(microseconds=1)  # the finest step that our stores keep


class CompletionWord(StrEnum):
    """How the notice's checklists (annexes 1 and 2, column 完成时间) say when in a month an item is due."""

    BEGINNING = "初"  # by the 10th
    FIRST_TEN_DAYS = "上旬"  # by the 10th
    MIDDLE_TEN_DAYS = "中旬"  # by the 20th
    LAST_TEN_DAYS = "下旬"  # by the last day
    END = "底"  # by the last day


_DUE_BY = {
    CompletionWord.BEGINNING: 10,
    CompletionWord.FIRST_TEN_DAYS: 10,
    CompletionWord.MIDDLE_TEN_DAYS: 20,
}


def working_days_after(calendar: Calendar, at: datetime, n: int) -> datetime:
    """Return the close of business of the n-th working day after the day of `at` (n >= 1).

    The day itself is not counted, and the last day ends when business closes: Civil Code, articles 201 and 203.
    """
    if n < 1:
        msg = f"a term must be 1 working day or more, not {n}"
        raise ValueError(msg)
    return _closing_after(calendar, calendar.local_date(at), n)


def working_days_until(calendar: Calendar, at: datetime, deadline: datetime) -> int:
    """Return the least n, 1 or more, for which `working_days_after` is not before the deadline."""
    n = 1
    while working_days_after(calendar, at, n) < to_utc(deadline):
        n += 1
    return n


def working_days_late(calendar: Calendar, deadline: datetime, now: datetime) -> int:
    """Return how many working days have begun since the deadline's day; 0 on that day itself, and before it."""
    day, today, late = calendar.working_day_after(calendar.local_date(deadline), 1), calendar.local_date(now), 0
    while day <= today:
        day, late = calendar.working_day_after(day, 1), late + 1
    return late


def morning_before(calendar: Calendar, deadline: datetime, n: int, at: time) -> datetime:
    """Return local time `at` on the n-th working day before the deadline's day; n = 0 is that day itself.

    For n = 0 the day need not be worked, and the answer may lie after a deadline that falls early on it.
    """
    return _time_before(calendar, calendar.local_date(deadline), n, at)


def days_before_exam(calendar: Calendar, exam_on: date, n: int) -> datetime:
    """Return the close of the last working day at least n days before the exam's first day (n >= 0).

    The exam's first day never counts, so that n = 0 says the same as n = 1.
    """
    if n < 0:
        msg = f"cannot be due {n} days before the exam: n must be 0 or more"
        raise ValueError(msg)
    return calendar.closing(calendar.working_day_before(exam_on - timedelta(days=max(n, 1)), 0))


def last_working_moment_before(calendar: Calendar, exam_on: date) -> datetime:
    """Return the close of the last working day strictly before the exam's first day (考前)."""
    return calendar.closing(calendar.working_day_before(exam_on, 1))


def brought_forward(calendar: Calendar, *, anchor: datetime, due: datetime, exam_on: date | None) -> datetime:
    """Return when a step of the ladder happens: `due`, or earlier when the exam would begin first.

    A step due at or after midnight of the exam's first day comes forward to the last working moment before it,
    never before its `anchor` (what the step counts from). Kept as it is when no exam day is set, or when the
    anchor itself is not before the exam: then there is no time left that it could come forward into.
    """
    due, anchor = to_utc(due), to_utc(anchor)
    if exam_on is None:
        return due
    exam_begins = calendar.instant(exam_on, time.min)
    if due < exam_begins or anchor >= exam_begins:
        return due
    return max(anchor, last_working_moment_before(calendar, exam_on))


def earliest(*instants: datetime | None) -> datetime | None:
    """Return the earliest of the instants that are set, for deadlines combine by min; None when none is."""
    return min((to_utc(at) for at in instants if at is not None), default=None)


def is_kept(deadline: datetime, at: datetime) -> bool:
    """Say whether what happened `at` was in time; the deadline itself still is ('by 17:00' is inclusive)."""
    return to_utc(at) <= to_utc(deadline)


def first_instant_after(deadline: datetime) -> datetime:
    """Return the first instant at which the deadline is missed."""
    return to_utc(deadline) + MICROSECOND


def working_time_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Return how much time between two instants is worked: on working days, from opening to closing."""
    start, end = to_utc(start), to_utc(end)
    worked, day = timedelta(0), calendar.working_day_after(calendar.local_date(start), 0)
    while day <= calendar.local_date(end):
        spent = min(end, calendar.closing(day)) - max(start, calendar.opening(day))
        worked += max(spent, timedelta(0))
        day = calendar.working_day_after(day, 1)
    return worked


def working_time_after(calendar: Calendar, at: datetime, amount: timedelta) -> datetime:
    """Return the first instant, within the hours of a working day, before which `amount` is worked after `at`."""
    begins = to_utc(at)
    day = calendar.working_day_after(calendar.local_date(begins), 0)
    while True:
        begins, closes = max(begins, calendar.opening(day)), calendar.closing(day)
        if begins + amount <= closes:
            return begins + amount
        amount -= max(closes - begins, timedelta(0))
        day = calendar.working_day_after(day, 1)


def resumed(
    calendar: Calendar,
    *,
    now: datetime,
    remaining: timedelta,
    grace_working_days: int,
    latest: datetime | None,
) -> datetime:
    """Return the deadline that runs on after a failed or partial review.

    The later of the working time that remained at the submission, counted on from `now`, and the close of the
    grace-th working day after `now` (0: no grace), but not later than `latest` where that is still ahead; never before
    `now`, and never on a day that is not worked (Civil Code, article 203).
    """
    now = to_utc(now)
    days = grace_working_days or int(not calendar.is_working_day(calendar.local_date(now)))
    graced = working_days_after(calendar, now, days) if days else now
    deadline = max(working_time_after(calendar, now, max(remaining, timedelta(0))), graced)
    if latest is None or to_utc(latest) <= now:
        return deadline
    return min(deadline, to_utc(latest))


def completion_date(year: int, month: int, word: str) -> date:
    """Return the last day by which the notice's completion word (see CompletionWord) wants an item done.

    'Before the exam', which bounds 初, is the caller's second term. ValueError for another word or no such month.
    """
    if word not in list(CompletionWord):
        msg = f"“{word}” 不是完成时间用语 / is no completion word: use one of {'、'.join(CompletionWord)}"
        raise ValueError(msg)
    last_day = monthrange(year, month)[1]
    return date(year, month, _DUE_BY.get(CompletionWord(word), last_day))


@lru_cache(2000)  # a sweep counts from the same few days for thousands of findings, and a calendar never changes
def _closing_after(calendar: Calendar, day: date, n: int) -> datetime:
    return calendar.closing(calendar.working_day_after(day, n))


@lru_cache(2000)
def _time_before(calendar: Calendar, day: date, n: int, at: time) -> datetime:
    return calendar.instant(day if n == 0 else calendar.working_day_before(day, n), at)
