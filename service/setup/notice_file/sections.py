"""A notice cut at the headings of its annexes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.setup.notice_file.document import Table
from service.setup.notice_file.text import arabic_number, plain_text, text_lines

_ANNEX = re.compile(r"^附件([0-9一二三四五六七八九十]{1,3})[：:、.．]?(.*)$")
_WHOLE_TITLE = re.compile("表([（(].*[)）])?$")  # what follows it is a note
MOST_ANNEXES = 9
MOST_LINES_OF_A_LIST = 6  # the list of annexes, the date, whom to call


@dataclass(slots=True)
class Section:
    """What stands under one heading; the annex is None for the notice itself and where a heading has no number."""

    annex: int | None = None
    title: str = ""
    blocks: list[str | Table] = field(default_factory=list)

    @property
    def tables(self) -> list[Table]:
        """Its tables."""
        return [block for block in self.blocks if isinstance(block, Table)]

    @property
    def lines(self) -> list[str]:
        """Its text outside of tables, line by line."""
        return [line for block in self.blocks if isinstance(block, str) for line in text_lines(block)]


def split_sections(blocks: Sequence[str | Table]) -> list[Section]:
    """The notice itself, then its annexes; an annex that goes on under its heading repeated is one section."""
    sections = [Section()]
    for block in blocks:
        if isinstance(block, str) and (heading := _heading(block)):
            _begin(sections, *heading)
        else:
            sections[-1].blocks.append(block)
    for section in sections[1:]:
        section.title = section.title or _title(section)
    return sections


def _heading(block: str) -> tuple[int, str] | None:
    found = _ANNEX.match(plain_text(block.partition("\n")[0]))
    number = arabic_number(found[1]) if found else None
    if found is None or number is None or not 0 < number <= MOST_ANNEXES:
        return None
    return number, found[2] or plain_text(block.partition("\n")[2])


def _begin(sections: list[Section], annex: int, title: str) -> None:
    """Begin an annex, or go on with it; lines under the list of annexes, which comes first, stay the notice's."""
    section = Section(annex, title)
    earlier = next((one for one in sections[1:] if one.annex == annex), None)
    if earlier is not None:
        sections.remove(earlier)
        if earlier.tables or len(earlier.lines) > MOST_LINES_OF_A_LIST:
            section = earlier  # it goes on on its next page
        else:
            sections[0].blocks += earlier.blocks
    sections.append(section)


def _title(section: Section) -> str:
    """The text between the annex's number and its first table."""
    before: list[str] = []
    for block in section.blocks:
        if isinstance(block, Table) or len(before) > 1:
            break
        before += [plain_text(line) for line in text_lines(block)]
    over_two_lines = bool(section.tables) and bool(before) and not _WHOLE_TITLE.search(before[0])
    return "".join(before[: 2 if over_two_lines else 1])
