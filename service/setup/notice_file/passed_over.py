"""What was read past in a notice: no round holds it, and whoever loads it should know."""

import re
from collections.abc import Iterator, Sequence

from service.setup.notice_file.checklists import is_checklist
from service.setup.notice_file.columns import columns_by_header
from service.setup.notice_file.heading import sentences
from service.setup.notice_file.notice import PassedOver
from service.setup.notice_file.rows import HEADER_WITHIN
from service.setup.notice_file.sections import Section
from service.setup.notice_file.text import plain_text

LONGEST = 40  # characters that it is recognized by
_TIMED = re.compile(r"\d月\d+[日号]|每(?:周|星期)[一二三四五六日天]|每[月天日]|\d个?(?:工作日|小时|日|天)[之以]?内")
_DATE = re.compile(r"(?:20\d\d年)?\d+月\d+日")
_NUMBERS = re.compile("序号|编号|序列")


def passed_over(
    lines: Sequence[str], used: Sequence[str], sections: Sequence[Section], labour: Section | None
) -> list[PassedOver]:
    """Dated sentences of the notice itself of which nothing was read; tables, annexes, columns and notes left out."""
    head, *annexes = sections
    found = [PassedOver("sentence_passed", "正文", sentence[:LONGEST]) for sentence in _unread(lines, used)]
    if not is_checklist(head):
        first_rows = [plain_text("".join(cell.text for cell in table.rows[0])) for table in head.tables if table.rows]
        found += [PassedOver("table_passed", "正文", row[:LONGEST]) for row in first_rows]
    for section in annexes:
        place = f"附件{section.annex}" if section.annex else "附件"
        if is_checklist(section):
            found += [PassedOver("column_passed", place, heading) for heading in _columns(section)]
            found += [PassedOver("note_passed", place, line[:LONGEST]) for line in _notes(section)]
        elif section is not labour and section.blocks:
            found.append(PassedOver("annex_passed", place, (section.title or "".join(section.lines))[:LONGEST]))
    return list(dict.fromkeys(found))


def _unread(lines: Sequence[str], used: Sequence[str]) -> Iterator[str]:
    """Sentences that say when something is to happen, in words that nothing was read from."""
    for sentence in sentences(lines):
        rest = sentence
        for words in filter(None, used):
            rest = rest.replace(words, "")
        if _TIMED.search(rest) and not _DATE.fullmatch(rest):
            yield sentence


def _columns(section: Section) -> Iterator[str]:
    """The headings of columns in which something stands that is not read."""
    for table in section.tables:
        at = next((at for at, row in enumerate(table.rows[:HEADER_WITHIN]) if columns_by_header(row)), None)
        if at is None:
            continue
        header = table.rows[at]
        known = (columns_by_header(header) or {}).values()
        for column, cell in enumerate(header):
            heading = plain_text(cell.text)
            below = [row[column] for row in table.rows[at + 1 :] if column < len(row) and not columns_by_header(row)]
            if column in known or cell.spread or not heading or _NUMBERS.search(heading):
                continue
            if any(plain_text(one.text) and not one.spread for one in below):
                yield heading[:LONGEST]


def _notes(section: Section) -> Iterator[str]:
    """The lines beside the tables, but for the title."""
    for line in map(plain_text, section.lines):
        if line and line not in section.title:
            yield line
