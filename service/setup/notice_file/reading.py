"""A notice read whole; for a process of its own, since the file comes from strangers."""

from collections.abc import Sequence

import msgspec
from defusedxml import DefusedXmlException  # type: ignore[import-untyped]

from service.setup.notice_file.checklists import is_checklist, read_checklists
from service.setup.notice_file.document import Table, TooMuch, blocks
from service.setup.notice_file.found import Doubt, Leader, Notice, Team
from service.setup.notice_file.heading import read_heading
from service.setup.notice_file.labour import read_labour
from service.setup.notice_file.sections import Section, cut


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The file holds more than a notice can; `code` names a sentence of service/wording/errors.toml."""

    code: str


class Found(msgspec.Struct, frozen=True, tag=True):
    """What was found."""

    notice: Notice


def read(content: bytes) -> bytes:
    """A .docx, as JSON of what was found in it or why it is refused."""
    try:
        answer: Found | Refused = Found(read_notice(content))
    except TooMuch:
        answer = Refused("notice_too_long")
    except DefusedXmlException:
        answer = Refused("notice_with_entities")
    return msgspec.json.encode(answer)


def read_notice(content: bytes) -> Notice:
    """Number, title, period, checklists and division of labour, with every doubt."""
    return interpreted(blocks(content))


def interpreted(parts: Sequence[str | Table]) -> Notice:
    """What the paragraphs and tables of a notice say; there is nothing that they may not say."""
    head, *annexes = cut(parts)
    heading, doubts = read_heading(head.lines)
    checklists, more = read_checklists([head, *annexes])
    leaders, teams, still_more = _labour([head, *annexes])
    return Notice(heading, checklists, leaders, teams, (*doubts, *more, *still_more))


def _labour(sections: Sequence[Section]) -> tuple[tuple[Leader, ...], tuple[Team, ...], list[Doubt]]:
    """The annex called 分工, or else the last that is no checklist."""
    others = [section for section in sections[1:] if not is_checklist(section)]
    named = [section for section in others if "分工" in section.title]
    if not others:
        return (), (), [Doubt("labour_missing", "分工", stops=True)]
    return read_labour((named or others)[-1])
