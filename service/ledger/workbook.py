"""The Excel file of a ledger, written row by row: headings that stay in sight, filters, dates that are dates.

Nothing in the texts of people is read as a formula, as markup, or by XML.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from math import ceil
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Self
from unicodedata import east_asian_width

from service.ledger.columns import FILE, Cell, Column, LedgerReader
from service.wording.texts import written
from workflows.vocabulary import Light

COVER, HEADINGS, FIRST = 0, 1, 2  # rows
ORDINAL_WIDTH = 6  # characters
COVER_HEIGHT, HEADINGS_HEIGHT = 24, 42  # points
LINE_HEIGHT, TALLEST = 13.5, 408.75  # points, a multiple of a pixel; Excel takes no higher row
A3, PAGES_ACROSS = 8, 3
FONT = "宋体"
INK, LINES, SHADE = "#1F2937", "#D0D7DE", "#DCE6F1"
FILLS = {Light.RED: "#FBE3E1", Light.AMBER: "#FFF1CF", Light.GREEN: "#E5F3E6"}
_FRAME = {"border": 1, "border_color": LINES}
_PLAIN = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "top"}
_BOLD = {**_PLAIN, "bold": True, "bg_color": SHADE, "align": "center", "valign": "vcenter", "text_wrap": True, **_FRAME}
FORMULA_STARTS = tuple("=+-@＝＋－＠\t\r\n")  # wide ones are taken for narrow ones where Chinese is typed
LONGEST_NAME = 31  # UTF-16 units
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_RESERVED = "history"  # Excel keeps it for itself


class LedgerBook:
    """A workbook being written to a stream, as a context; only the row at hand is in memory."""

    def __init__(self, stream: BinaryIO, columns: Sequence[Column], reader: LedgerReader) -> None:
        import xlsxwriter  # type: ignore[import-untyped]

        self.columns, self.reader = columns, reader
        self._row_files = TemporaryDirectory(prefix="duban-ledger-")
        self._book = xlsxwriter.Workbook(stream, {"constant_memory": True, "tmpdir": self._row_files.name})
        # the same data give the same bytes
        self._book.set_properties({"created": reader.now.astimezone(UTC).replace(tzinfo=None)})
        self._formats = {key: self._book.add_format(look) for key, look in _looks().items()}
        self._taken: set[str] = set()
        self._sheet: Any = None
        self._rows = 0  # of the sheet

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._book.close()
        finally:
            for sheet in self._book.worksheets():
                sheet.row_data_fh.close()
            self._row_files.cleanup()

    def add_sheet(self, name: str, filters: str, count: int) -> None:
        """Begin a sheet for so many rows, below a line that says what was asked for, when, and how many there are."""
        reader = self.reader
        sheet = self._book.add_worksheet(sheet_name(name, self._taken))
        self._lay_out(sheet, count)
        cover = written(FILE, "cover", reader.language, zone=reader.zone, filters=filters, at=reader.now, count=count)
        sheet.set_row(COVER, COVER_HEIGHT)
        sheet.write_string(COVER, 0, clean(cover), self._formats["cover"])
        sheet.set_row(HEADINGS, HEADINGS_HEIGHT)
        for place, column in enumerate(("ordinal", *(column.name for column in self.columns))):
            sheet.write_string(HEADINGS, place, reader.phrase(f"column.{column}"), self._formats["heading"])
        self._sheet, self._rows = sheet, 0

    def _lay_out(self, sheet: Any, count: int) -> None:
        sheet.set_column(0, 0, ORDINAL_WIDTH)
        for place, column in enumerate(self.columns, start=1):
            sheet.set_column(place, place, column.width)
        sheet.freeze_panes(FIRST, 2)  # with the number of the finding
        sheet.set_landscape()
        sheet.set_paper(A3)
        sheet.fit_to_pages(PAGES_ACROSS, 0)
        sheet.repeat_rows(COVER, HEADINGS)
        sheet.repeat_columns(0, 1)
        sheet.print_area(COVER, 0, HEADINGS + count, len(self.columns))
        frame = {"type": "no_errors", "format": self._formats["frame"]}
        sheet.conditional_format(FIRST, 0, HEADINGS + max(count, 1), len(self.columns), frame)
        sheet.set_footer(f"&C{self.reader.phrase('page')}")
        sheet.autofilter(HEADINGS, 0, HEADINGS + count, len(self.columns))

    def add(self, cells: Sequence[Cell], *, light: Light) -> None:
        """Write the next line of the sheet; the state is shaded by the light."""
        at = FIRST + self._rows
        self._rows += 1
        self._sheet.set_row(at, self._height(cells))
        self._sheet.write_number(at, 0, self._rows, self._formats["number"])
        for place, (column, cell) in enumerate(zip(self.columns, cells, strict=True), start=1):
            if isinstance(cell, str):
                look = light if column.name == "state" else looks_like_formula(cell)
                self._sheet.write_string(at, place, clean(cell), self._formats[look])
            else:
                self._write_figure(at, place, cell)

    def _height(self, cells: Sequence[Cell]) -> float:
        """Points for the longest text: not every program that opens the file reckons the height of a row itself."""
        places = zip(self.columns, cells, strict=True)
        lines = [lines_needed(cell, column.width) for column, cell in places if isinstance(cell, str)]
        return min(max(lines, default=1) * LINE_HEIGHT + 3, TALLEST)

    def _write_figure(self, at: int, place: int, cell: int | date | None) -> None:
        match cell:
            case None:
                pass  # the frame is drawn by one rule for all cells: nothing is written for those that are empty
            case datetime():
                local = cell.astimezone(self.reader.zone).replace(tzinfo=None)  # by the clock of the office
                self._sheet.write_datetime(at, place, local, self._formats["instant"])
            case date():
                self._sheet.write_datetime(at, place, cell, self._formats["day"])
            case _:
                self._sheet.write_number(at, place, cell, self._formats["number"])


def _looks() -> dict[Any, dict[str, Any]]:
    """Formats by use: texts, which wrap, by whether they look like a formula, states by their light."""
    texts = {quoted: {**_PLAIN, "text_wrap": True, "quote_prefix": quoted} for quoted in (False, True)}
    lights = {light: {**_PLAIN, "bg_color": fill} for light, fill in FILLS.items()}
    return {
        **texts,
        **lights,
        "cover": {"font_name": FONT, "font_size": 11, "bold": True, "font_color": INK, "valign": "vcenter"},
        "heading": _BOLD,
        "frame": _FRAME,
        "number": {**_PLAIN, "align": "center"},
        "instant": {**_PLAIN, "num_format": "yyyy-mm-dd hh:mm", "align": "left"},
        "day": {**_PLAIN, "num_format": "yyyy-mm-dd", "align": "left"},
    }


def lines_needed(text: str, width: int) -> int:
    """The lines that a text takes in a column of so many characters; those of Chinese are two wide."""
    return sum(max(1, ceil(_width_of(line) / (width - 1))) for line in text.splitlines() or [""])


def _width_of(line: str) -> int:
    return len(line) + sum(east_asian_width(sign) in "WFA" for sign in line)


def clean(text: str) -> str:
    """The text without what no XML file can hold; what xlsxwriter would take for markup gets a space behind it."""
    text = _NOT_IN_XML.sub("", text)
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would take what is left of the text for a formula if it were typed, or opened as CSV."""
    return clean(text).startswith(FORMULA_STARTS)


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that Excel takes: without forbidden characters, short, and not yet taken; adds it to those taken."""
    plain = _NOT_IN_NAMES.sub("_", _NOT_IN_XML.sub("", wanted)).strip(" '")
    if not plain or plain.casefold() == _RESERVED:
        plain = f"_{plain}"
    name, n = _cut(plain, LONGEST_NAME), 1
    while name.casefold() in taken:
        n += 1
        name = _cut(plain, LONGEST_NAME - len(f" ({n})")) + f" ({n})"
    taken.add(name.casefold())
    return name


def _cut(text: str, units: int) -> str:
    """At most so many UTF-16 units, no character cut in two, nor an apostrophe left at the end."""
    while len(text.encode("utf-16-le")) // 2 > units:
        text = text[:-1]
    return text.rstrip(" '")
