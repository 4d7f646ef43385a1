"""The Excel file of a ledger, written row by row: headings that stay in sight, filters, dates that are dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Self

import xlsxwriter  # type: ignore[import-untyped]

from service.ledger.columns import FILE, Cell, Column, LedgerReader
from service.ledger.texts import clean, looks_like_formula, sheet_name
from service.wording.texts import written
from workflows.vocabulary import Light

COVER, HEADINGS, FIRST = 0, 1, 2  # rows
ORDINAL_WIDTH = 6  # characters
COVER_HEIGHT, HEADINGS_HEIGHT = 24, 30  # points
A3, PAGES_ACROSS = 8, 3
FONT = "宋体"
INK, LINES, SHADE = "#1F2937", "#D0D7DE", "#DCE6F1"
FILLS = {Light.RED: "#FBE3E1", Light.AMBER: "#FFF1CF", Light.GREEN: "#E5F3E6"}
_FRAME = {"border": 1, "border_color": LINES}
_PLAIN = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "top"}
_BOLD = {**_PLAIN, "bold": True, "bg_color": SHADE, "align": "center", "valign": "vcenter", "text_wrap": True, **_FRAME}


class LedgerBook:
    """A workbook being written to a stream, as a context; only the row at hand is in memory."""

    def __init__(self, stream: BinaryIO, columns: Sequence[Column], reader: LedgerReader, zone: tzinfo) -> None:
        self.columns, self.reader, self.zone = columns, reader, zone
        self._row_files = TemporaryDirectory(prefix="duban-ledger-")
        self._book = xlsxwriter.Workbook(stream, {"constant_memory": True, "tmpdir": self._row_files.name})
        # the same data give the same bytes
        self._book.set_properties({"created": reader.now.astimezone(UTC).replace(tzinfo=None)})
        self._formats = {key: self._book.add_format(look) for key, look in _looks().items()}
        self._taken: set[str] = set()

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

    def add_sheet(self, name: str, filters: str, count: int) -> "LedgerSheet":
        """A sheet for so many rows, below a line that says what was asked for, when, and how many there are."""
        reader = self.reader
        sheet = self._book.add_worksheet(sheet_name(name, self._taken))
        self._lay_out(sheet, count)
        cover = written(FILE, "cover", reader.language, zone=self.zone, filters=filters, at=reader.now, count=count)
        sheet.set_row(COVER, COVER_HEIGHT)
        sheet.write_string(COVER, 0, clean(cover), self.look("cover"))
        sheet.set_row(HEADINGS, HEADINGS_HEIGHT)
        for place, column in enumerate(("ordinal", *(column.name for column in self.columns))):
            sheet.write_string(HEADINGS, place, reader.phrase(f"column.{column}"), self.look("heading"))
        return LedgerSheet(sheet, self)

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
        frame = {"type": "no_errors", "format": self.look("frame")}
        sheet.conditional_format(FIRST, 0, HEADINGS + max(count, 1), len(self.columns), frame)
        sheet.set_footer(f"&C{self.reader.phrase('page')}")
        sheet.autofilter(HEADINGS, 0, HEADINGS + count, len(self.columns))

    def look(self, *key: Any) -> Any:
        """The format of that key."""
        return self._formats[key]

    def local(self, at: datetime) -> datetime:
        """An instant as cells show it: by the clock of the office."""
        return at.astimezone(self.zone).replace(tzinfo=None)


@dataclass(slots=True)
class LedgerSheet:
    """One sheet, filled from above."""

    _sheet: Any
    _book: LedgerBook
    _rows: int = 0

    def add(self, cells: Sequence[Cell], *, light: Light) -> None:
        """Write the next line; the state is shaded by the light."""
        at = FIRST + self._rows
        self._rows += 1
        self._sheet.write_number(at, 0, self._rows, self._book.look("number"))
        for place, (column, cell) in enumerate(zip(self._book.columns, cells, strict=True), start=1):
            if isinstance(cell, str):
                look = ("light", light) if column.name == "state" else ("text", column.wraps, looks_like_formula(cell))
                self._sheet.write_string(at, place, clean(cell), self._book.look(*look))
            else:
                self._write_figure(at, place, cell)

    def _write_figure(self, at: int, place: int, cell: int | date | None) -> None:
        match cell:
            case None:
                pass  # the frame is drawn by one rule for all cells: nothing is written for those that are empty
            case datetime():
                self._sheet.write_datetime(at, place, self._book.local(cell), self._book.look("instant"))
            case date():
                self._sheet.write_datetime(at, place, cell, self._book.look("day"))
            case _:
                self._sheet.write_number(at, place, cell, self._book.look("number"))


def _looks() -> dict[tuple[Any, ...], dict[str, Any]]:
    texts = {
        ("text", wraps, quoted): {**_PLAIN, "text_wrap": wraps, "quote_prefix": quoted}
        for wraps in (False, True)
        for quoted in (False, True)
    }
    lights = {("light", light): {**_PLAIN, "bg_color": fill} for light, fill in FILLS.items()}
    return {
        **texts,
        **lights,
        ("cover",): {"font_name": FONT, "font_size": 11, "bold": True, "font_color": INK, "valign": "vcenter"},
        ("heading",): _BOLD,
        ("frame",): _FRAME,
        ("number",): {**_PLAIN, "align": "center"},
        ("instant",): {**_PLAIN, "num_format": "yyyy-mm-dd hh:mm", "align": "left"},
        ("day",): {**_PLAIN, "num_format": "yyyy-mm-dd", "align": "left"},
    }
