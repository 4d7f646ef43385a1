"""Excel files as tests look at them: read back by another library, and as the XML that they are."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import python_calamine
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
