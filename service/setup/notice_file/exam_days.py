"""The exam days that a notice names: 6月6日至7日举行考试, 考试时间为2027年6月5日、6日."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from service.setup.notice_file.notice import Doubt

PLACE = "考试日"
MOST_DAYS = 10  # of one exam; a longer span is that of something else
_WEEKDAY = "(?:[（(](?:星期|周)[一二三四五六日天][）)])?"
_TO, _AND = "至|到|—+|[-－~～–]", "[、和及]"
_SPAN = (
    rf"(?:20\d\d年)?\d{{1,2}}月\d{{1,2}}(?:日|(?={_TO}|{_AND})){_WEEKDAY}"
    rf"(?:(?:{_TO}|{_AND})(?:(?:20\d\d年)?\d{{1,2}}月)?\d{{1,2}}(?:日|(?={_TO}|{_AND})){_WEEKDAY})*"
)
_HELD = "举行|进行|举办|开考|组织实施"
_WAYS = (
    re.compile(rf"考试(?:时间|日期)(?:为|是|定于|定在|安排在|确定为|：|:)*({_SPAN})"),
    re.compile(rf"考试[^，。；：:]{{0,12}}?(?:于|在)({_SPAN})[^，。；]{{0,4}}?(?:{_HELD})"),
    re.compile(rf"({_SPAN})(?:期间)?(?:{_HELD})[^，。；]{{0,20}}?考试(?=$|[，。；、）)])"),
    re.compile(rf"({_SPAN})(?:上午|下午)?[^，。；]{{0,4}}?开考"),
)
_OF_SOMETHING_ELSE = re.compile("模拟|演练|报名|体检|培训|督查|检查|安全|工作|补考|面试")
_DAY = re.compile(rf"({_TO})?(?:{_AND})?(?:(20\d\d)年)?(?:(\d{{1,2}})月)?(\d{{1,2}})日?{_WEEKDAY}")


def read_exam_days(
    sentences: Sequence[str], title: str | None, issued_on: date | None
) -> tuple[tuple[date, ...], list[Doubt], list[str]]:
    """The days, doubts about them, and the words that were read; a day without a year is that of the title or date."""
    named = re.search(r"(20\d\d)年", title or "")
    year = int(named[1]) if named else issued_on.year if issued_on else None
    found = [(words, days) for words in _words(sentences) if (days := _days(words, year)) is not None]
    if not found:
        return (), [], []
    used, doubts = [words for words, _ in found], list[Doubt]()
    if len({days for _, days in found}) > 1:
        doubts.append(Doubt("exam_days_differ", PLACE, {"words": "；".join(dict.fromkeys(used))}))
    days = found[0][1]
    if len(days) > MOST_DAYS or (issued_on and days[0] < issued_on):
        doubts.append(Doubt("exam_days_odd", PLACE, {"words": used[0]}))
    return days, doubts, used


def _words(sentences: Sequence[str]) -> Iterator[str]:
    for sentence in sentences:
        for way in _WAYS:
            if (found := way.search(sentence)) and not _OF_SOMETHING_ELSE.search(found[0]):
                yield found[1]
                break


def _days(words: str, year: int | None) -> tuple[date, ...] | None:
    """The days of a span; None when one does not exist, or its year is not known."""
    days: list[date] = []
    month: int | None = None
    for to, named_year, named_month, number in _DAY.findall(words):
        year, month = int(named_year or year or 0), int(named_month or month or 0)
        try:
            day = date(year, month, int(number))
        except ValueError:
            return None
        since = days[-1] if to and days else day
        days += [since + timedelta(days=n) for n in range(1, (day - since).days)]
        days.append(day)
    return tuple(sorted(set(days))) or None
