"""Tables of findings within a file: which row holds the headings, and what stands below each of them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count

from service.errors import InvalidInput
from service.files.spreadsheets import Cell, Line, Sheet, address
from service.ledger_import.faults import CellFault
from service.wording.texts import wording

FILE = "ledger"
REQUIRED = ("unit", "summary", "severity", "found_at")
FIELDS = ("source", "unit", "item", "summary", "details", "location", "severity", "found_at")
HEADINGS_WITHIN = 10  # lines that hold anything, from above: titles and notes may stand before the headings
LONGEST_HEADING = 200  # characters, with its notes
_ASIDE = re.compile(r"[(（].*?[)）]|[*＊\s:：]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a table: its place among all that were read, its row in Excel, its cells by field."""

    table: "Table"
    place: int
    number: int
    cells: Mapping[str, Cell]

    def fault(self, field: str, code: str) -> CellFault:
        """What is wrong with a cell; with the line as a whole when its table has no such column."""
        known = field if field in self.table.columns else "summary"
        column = self.table.columns[known]
        order = self.place, column
        return CellFault(order, self.table.sheet, address(column, self.number), self.table.headings[known], code)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with findings: its columns by field, and their headings as they are written."""

    sheet: str
    columns: Mapping[str, int]
    headings: Mapping[str, str]


def entries(sheets: Iterable[Sheet]) -> Iterator[Entry]:
    """Every line of every sheet that has the headings; InvalidInput on `file` when none has."""
    sheets = list(sheets)
    begun = [(sheet, found) for sheet in sheets if (found := _headings(sheet))]
    whole = [(sheet, at, table) for sheet, (at, table) in begun if not _missing(table)]
    if not whole:
        missing = min((_missing(table) for _, (_, table) in begun), key=len, default=list(REQUIRED))
        raise InvalidInput({"file": "missing_columns"}, columns="、".join(map(heading, missing)))
    place = count()
    for sheet, at, table in whole:
        for line in sheet.lines[at + 1 :]:
            cells = {name: _at(line, column) for name, column in table.columns.items()}
            if any(cell is not None for cell in cells.values()):
                yield Entry(table, next(place), line.number, cells)


def heading(field: str, language: str = "zh") -> str:
    """How a field's column is headed."""
    return str(wording(FILE)[f"column.{field}"][language])


def _missing(table: Table) -> list[str]:
    return [name for name in REQUIRED if name not in table.columns]


def _headings(sheet: Sheet) -> tuple[int, Table] | None:
    """The line of a sheet that names most fields, at least two of them."""
    tables = [(at, _table(sheet.name, line)) for at, line in enumerate(sheet.lines[:HEADINGS_WITHIN])]
    at, table = max(tables, key=lambda found: len(found[1].columns), default=(0, Table("", {}, {})))
    return (at, table) if len(table.columns) > 1 else None


def _table(sheet: str, line: Line) -> Table:
    columns: dict[str, int] = {}
    headings: dict[str, str] = {}
    for column, cell in enumerate(line.cells):
        name = _fields().get(_plain(cell)) if isinstance(cell, str) else None
        if name and name not in columns:
            columns[name], headings[name] = column, str(cell).strip()
    return Table(sheet, columns, headings)


@cache
def _fields() -> Mapping[str, str]:
    return {_plain(heading(name, language)): name for name in FIELDS for language in ("zh", "en")}


def _plain(text: str) -> str:
    """A heading without marks and notes: «责任单位*（必填）» is «责任单位»."""
    if len(text) > LONGEST_HEADING:  # of so long a text the pattern would make hours' work
        return ""
    return _ASIDE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _at(line: Line, column: int) -> Cell:
    cell = line.cells[column] if column < len(line.cells) else None
    return None if isinstance(cell, str) and not cell.strip() else cell
