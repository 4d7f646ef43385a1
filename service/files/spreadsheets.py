"""The sheets of an Excel file as plain rows: values of formulas, merged cells filled down, hidden sheets left out."""

import datetime as dt
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

import msgspec
import python_calamine

from service.errors import InvalidInput
from service.files.office_files import WORKBOOK, read_package

MOST_ROWS = 5_000  # lines of a table
ROWS_OF_SHEET, ROWS_OF_FILE = MOST_ROWS + 100, 20_000  # that hold anything, with titles, headings and notes
MOST_COLUMNS = 60
MOST_SHEETS = 60
MOST_MERGED = 20_000  # ranges of a sheet
LONGEST_CELL = 32_767  # characters: Excel's own limit
MEGABYTES, SECONDS = 768, 8  # of the process that reads
WAIT = 20  # seconds, on a machine that has other work; no transaction is open meanwhile
MOST_TEXT = 16_000_000  # characters of one file; a text that many cells share takes little room there, and much here


class Moment(msgspec.Struct, frozen=True):
    """A date cell: it has no zone."""

    at: dt.datetime


Cell = str | float | bool | Moment | None


class Row(msgspec.Struct, frozen=True):
    """A row that holds something; its number is the one that Excel shows."""

    number: int
    cells: list[Cell]  # from column A on


class Sheet(msgspec.Struct, frozen=True):
    """A visible sheet."""

    name: str
    rows: list[Row]
    cut_off: bool = False  # it has more rows, which were not read


class Workbook(msgspec.Struct, frozen=True):
    """A file; one with too much text is `too_long`, and read up to there."""

    sheets: list[Sheet]
    too_long: bool


def read_sheets(stream: BinaryIO) -> Sequence[Sheet]:
    """The sheets of an Excel file; InvalidInput on `file` when it is none, is hostile, or holds too much."""
    reader = "service.files.spreadsheets:read_workbook"
    read = read_package(reader, stream, WORKBOOK, megabytes=MEGABYTES, seconds=SECONDS, wait=WAIT)
    workbook = msgspec.json.decode(read, type=Workbook)
    if workbook.too_long:
        raise InvalidInput({"file": "too_much_text"}, most=MOST_TEXT)
    return workbook.sheets


def read_workbook(content: bytes) -> bytes:
    """The file as JSON of a `Workbook`; called in a process of its own, since calamine trusts what it reads."""
    sheets: list[Sheet] = []
    left, room = ROWS_OF_FILE, MOST_TEXT
    with python_calamine.load_workbook(io.BytesIO(content)) as book:
        visible = [
            about.name
            for about in book.sheets_metadata
            if about.typ is python_calamine.SheetTypeEnum.WorkSheet
            and about.visible is python_calamine.SheetVisibleEnum.Visible
        ]
        for name in visible[:MOST_SHEETS]:
            most = min(left, ROWS_OF_SHEET)
            rows = list(islice(_rows(book.get_sheet_by_name(name)), most + 1))
            sheets.append(Sheet(name, rows[:most], cut_off=len(rows) > most))
            left -= len(rows[:most])
            room -= sum(len(cell) for row in rows for cell in row.cells if isinstance(cell, str))
            if room < 0:
                return msgspec.json.encode(Workbook(sheets[:0], too_long=True))
    return msgspec.json.encode(Workbook(sheets, too_long=False))


def _rows(sheet: python_calamine.CalamineSheet) -> Iterator[Row]:
    before = [None] * (sheet.start[1] if sheet.start else 0)  # rows come from the first column that holds anything
    starting: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (top, left), (bottom, _) in (sheet.merged_cell_ranges or [])[:MOST_MERGED]:
        if bottom > top:
            starting[top].append((left, bottom))
    held: dict[int, tuple[int, Cell]] = {}  # column → the last row of a merged cell, and what it says
    for at, values in enumerate(sheet.iter_rows()):
        cells: list[Cell] = [*before, *map(_cell, values)][:MOST_COLUMNS]
        if not any(cell is not None for cell in cells):
            continue
        _fill_down(cells, at, held)
        held |= {left: (bottom, cells[left]) for left, bottom in starting.get(at, ()) if left < len(cells)}
        yield Row(at + 1, cells)


def _fill_down(cells: list[Cell], at: int, held: dict[int, tuple[int, Cell]]) -> None:
    for column, (last, value) in held.items():
        if at <= last and cells[column] is None:
            cells[column] = value


def _cell(value: Any) -> Cell:
    match value:
        case str():
            return value[:LONGEST_CELL] or None
        case bool():
            return value
        case int() | float():
            return float(value)
        case dt.datetime():
            return Moment(value)
        case dt.date():
            return Moment(dt.datetime.combine(value, dt.time()))
        case _:
            return str(value)  # an hour, a span of time
