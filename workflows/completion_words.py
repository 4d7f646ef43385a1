"""Completion times as notices word them: 4月中旬, 4月28日前, 考前一周; what can be read two ways is refused."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterator

from workflows.completion import CompletionKind, CompletionRule, MonthPart
from workflows.deadlines import CompletionWord

A_LEAP_YEAR = 2024  # in which every day exists that a notice may name without a year
_HALF_A_MONTH, _DAYS_OF_A_WEEK = 15, 7  # days

_UNITS = {word: number for number, word in enumerate("一二三四五六七八九", 1)}
_NUMERALS = {"两": 2} | {
    f"{tens}{ten}{unit}": 10 * (_UNITS.get(tens, 1) if ten else 0) + _UNITS.get(unit, 0)
    for ten in ("", "十")
    for tens in ("", *(_UNITS if ten else ""))
    for unit in ("", *_UNITS)
    if ten or unit
}
_NUMERAL = re.compile("[一二三四五六七八九十]{1,3}(?=[月日号])")
_YEAR = re.compile("二[〇○零]([〇○零一二三四五六七八九])([〇○零一二三四五六七八九])(?=年)")
_FULL_DATE = re.compile(r"(20\d\d)([-./])(\d{1,2})\2(\d{1,2})日?(?!\d)")
_SHORT_DATE = re.compile(r"(?<![\d.])(\d{1,2})[./](\d{1,2})日?(?![\d.])")
_SPACE = re.compile(r"\s|[\u200b-\u200f\u2060\ufeff]")
_SIGNS = re.compile(r"[。.;,、:]")  # NFKC has made ，；： half-width before
_OBLIGES = re.compile("^(?:(?:务必|必须|须|应|要)(?:于|在)?|于|在)(?=.)")
_DONE = re.compile("(?:全部)?(?:完成|完毕|落实到位|到位)$")
_BY = re.compile("(?:(?:之|以)?前|为止|止)$")

_MONTH = "(?:(20[0-9]{2})年)?(0?[1-9]|1[0-2])月"
_MONTH_PART = re.compile(rf"{_MONTH}份?({'|'.join(CompletionWord)})")
_DAY = re.compile(rf"{_MONTH}([0-9]{{1,2}})[日号]")
_REST_OF_A_RANGE = re.compile(rf"份?(?:{'|'.join(CompletionWord)})|[0-9]{{1,2}}[日号]")
_BETWEEN = re.compile("至|到|—+|-|~|–")
_AT_ONCE = {"即日起", "从即日起", "自即日起", "现在起"}
_BEFORE_EXAM = re.compile(
    "(?:考试?|开考|考试开始)前(?:(?P<half>半个?月)|(?P<number>[0-9]{1,2}|[一二两三四五六七八九十]{1,3})"
    "(?P<unit>天|日|周|个?星期|个?工作日|个月))?"
)
_BEFORE_EXAM_IN = {
    "工作日": CompletionKind.WORKING_DAYS_BEFORE_EXAM,
    "月": CompletionKind.MONTHS_BEFORE_EXAM,
}
_IN_WORDS = (
    (re.compile("(?:(?:[从自]?即日起|一直|持续)?至|直至)考试结束"), CompletionKind.UNTIL_EXAM_OVER, "即日起至考试结束"),
    (re.compile("[从自]?即日起至建设完成"), CompletionKind.UNTIL_BUILT, "即日起至建设完成"),
    (re.compile("(?:长期|常年|持续|常态化)(?:坚持|落实|推进|开展|保持|进行)?"), CompletionKind.ONGOING, ""),
    (re.compile("每周(?:一次|开展|进行)?"), CompletionKind.ONGOING, ""),
    (re.compile("(?:现)?已经?(?:全部)?(?:完成|落实|到位|落实到位)"), CompletionKind.ALREADY, ""),
)


class CompletionError(ValueError):
    """Words that are no completion time."""


def completion_rule(words: str) -> CompletionRule:
    """Read the notice's words, such as «4 月中旬», «5月31日前» or «考前一周»; CompletionError for any others.

    Space, line breaks and full-width digits are how a table was typeset and mean nothing. An hour, several times, or
    something like «5月31日前后» is refused rather than read as the day that it names.
    """
    compact = _compact(words)
    done = _DONE.sub("", compact)
    for text in (compact, done, _BY.sub("", done)):
        for read in _READERS:
            if (rule := read(text)) is not None:
                return rule
    wanted = "4月中旬、5月底、4月28日、考前7天、长期坚持、已完成、即日起至考试结束"
    raise CompletionError(f"“{words.strip()}” 不是完成时间 / is no completion time; write it like {wanted}")


def _compact(words: str) -> str:
    """The words without spaces and signs; days in Arabic digits: 二〇二七年四月一日 and 2027.4.1 as 2027年4月1日."""
    text = _SPACE.sub("", unicodedata.normalize("NFKC", words))
    text = _FULL_DATE.sub(r"\1年\3月\4日", text)
    text = _SIGNS.sub("", _SHORT_DATE.sub(r"\1月\2日", text))
    text = _NUMERAL.sub(lambda numeral: str(_NUMERALS.get(numeral[0], numeral[0])), text)
    return _OBLIGES.sub("", _YEAR.sub(lambda year: f"20{_digit(year[1])}{_digit(year[2])}", text))


def _digit(numeral: str) -> int:
    return _UNITS.get(numeral, 0)


def _in_words(text: str) -> CompletionRule | None:
    for pattern, kind, normal in _IN_WORDS:
        if pattern.fullmatch(text):
            return CompletionRule(kind, normal or text)
    return None


def _month_part(text: str) -> CompletionRule | None:
    found = _MONTH_PART.fullmatch(text)
    if found is None:
        return None
    year, month, word = found.groups()
    normal = f"{_year(year)}{int(month)}月{word}"
    part = MonthPart[CompletionWord(word).name]
    return CompletionRule(CompletionKind.MONTH_PART, normal, int(month), part, year=int(year) if year else None)


def _day(text: str) -> CompletionRule | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = found[1], int(found[2]), int(found[3])
    if not 1 <= day <= monthrange(int(year or A_LEAP_YEAR), month)[1]:
        return None
    normal = f"{_year(year)}{month}月{day}日"
    return CompletionRule(CompletionKind.DAY, normal, month, day=day, year=int(year) if year else None)


def _year(year: str | None) -> str:
    return f"{year}年" if year else ""


def _before_exam(text: str) -> CompletionRule | None:
    found = _BEFORE_EXAM.fullmatch(text)
    if found is None:
        return None
    unit = (found["unit"] or "").removeprefix("个")
    number = found["number"] or "1"
    amount = int(number) if number.isdecimal() else _NUMERALS.get(number, 0)
    if found["half"]:
        amount = _HALF_A_MONTH
    elif unit in ("周", "星期"):
        amount *= _DAYS_OF_A_WEEK
    if not amount:
        return None
    return CompletionRule(_BEFORE_EXAM_IN.get(unit, CompletionKind.DAYS_BEFORE_EXAM), text, amount=amount)


_LAST_DAYS: tuple[Callable[[str], CompletionRule | None], ...] = (_month_part, _day, _before_exam)


def _range(text: str) -> CompletionRule | None:
    """From one time to another: due with the latter."""
    begin, *end = _BETWEEN.split(text)
    if len(end) != 1:
        return None
    start = "即日起" if begin in _AT_ONCE else begin.removeprefix("自").removeprefix("从").removesuffix("起")
    first = next(_rules(start), None)
    until = end[0]
    if first is not None and first.month and _REST_OF_A_RANGE.fullmatch(until):
        until = f"{_year(str(first.year) if first.year else None)}{first.month}月{until}"
    last = next(_rules(until), None)
    if last is None or (first is None and start != "即日起"):
        return None
    normal = f"{first.text if first else start}至{last.text}"
    return CompletionRule(last.kind, normal, last.month, last.part, last.day, last.year, last.amount)


def _rules(text: str) -> Iterator[CompletionRule]:
    return (rule for read in _LAST_DAYS if (rule := read(text)) is not None)


_READERS = (_in_words, *_LAST_DAYS, _range)
