"""Excel files as tests look at them: read back by another library, and as the XML that they are."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import python_calamine
import xlsxwriter  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Row = Mapping[str, Any]  # heading → value, "" for an empty cell


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet of a ledger: the line above it, and its rows by heading."""

    cover: str
    headings: list[str]
    rows: list[Row]

    def column(self, heading: str) -> list[Any]:
        """What stands below a heading."""
        return [row[heading] for row in self.rows]


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """A file with those sheets; None leaves a cell out, days and instants become date cells, «=…» formulas."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC)})  # the same rows are the same file
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(at, column, value, day)
                    elif value is not None:
                        sheet.write(at, column, value)
    return stream.getvalue()


def tables(content: bytes) -> dict[str, Table]:
    """The sheets of a ledger by name, in order."""
    found = {}
    with python_calamine.load_workbook(io.BytesIO(content)) as book:
        for name in book.sheet_names:
            (cover, *_), headings, *rows = book.get_sheet_by_name(name).to_python()
            known = [str(heading) for heading in headings]
            found[name] = Table(str(cover), known, [dict(zip(known, row, strict=True)) for row in rows])
    return found


def table(content: bytes) -> Table:
    """The only sheet."""
    (only,) = tables(content).values()
    return only


def xml_of(content: bytes, part: str) -> Any:
    """A part of the file, parsed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return fromstring(archive.read(part))
