"""Tables of findings within a file: which row holds the headings, and the cells below each of them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from service.errors import InvalidInput
from service.files.spreadsheets import MOST_ROWS, Cell, Row, Sheet
from service.wording.texts import wording
from workflows.signs import shows_nothing, trimmed, without_unseen

FILE = "ledger"
REQUIRED = ("unit", "summary", "severity", "found_at")
FIELDS = ("source", "unit", "item", "summary", "details", "location", "severity", "found_at")
KNOWN = ("number", *FIELDS)  # an exported ledger has numbers of findings; there is none to fill in
HEADINGS_WITHIN = 10  # rows that hold anything, from above: titles and notes may stand before the headings
LONGEST_HEADING = 200  # characters, with its notes
MOST_LINES = MOST_ROWS
_PICTURE = re.compile(r"\s*=\s*(_xlfn\.)?DISPIMG\(", re.IGNORECASE)
_ASIDE = re.compile(r"[(（].*?[)）]|[*＊\s:：]")


@dataclass(frozen=True, slots=True, order=True)
class CellFault:
    """A cell that cannot be accepted: where Excel shows it, below which heading, and the code of the sentence."""

    order: tuple[int, int]  # the line among all that were read, and the column
    sheet: str
    cell: str  # such as C7
    column: str
    code: str

    @property
    def address(self) -> str:
        """Sheet and cell, such as 整改台账!C7."""
        return f"{self.sheet}!{self.cell}"


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with findings: its columns by field, and their headings as they are written."""

    sheet: str
    columns: Mapping[str, int]
    headings: Mapping[str, str]
    row: Sequence[Cell] = ()  # of all headings


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line of a table: its place among all that were read, its row in Excel, its cells by field."""

    table: Table
    place: int
    number: int
    cells: Mapping[str, Cell]
    pictured: Sequence[int] = ()  # columns whose cells hold a picture of WPS

    @property
    def says_anything(self) -> bool:
        """Whether it holds more than pictures."""
        return any(cell is not None for cell in self.cells.values())

    def fault(self, field: str, code: str) -> CellFault:
        """A fault of the field's cell; of the summary's, which every line has, when the table has no such column."""
        shown = field if field in self.table.columns else "summary"
        return self._at(self.table.columns[shown], self.table.headings[shown], code)

    def pictures(self) -> list[CellFault]:
        """The cells whose pictures are left out."""
        row = self.table.row
        headings = (row[column] if column < len(row) else None for column in self.pictured)
        return [
            self._at(column, trimmed(str(named or "")), "picture_left_out")
            for column, named in zip(self.pictured, headings, strict=True)
        ]

    def _at(self, column: int, named: str, code: str) -> CellFault:
        from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

        address = xl_rowcol_to_cell(self.number - 1, column)
        return CellFault((self.place, column), self.table.sheet, address, named, code)


def lines_of(sheets: Iterable[Sheet]) -> Sequence[TableLine]:
    """Every line of every sheet that has the headings; InvalidInput on `file` when none has, or there are too many.

    What stands on other sheets, or above the headings, does not count.
    """
    with_headings = [(sheet, *found) for sheet in sheets if (found := _headings(sheet))]
    complete = [(sheet, at, table) for sheet, at, table in with_headings if not _missing(table)]
    if not complete:
        missing = min((_missing(table) for _, _, table in with_headings), key=len, default=list(REQUIRED))
        raise InvalidInput({"file": "missing_columns"}, columns="、".join(map(heading, missing)))
    lines: list[TableLine] = []
    for sheet, at, table in complete:
        for row in sheet.rows[at + 1 :]:
            cells = {name: _cell(row, column) for name, column in table.columns.items()}
            pictured = [column for column, cell in enumerate(row.cells) if is_picture(cell)]
            line = TableLine(table, len(lines), row.number, cells, pictured)
            if pictured or line.says_anything:
                lines.append(line)
        if sheet.cut_off or len(lines) > MOST_LINES:
            raise InvalidInput({"file": "too_many_lines"}, most=MOST_LINES)
    return lines


def is_picture(cell: Cell) -> bool:
    """Whether the cell holds a picture: WPS shows one in place of this formula."""
    return isinstance(cell, str) and bool(_PICTURE.match(cell))


def heading(field: str, language: str = "zh") -> str:
    """The heading of a field's column."""
    return str(wording(FILE)[f"column.{field}"][language])


def _missing(table: Table) -> list[str]:
    return [name for name in REQUIRED if name not in table.columns]


def _headings(sheet: Sheet) -> tuple[int, Table] | None:
    """Where the row of a sheet stands that names most fields, at least two, and the table below it."""
    tables = [(at, _table(sheet.name, row)) for at, row in enumerate(sheet.rows[:HEADINGS_WITHIN])]
    at, table = max(tables, key=lambda found: len(found[1].columns), default=(0, Table("", {}, {})))
    return (at, table) if len(table.columns) > 1 else None


def _table(sheet: str, row: Row) -> Table:
    columns: dict[str, int] = {}
    headings: dict[str, str] = {}
    for column, cell in enumerate(row.cells):
        name = _fields().get(_plain(cell)) if isinstance(cell, str) else None
        if name and name not in columns:
            columns[name], headings[name] = column, trimmed(str(cell))
    return Table(sheet, columns, headings, row.cells)


@cache
def _fields() -> Mapping[str, str]:
    return {_plain(heading(name, language)): name for name in KNOWN for language in ("zh", "en")}


def _plain(text: str) -> str:
    """A heading without marks and notes: «责任单位*（必填）» is «责任单位»."""
    if len(text) > LONGEST_HEADING:  # of so long a text the pattern would make hours' work
        return ""
    return _ASIDE.sub("", unicodedata.normalize("NFKC", without_unseen(text))).casefold()


def _cell(row: Row, column: int) -> Cell:
    cell = row.cells[column] if column < len(row.cells) else None
    return None if isinstance(cell, str) and (shows_nothing(cell) or is_picture(cell)) else cell
