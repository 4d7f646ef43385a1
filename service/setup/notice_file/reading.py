"""Reading a notice: refused when it may do harm, then read in a process of its own, since it comes from strangers."""

import io
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

import msgspec
from defusedxml import DefusedXmlException  # type: ignore[import-untyped]

from service.errors import InvalidInput
from service.files.office_files import DOCUMENT, read_package
from service.setup.notice_file.checklists import is_checklist, read_checklists
from service.setup.notice_file.document import Table, TooMuch, read_blocks
from service.setup.notice_file.heading import plain_lines, read_heading, sentences
from service.setup.notice_file.labour import read_labour
from service.setup.notice_file.legacy import is_legacy, to_docx
from service.setup.notice_file.notice import Doubt, Notice
from service.setup.notice_file.passed_over import passed_over
from service.setup.notice_file.provisions import read_provisions
from service.setup.notice_file.sections import Section, split_sections

READER: Final = "service.setup.notice_file.reading:read"
MEGABYTES, SECONDS = 300, 2  # of the process that reads
WITH_MACROS = (".docm", ".dotm")


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The file holds more than a notice can; `code` names a sentence of service/wording/errors.toml."""

    code: str


class Found(msgspec.Struct, frozen=True, tag=True):
    """A notice was found in the file."""

    notice: Notice


def open_notice(content: bytes, name: str) -> Notice:
    """The notice in a .docx or old .doc of that name.

    Raises InvalidInput on `file` when it is neither, is hostile or holds too much, and Unavailable for a .doc where
    LibreOffice is not installed.
    """
    if PurePath(name).suffix.lower() in WITH_MACROS:
        raise InvalidInput({"file": "file_with_macros"}, format=DOCUMENT.suffix)
    if is_legacy(content, name):
        content = to_docx(content)
    in_json = read_package(READER, io.BytesIO(content), DOCUMENT, megabytes=MEGABYTES, seconds=SECONDS)
    answer: Found | Refused = msgspec.json.decode(in_json, type=Found | Refused)
    if isinstance(answer, Refused):
        raise InvalidInput({"file": answer.code}, format=DOCUMENT.suffix)
    return answer.notice


def read(content: bytes) -> bytes:
    """The notice in a .docx, or why it is refused, as JSON of `Found` or `Refused`."""
    try:
        answer: Found | Refused = Found(read_notice(content))
    except TooMuch:
        answer = Refused("notice_too_long")
    except DefusedXmlException:
        answer = Refused("notice_with_entities")
    return msgspec.json.encode(answer)


def read_notice(content: bytes) -> Notice:
    """The notice in a .docx; raises as `read_blocks` does."""
    return interpret(read_blocks(content))


def interpret(parts: Sequence[str | Table]) -> Notice:
    """The notice in paragraphs and tables; raises nothing, whatever they hold: what is odd becomes a doubt."""
    sections = split_sections(parts)
    lines = plain_lines(sections[0].lines)
    heading, doubts, dates = read_heading(lines)
    provisions, words = read_provisions(sentences(lines))
    checklists, more = read_checklists(sections)
    labour = _labour(sections)
    missing = [Doubt("labour_missing", "分工", stops=True)]
    leaders, teams, still_more = read_labour(labour) if labour else ((), (), missing)
    passed = passed_over(lines, [*dates, *words], sections, labour)
    doubts += [*more, *still_more]
    return Notice(heading, checklists, leaders, teams, tuple(doubts), provisions, tuple(passed))


def _labour(sections: Sequence[Section]) -> Section | None:
    """The annex called 分工, or else the last that is no checklist."""
    others = [section for section in sections[1:] if not is_checklist(section)]
    named = [section for section in others if "分工" in section.title]
    return (named or others)[-1] if others else None
