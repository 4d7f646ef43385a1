"""A line of a table, read cell by cell: texts, instants, severities, numbers of checklist items."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import cache, partial
from typing import Any

from service.files.spreadsheets import Cell, Moment
from service.ledger_import.table import REQUIRED, CellFault, TableLine
from service.wording.texts import word
from workflows.signs import trimmed, without_unseen
from workflows.vocabulary import Severity

LONGEST = {"number": 60, "source": 50, "unit": 200, "summary": 500, "details": 10_000, "location": 300}
EARLIEST, LATEST = 1970, 2100  # years
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # neither database keeps these
_DAY = re.compile(
    r"(\d{4})\s*(?:[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d\d)(\d\d))"
    r"(?:[T\s]*(\d{1,2})\s*[:时]\s*(\d{1,2})\s*分?(?::\d{1,2})?)?"
)
_DASHES = re.compile(r"[‐-―−－_.]")
_ITEM = re.compile(r"\d{1,2}-\d{1,3}")


class UnclearCell(Exception):
    """A cell that cannot be read as the value it should hold; `code` names the sentence that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line as far as it can be read: the values of its sound cells by field, and the faults of the others."""

    table_line: TableLine
    values: Mapping[str, Any]
    faults: Sequence[CellFault]
    zone: tzinfo

    def fault(self, field: str, code: str) -> CellFault:
        """A fault of the field's cell."""
        return self.table_line.fault(field, code)

    def line(self) -> "ImportLine":
        """The values of a line without faults."""
        found_on = self.values["found_at"].astimezone(self.zone).date()
        values: dict[str, Any] = {name: self.values.get(name) for name in _OF_LINE}
        return ImportLine(self, found_on=found_on, **values)


@dataclass(frozen=True, slots=True)
class ImportLine:
    """The values of a line that can be logged once its unit and item have been looked up."""

    draft: DraftLine
    unit: str
    summary: str
    severity: Severity
    found_at: datetime
    found_on: date  # by the clock of the office
    source: str | None
    item: str | None
    details: str | None
    location: str | None


_OF_LINE = tuple(name for name in ImportLine.__dataclass_fields__ if name not in ("draft", "found_on"))


def read_line(line: TableLine, zone: tzinfo) -> DraftLine:
    """The values of a line, and everything that is wrong with it."""
    read: dict[str, Any] = {}
    faults = [line.fault(name, "required") for name in REQUIRED if line.cells.get(name) is None]
    for name, reader in _readers(zone).items():
        cell = line.cells.get(name)
        if cell is None:
            continue
        try:
            read[name] = reader(cell)
        except UnclearCell as error:
            faults.append(line.fault(name, error.code))
    return DraftLine(line, read, faults, zone)


def plain_lines(text: str) -> str:
    """The text with one kind of line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@cache
def _readers(zone: tzinfo) -> Mapping[str, Callable[[Cell], object]]:
    texts = {name: partial(as_text, longest=longest) for name, longest in LONGEST.items()}
    return {**texts, "severity": as_severity, "item": as_item, "found_at": partial(as_instant, zone=zone)}


def as_text(cell: Cell, longest: int) -> str:
    """What a person wrote; a number as it is read aloud (3, not 3.0)."""
    if isinstance(cell, Moment):
        text = cell.at.strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00")
    elif isinstance(cell, float):
        text = f"{cell:.0f}" if cell == int(cell) else repr(cell)
    else:
        text = str(cell)
    if _UNSTORABLE.search(text):
        raise UnclearCell("invalid")
    text = plain_lines(trimmed(text))
    if len(text) > longest:
        raise UnclearCell("too_long")
    return text


def as_instant(cell: Cell, zone: tzinfo) -> datetime:
    """A day, or an hour of it, by the clock of the office, in UTC; a day alone is its first instant."""
    local = cell.at if isinstance(cell, Moment) else _local(as_text(cell, 40))
    if not EARLIEST <= local.year < LATEST:
        raise UnclearCell("out_of_range")
    return local.replace(tzinfo=zone).astimezone(UTC)


def as_severity(cell: Cell) -> Severity:
    """A severity by its word in either language, by its code, or by the first two characters of the Chinese word."""
    text = unicodedata.normalize("NFKC", without_unseen(as_text(cell, 100))).casefold()
    for severity in Severity:
        chinese = word(severity, "zh")
        if text in (severity, chinese, chinese[:2], word(severity, "en").casefold()):
            return severity
    raise UnclearCell("severity_word")


def as_item(cell: Cell) -> str:
    """The number of a checklist item; not out of a date cell, which Excel makes of «1-12» and «12-1» alike."""
    if isinstance(cell, Moment):
        raise UnclearCell("item_became_day")
    number = _DASHES.sub("-", unicodedata.normalize("NFKC", without_unseen(as_text(cell, 100))).replace(" ", ""))
    if not _ITEM.fullmatch(number):
        raise UnclearCell("item_form")
    return number


def _local(text: str) -> datetime:
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", without_unseen(text)))
    if match is None:
        raise UnclearCell("day_form")
    year, month, day, packed_month, packed_day, hour, minute = match.groups(default="0")
    try:
        return datetime(  # noqa: DTZ001 - a cell has no zone; the office's is put to it by the caller
            int(year), int(month) or int(packed_month), int(day) or int(packed_day), int(hour), int(minute)
        )
    except ValueError as error:
        raise UnclearCell("day_form") from error
