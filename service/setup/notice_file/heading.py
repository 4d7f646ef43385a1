"""What a notice says before its annexes: number, title, who has issued it, date, period and exam days."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from service.setup.notice_file.exam_days import read_exam_days
from service.setup.notice_file.notice import Doubt, Heading
from service.setup.notice_file.text import plain_text, with_arabic_digits

_NUMBER = re.compile(r"([\u3400-\u9fffA-Za-z]*)[〔\[［(（【](20\d\d)[〕\]］)）】]第?0*(\d{1,5})号")
_YEAR, _MONTH_DAY = r"(?:(20\d\d)年)?", r"(\d{1,2})月(\d{1,2})日"
_DATE = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日")
_PERIOD = re.compile(
    rf"(?:(即日)|{_YEAR}{_MONTH_DAY})起?(?:至|到|—+|－|-|~|～|–){_YEAR}(?:(\d{{1,2}})月)?(\d{{1,2}})日"
)
_ISSUER = re.compile(r"(.*?(?:中心|办公室|招办|委员会|招委|教育局|招考办|院|局))关于")
_ABOUT_TIME = re.compile("(督查|检查|工作)时间")
# characters: the number stands in a line of its own; other notices are cited within longer ones
LONGEST_NUMBER_LINE = 40
LONGEST_TITLE_LINE = 80
_OWN_LINE = re.compile("号(签发人[：:].*)?$")


def plain_lines(paragraphs: Sequence[str]) -> list[str]:
    """The lines of paragraphs without their typesetting, days in Arabic digits."""
    return [
        with_arabic_digits(plain_text(line))
        for paragraph in paragraphs
        for line in paragraph.splitlines()
        if line.strip()
    ]


def read_heading(paragraphs: Sequence[str]) -> tuple[Heading, list[Doubt], list[str]]:
    """The heading in the paragraphs before the annexes, with doubts: what is missing, or stood in an unusual place.

    The words of the dates that were read come with them.
    """
    lines = plain_lines(paragraphs)
    doubts: list[Doubt] = []
    number, document_number = _number(lines, doubts)
    title = _title(lines, doubts)
    issuer = _ISSUER.match(title) if title else None
    issued_on = _issued_on(lines, doubts)
    exam_days, more, used = read_exam_days(sentences(lines), title, issued_on)
    starts_on, ends_on, period = _period(lines, issued_on, doubts, used)
    centre = issuer[1] if issuer else None
    heading = Heading(number, title, centre, issued_on, starts_on, ends_on, document_number, exam_days)
    return heading, [*doubts, *more], [period, *used]


def sentences(lines: Sequence[str]) -> list[str]:
    """The sentences of plain lines."""
    return [part for line in lines for part in re.split("[。！!]", line) if part]


def document_numbers(text: str) -> tuple[str, str | None] | None:
    """The first 文号 in a text: in short (2027-8), and whole (明招考〔2027〕8号) where it says whose it is."""
    found = _NUMBER.search(plain_text(text))
    if found is None:
        return None
    issuer, year, number = found[1].rpartition("文件")[2], found[2], found[3]
    return f"{year}-{number}", f"{issuer}〔{year}〕{number}号" if issuer else None


def _number(lines: Sequence[str], doubts: list[Doubt]) -> tuple[str | None, str | None]:
    """The notice's number in short and whole: that of a line of its own, or else the first in the text."""
    found = [(numbers, line) for line in lines if (numbers := document_numbers(line))]
    own = [numbers for numbers, line in found if len(line) <= LONGEST_NUMBER_LINE and _OWN_LINE.search(line)]
    if not found:
        doubts.append(Doubt("number_missing", "文号", stops=True))
        return None, None
    short, whole = (own or [found[0][0]])[0]
    if not own:
        doubts.append(Doubt("number_within_text", "文号", {"number": whole or short}))
    elif whole is None:
        doubts.append(Doubt("number_without_issuer", "文号", {"number": short}))
    return short, whole


def _title(lines: Sequence[str], doubts: list[Doubt]) -> str | None:
    """The lines from 关于 to 通知; who has issued it may stand in the line above."""
    for at, line in enumerate(lines):
        if "关于" not in line or len(line) > LONGEST_TITLE_LINE:
            continue
        title = _until_notice(lines[at : at + 3])
        if title is None:
            continue
        above = lines[at - 1] if at and line.startswith("关于") else ""
        return f"{above}{title}" if _ISSUER.fullmatch(f"{above}关于") else title
    doubts.append(Doubt("title_missing", "标题", stops=True))
    return None


def _until_notice(lines: Sequence[str]) -> str | None:
    title = ""
    for line in lines:
        title += line
        if re.search("(通知|方案|意见|函)([（(].*[)）])?$", title):
            return title
    return None


def _issued_on(lines: Sequence[str], doubts: list[Doubt]) -> date | None:
    """The last line that is a date and nothing else."""
    for line in reversed(lines):
        if found := _DATE.fullmatch(line):
            return _day(*found.groups(), doubts=doubts, place="成文日期")
    doubts.append(Doubt("date_missing", "成文日期"))
    return None


def _period(
    lines: Sequence[str], issued_on: date | None, doubts: list[Doubt], exam: Sequence[str]
) -> tuple[date | None, date | None, str]:
    """The first period under the heading 督查时间, or else outside of the exam's days: beginning, end and words."""
    heading = next((at for at, line in enumerate(lines) if len(line) <= 20 and _ABOUT_TIME.search(line)), None)
    below = lines[heading : heading + 4] if heading is not None else []
    found = next(_periods(below), None)
    elsewhere = (found for found in _periods(lines) if found[0] not in "".join(exam))
    if found is None and (found := next(elsewhere, None)):
        doubts.append(Doubt("period_within_text", "督查时间", {"words": found[0]}))
    if found is None:
        doubts.append(Doubt("period_missing", "督查时间", stops=True))
        return None, None, ""
    at_once, year, month, day, end_year, end_month, end_day = found.groups()
    if at_once:
        starts_on = issued_on
    else:
        if not year:  # that of the date, or the first that is named
            first_named = next((named[1] for line in lines if (named := re.search(r"(20\d\d)年", line))), "")
            year = str(issued_on.year) if issued_on else first_named
        starts_on = _day(year, month, day, doubts=doubts, place="督查时间")
    if starts_on is None:
        doubts.append(Doubt("start_unknown", "督查时间", {"words": found[0]}, stops=True))
        return None, None, found[0]
    return starts_on, _end(starts_on, end_year, end_month, end_day, doubts), found[0]


def _periods(lines: Sequence[str]) -> Iterator[re.Match[str]]:
    return (found for line in lines if (found := _PERIOD.search(line)))


def _end(starts_on: date, year: str | None, month: str | None, day: str, doubts: list[Doubt]) -> date | None:
    """A period without a year ends in the year in which it starts, or in the next."""
    end = _day(year or str(starts_on.year), month or str(starts_on.month), day, doubts=doubts, place="督查时间")
    if end is not None and end < starts_on and not year:
        end = _day(str(starts_on.year + 1), month or str(starts_on.month), day, doubts=doubts, place="督查时间")
    if end is not None and end < starts_on:
        doubts.append(
            Doubt("ends_before_start", "督查时间", {"starts_on": f"{starts_on}", "ends_on": f"{end}"}, stops=True)
        )
    return end


def _day(year: str, month: str, day: str, *, doubts: list[Doubt], place: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        doubts.append(Doubt("no_such_day", place, {"words": f"{year}年{month}月{day}日"}, stops=True))
        return None
