"""A line of a table as the finding it stands for, or what is wrong with each of its cells."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import partial
from typing import Any

from service.files.spreadsheets import Cell
from service.ledger_import.faults import CellFault
from service.ledger_import.table import REQUIRED, Entry
from service.ledger_import.values import Unclear, as_instant, as_item, as_severity, as_text
from workflows.vocabulary import Severity

LONGEST = {"source": 50, "unit": 200, "summary": 500, "details": 10_000, "location": 300}


@dataclass(frozen=True, slots=True)
class Draft:
    """What a line says, before anybody has looked whether unit and item exist."""

    entry: Entry
    unit: str
    summary: str
    severity: Severity
    found_at: datetime
    found_on: date  # by the clock of the office
    source: str | None = None
    item: str | None = None
    details: str | None = None
    location: str | None = None


def draft(entry: Entry, zone: tzinfo) -> tuple[Draft | None, Sequence[CellFault]]:
    """The draft of a line, or everything that is wrong with it."""
    read: dict[str, Any] = {}
    faults = [entry.fault(name, "required") for name in REQUIRED if entry.cells.get(name) is None]
    for name, reader in _readers(zone).items():
        cell = entry.cells.get(name)
        if cell is None:
            continue
        try:
            read[name] = reader(cell)
        except Unclear as error:
            faults.append(entry.fault(name, error.code))
    if faults:
        return None, faults
    return Draft(entry, found_on=read["found_at"].astimezone(zone).date(), **read), ()


def same_words(text: str) -> str:
    """A summary as it is compared: width and space of its letters tell nothing."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _readers(zone: tzinfo) -> dict[str, Callable[[Cell], object]]:
    texts = {name: partial(as_text, longest=longest) for name, longest in LONGEST.items()}
    return {**texts, "severity": as_severity, "item": as_item, "found_at": partial(as_instant, zone=zone)}
