"""What a notice says before its annexes: number, title, who has issued it, date and period."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from service.setup.notice_file.notice import Doubt, Heading
from service.setup.notice_file.text import plain_text, with_arabic_digits

_NUMBER = re.compile(r"[〔\[［(（【](20\d\d)[〕\]］)）】]第?0*(\d{1,5})号")
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


def read_heading(paragraphs: Sequence[str]) -> tuple[Heading, list[Doubt]]:
    """The heading in the paragraphs before the annexes, and doubts: what is missing, or stood in an unusual place."""
    lines = [
        with_arabic_digits(plain_text(line))
        for paragraph in paragraphs
        for line in paragraph.splitlines()
        if line.strip()
    ]
    doubts: list[Doubt] = []
    number = _number(lines, doubts)
    title = _title(lines, doubts)
    issuer = _ISSUER.match(title) if title else None
    issued_on = _issued_on(lines, doubts)
    starts_on, ends_on = _period(lines, issued_on, doubts)
    return Heading(number, title, issuer[1] if issuer else None, issued_on, starts_on, ends_on), doubts


def _number(lines: Sequence[str], doubts: list[Doubt]) -> str | None:
    found = [(match, line) for line in lines if (match := _NUMBER.search(line))]
    own = [match for match, line in found if len(line) <= LONGEST_NUMBER_LINE and line.endswith("号")]
    if own:
        return f"{own[0][1]}-{own[0][2]}"
    if found:
        number = f"{found[0][0][1]}-{found[0][0][2]}"
        doubts.append(Doubt("number_within_text", "文号", {"number": number}))
        return number
    doubts.append(Doubt("number_missing", "文号", stops=True))
    return None


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


def _period(lines: Sequence[str], issued_on: date | None, doubts: list[Doubt]) -> tuple[date | None, date | None]:
    """The first period under the heading 督查时间, or else anywhere."""
    heading = next((at for at, line in enumerate(lines) if len(line) <= 20 and _ABOUT_TIME.search(line)), None)
    below = lines[heading : heading + 4] if heading is not None else []
    found = next(_periods(below), None)
    if found is None and (found := next(_periods(lines), None)):
        doubts.append(Doubt("period_within_text", "督查时间", {"words": found[0]}))
    if found is None:
        doubts.append(Doubt("period_missing", "督查时间", stops=True))
        return None, None
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
        return None, None
    return starts_on, _end(starts_on, end_year, end_month, end_day, doubts)


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
