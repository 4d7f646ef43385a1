"""When a checklist item has to be in place (完成时间): the words of annexes 1 and 2 as rules that come to a day."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from workflows.deadlines import CompletionWord, completion_date, days_before_exam
from workflows.reports import first_report_on
from workflows.rules import Rules
from workflows.vocabulary import OrganizationKind

ONE_DAY = timedelta(days=1)
MONTHS_OF_A_YEAR = 12


class CompletionKind(StrEnum):
    """How an item's completion time is given."""

    MONTH_PART = "month_part"  # by a part of a month: 4 月中旬
    DAY = "day"  # by a day: 4月28日前, 2027年5月31日, 4月1日至4月28日
    DAYS_BEFORE_EXAM = "days_before_exam"  # 考前一周, 考前三天; 考试前 is the day before
    WORKING_DAYS_BEFORE_EXAM = "working_days_before_exam"  # 考前五个工作日
    MONTHS_BEFORE_EXAM = "months_before_exam"  # 考前一个月
    ALREADY = "already"  # 已完成: to be seen by the first weekly report
    ONGOING = "ongoing"  # 长期坚持: looked at every week, without a last day
    UNTIL_EXAM_OVER = "until_exam_over"  # 即日起至考试结束: looked at every week
    UNTIL_BUILT = "until_built"  # 即日起至建设完成: looked at every week, without a last day


class MonthPart(StrEnum):
    """The part of a month; the notice's word for each is a CompletionWord."""

    BEGINNING = "beginning"  # 初
    FIRST_TEN_DAYS = "first_ten_days"  # 上旬
    MIDDLE_TEN_DAYS = "middle_ten_days"  # 中旬
    LAST_TEN_DAYS = "last_ten_days"  # 下旬
    END = "end"  # 底


@dataclass(frozen=True, slots=True)
class CompletionRule:
    """One completion time; `text` is its normal form, and what its kind does not speak of is None."""

    kind: CompletionKind
    text: str
    month: int | None = None  # of MONTH_PART and DAY
    part: MonthPart | None = None  # of MONTH_PART
    day: int | None = None  # of DAY
    year: int | None = None  # of MONTH_PART and DAY, where the words name it
    amount: int | None = None  # of days, working days or months before the exam

    @property
    def is_weekly(self) -> bool:
        """Whether the item stays open and is checked in every week of the round."""
        return self.kind in _WEEKLY


@dataclass(frozen=True, slots=True)
class RoundDays:
    """The days of a round that completion times are reckoned from; `exam_days` is empty while they are not set."""

    starts_on: date
    ends_on: date
    exam_days: Sequence[date] = ()


_WEEKLY = {CompletionKind.ONGOING, CompletionKind.UNTIL_EXAM_OVER, CompletionKind.UNTIL_BUILT}


def due_on(rule: CompletionRule, days: RoundDays, *, audience: OrganizationKind, rules: Rules) -> date | None:
    """The last day by which the item has to be in place; None where there is none (yet).

    初 is the 10th at the latest and before the exam; days and months before the exam end on a working day; what was due
    before the round began is due with its first weekly report; 至考试结束 is the last exam day, once that is set.
    `audience` is whom the checklist is for: universities or district offices.
    """
    if rule.kind is CompletionKind.UNTIL_EXAM_OVER:
        return max(days.exam_days, default=None)
    first_report = first_report_on(days.starts_on, audience=audience, rules=rules)
    if rule.kind is CompletionKind.ALREADY:
        return first_report
    day = named_day(rule, days) if rule.month else _before_exam(rule, days, rules)
    return first_report if day and day < days.starts_on else day


def named_day(rule: CompletionRule, days: RoundDays) -> date:
    """The day that a rule of month and day or part comes to in the calendar, also outside of the round."""
    month = rule.month or 1
    year = rule.year or _year_of(month, days)
    if rule.part is None:
        return date(year, month, min(rule.day or 1, monthrange(year, month)[1]))
    day = completion_date(year, month, CompletionWord[rule.part.name])
    if rule.part is MonthPart.BEGINNING and days.exam_days:
        day = min(day, min(days.exam_days) - ONE_DAY)
    return day


def _before_exam(rule: CompletionRule, days: RoundDays, rules: Rules) -> date | None:
    exam_on, calendar = min(days.exam_days, default=None), rules.calendar
    if exam_on is None or rule.amount is None:
        return None
    if rule.kind is CompletionKind.WORKING_DAYS_BEFORE_EXAM:
        return calendar.working_day_before(exam_on, rule.amount)
    if rule.kind is CompletionKind.MONTHS_BEFORE_EXAM:
        return calendar.working_day_before(_months_before(exam_on, rule.amount), 0)
    return calendar.local_date(days_before_exam(calendar, exam_on, rule.amount))


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or its last one: Civil Code, article 202."""
    year, month = divmod(day.year * MONTHS_OF_A_YEAR + day.month - 1 - months, MONTHS_OF_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _year_of(month: int, days: RoundDays) -> int:
    """The year of the round's beginning, unless the round goes on into that month of the next one."""
    year, ends_on = days.starts_on.year, days.ends_on
    return year + 1 if month < days.starts_on.month and (year + 1, month) <= (ends_on.year, ends_on.month) else year
