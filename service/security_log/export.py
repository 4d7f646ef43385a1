"""The security log as a table or as lines of JSON, with all that its chain is made of: whoever has it can check it.

Beside it stands `username`, as it is when exported: for readers, and under no hash.
"""

import csv
import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TextIO

from service.models import SecurityEntry
from service.store.hash_chain import utc_text

COLUMNS = (
    *("position", "at", "kind", "outcome", "count", "person_id", "username", "name_hash", "subject_id"),
    *("address", "device", "request_id", "data", "hash", "previous_hash", "canonical"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for one
MOST = 100_000  # entries of one export by the API; the command has no bound


class ExportFormat(StrEnum):
    """How an export is written."""

    CSV = "csv"
    JSONL = "jsonl"

    @property
    def encoding(self) -> str:
        """Spreadsheets take a table without a mark for another encoding."""
        return "utf-8-sig" if self is ExportFormat.CSV else "utf-8"


def write(entries: Iterable[SecurityEntry], stream: TextIO, form: ExportFormat) -> int:
    """Write the entries in that format; how many they were."""
    return (write_csv if form is ExportFormat.CSV else write_json_lines)(entries, stream)


def plain(entry: SecurityEntry) -> dict[str, Any]:
    """An entry as plain values, by the names of `COLUMNS`."""
    own = {name: getattr(entry, name) for name in COLUMNS if name != "username"}
    username = entry.person.username if entry.person else None
    return {**own, "at": utc_text(entry.at), "outcome": str(entry.outcome), "username": username}


def write_csv(entries: Iterable[SecurityEntry], stream: TextIO) -> int:
    """Write a table with a line of names; how many entries. What could be a formula begins with an apostrophe."""
    table, number = csv.writer(stream, lineterminator="\r\n"), 0
    table.writerow(COLUMNS)
    for entry in entries:
        number += 1
        values = plain(entry)
        values["data"] = json.dumps(values["data"], ensure_ascii=False)
        table.writerow([cell(values[name]) for name in COLUMNS])
    return number


def write_json_lines(entries: Iterable[SecurityEntry], stream: TextIO) -> int:
    """Write an object a line; how many entries."""
    number = 0
    for entry in entries:
        number += 1
        values = plain(entry)
        stream.write(json.dumps({name: values[name] for name in COLUMNS}, ensure_ascii=False) + "\n")
    return number


def cell(value: object) -> str:
    """A value as a cell of the table holds it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
