"""When a checklist item has to be in place (完成时间): the words of annexes 1 and 2 as rules that come to a day."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from workflows.deadlines import CompletionWord, completion_date
from workflows.reports import first_report_on
from workflows.rules import Rules
from workflows.vocabulary import OrganizationKind

ONE_DAY = timedelta(days=1)


class CompletionKind(StrEnum):
    """How an item's completion time is given."""

    MONTH_PART = "month_part"  # by a part of a month: 4 月中旬
    UNTIL_EXAM_OVER = "until_exam_over"  # 即日起至考试结束: looked at every week
    UNTIL_BUILT = "until_built"  # 即日起至建设完成: looked at every week, without a last day


class MonthPart(StrEnum):
    """The part of a month; the notice's word for each is a CompletionWord."""

    BEGINNING = "beginning"  # 初
    FIRST_TEN_DAYS = "first_ten_days"  # 上旬
    MIDDLE_TEN_DAYS = "middle_ten_days"  # 中旬
    LAST_TEN_DAYS = "last_ten_days"  # 下旬
    END = "end"  # 底


class CompletionError(ValueError):
    """Words that are no completion time."""


@dataclass(frozen=True, slots=True)
class CompletionRule:
    """One completion time; `month` and `part` go with MONTH_PART and are None otherwise, `text` is its normal form."""

    kind: CompletionKind
    text: str
    month: int | None = None
    part: MonthPart | None = None

    @property
    def is_weekly(self) -> bool:
        """Whether the item stays open and is checked in every week of the round."""
        return self.kind is not CompletionKind.MONTH_PART


@dataclass(frozen=True, slots=True)
class RoundDays:
    """The days of a round that completion times are reckoned from; `exam_days` is empty while they are not set."""

    starts_on: date
    ends_on: date
    exam_days: Sequence[date] = ()


_OPEN_ENDED = {
    CompletionKind.UNTIL_EXAM_OVER: "即日起至考试结束",
    CompletionKind.UNTIL_BUILT: "即日起至建设完成",
}
_OPEN = {text: CompletionRule(kind, text) for kind, text in _OPEN_ENDED.items()}
_MONTHS = {word: month for month, word in enumerate([*"一二三四五六七八九十", "十一", "十二"], 1)}
_MONTH_PART = re.compile(rf"(0?[1-9]|1[0-2]|{'|'.join(reversed(_MONTHS))})月份?({'|'.join(CompletionWord)})")
_LEFT_OUT = re.compile(r"\s|[\u200b-\u200f\u2060\ufeff]|[。.;,、:]")  # NFKC has made ，；： half-width before
_BY = re.compile(r"(之?前|以前|为止|止)(完成)?$")


def completion_rule(words: str) -> CompletionRule:
    """Read the notice's words, such as «4 月中旬», «５月 底» or «即日起至考试结束»; CompletionError for any others.

    Space, line breaks and full-width digits are how a table was typeset and mean nothing.
    """
    compact = _BY.sub("", _LEFT_OUT.sub("", unicodedata.normalize("NFKC", words)))
    if compact in _OPEN:
        return _OPEN[compact]
    found = _MONTH_PART.fullmatch(compact)
    if found is None:
        wanted = "4月中旬、5月底、即日起至考试结束、即日起至建设完成"
        raise CompletionError(f"“{words.strip()}” 不是完成时间 / is no completion time; write it like {wanted}")
    month = _MONTHS.get(found[1]) or int(found[1])
    return CompletionRule(
        CompletionKind.MONTH_PART, f"{month}月{found[2]}", month, MonthPart[CompletionWord(found[2]).name]
    )


def due_on(rule: CompletionRule, days: RoundDays, *, audience: OrganizationKind, rules: Rules) -> date | None:
    """The last day by which the item has to be in place; None where there is none (yet).

    初 is the 10th at the latest and before the exam; what was due before the round began is due with its first weekly
    report; 至考试结束 is the last exam day, once that is set. `audience` is whom the checklist is for: universities or
    district offices.
    """
    if rule.month is None or rule.part is None:
        over = rule.kind is CompletionKind.UNTIL_EXAM_OVER
        return max(days.exam_days, default=None) if over else None
    day = completion_date(_year_of(rule.month, days), rule.month, CompletionWord[rule.part.name])
    if rule.part is MonthPart.BEGINNING and days.exam_days:
        day = min(day, min(days.exam_days) - ONE_DAY)
    return day if day >= days.starts_on else first_report_on(days.starts_on, audience=audience, rules=rules)


def _year_of(month: int, days: RoundDays) -> int:
    """The year of the round's beginning, unless the round goes on into that month of the next one."""
    year, ends_on = days.starts_on.year, days.ends_on
    return year + 1 if month < days.starts_on.month and (year + 1, month) <= (ends_on.year, ends_on.month) else year
