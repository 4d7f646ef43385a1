"""A line of a table, read cell by cell."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import partial
from typing import Any

from service.files.spreadsheets import Cell
from service.ledger_import.table import REQUIRED, CellFault, TableLine
from service.ledger_import.values import UnclearCell, as_instant, as_item, as_severity, as_text
from workflows.vocabulary import Severity

LONGEST = {"source": 50, "unit": 200, "summary": 500, "details": 10_000, "location": 300}


@dataclass(frozen=True, slots=True)
class ImportLine:
    """The values of a line; whether its unit and item exist has not been looked up yet."""

    table_line: TableLine
    unit: str
    summary: str
    severity: Severity
    found_at: datetime
    found_on: date  # by the clock of the office
    source: str | None = None
    item: str | None = None
    details: str | None = None
    location: str | None = None

    def fault(self, field: str, code: str) -> CellFault:
        """A fault of the field's cell."""
        return self.table_line.fault(field, code)


def read_line(line: TableLine, zone: tzinfo) -> tuple[ImportLine | None, Sequence[CellFault]]:
    """The values of a line, or None and everything that is wrong with it."""
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
    if faults:
        return None, faults
    return ImportLine(line, found_on=read["found_at"].astimezone(zone).date(), **read), ()


def comparable(text: str) -> str:
    """A summary in the form in which two are compared: without differences of width and space."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _readers(zone: tzinfo) -> dict[str, Callable[[Cell], object]]:
    texts = {name: partial(as_text, longest=longest) for name, longest in LONGEST.items()}
    return {**texts, "severity": as_severity, "item": as_item, "found_at": partial(as_instant, zone=zone)}
