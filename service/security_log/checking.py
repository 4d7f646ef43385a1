"""An exported security log checked without the database: hashes, links, and each value against what was hashed.

The column `username` was not hashed and is not checked: it is looked up for readers; `person_id` is what holds.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.security_log.export import ExportFormat, cell
from service.store.hash_chain import SECURITY, chain_hash

Line = Mapping[str, Any]
LONGEST = 1_000_000  # characters of a cell


@dataclass(slots=True)
class Checked:
    """What a check found; a filtered export has gaps, and its chain holds as far as entries follow one another."""

    entries: int = 0
    gaps: int = 0
    broken: list[str] = field(default_factory=list)  # the positions of entries that do not hold, as the file has them
    first: str | None = None
    last: str | None = None
    last_hash: str | None = None  # to be compared with what the office shows, or with a later export


def check_export(file: Path) -> Checked:
    """Check a file that `security-log export` wrote; OSError or ValueError for what is none."""
    form = ExportFormat.JSONL if file.suffix == ".jsonl" else ExportFormat.CSV
    checked, before = Checked(), None
    with file.open(encoding=form.encoding, newline="") as stream:
        for line in _json_lines(stream) if form is ExportFormat.JSONL else _table(stream):
            _check(line, before, checked)
            before = line
    return checked


def _json_lines(stream: Iterator[str]) -> Iterator[Line]:
    for text in stream:
        line = json.loads(text)
        if not isinstance(line, dict):
            raise ValueError("not an object")  # noqa: TRY004 - one kind of error for all that is no export
        yield line


def _table(stream: Iterator[str]) -> Iterator[Line]:
    csv.field_size_limit(LONGEST)
    try:
        yield from csv.DictReader(stream, strict=True)
    except csv.Error as error:
        raise ValueError(str(error)) from error


def _check(line: Line, before: Line | None, checked: Checked) -> None:
    """Count the line in, and name it when it does not hold; KeyError becomes ValueError: no export of ours."""
    try:
        position, canonical = str(line["position"]), str(line["canonical"])
        previous, own = line["previous_hash"] or None, str(line["hash"])
        holds = chain_hash(previous, canonical) == own and _says_the_same(line, json.loads(canonical))
        if before is not None:
            follows = int(position) == int(before["position"]) + 1
            checked.gaps += not follows
            holds = holds and int(position) > int(before["position"]) and (not follows or previous == before["hash"])
    except KeyError as error:
        raise ValueError(f"without {error}") from error
    checked.entries += 1
    checked.first, checked.last, checked.last_hash = checked.first or position, position, own
    if not holds:
        checked.broken.append(position)


def _says_the_same(line: Line, hashed: Any) -> bool:
    """Whether every value that was hashed is the line's; a table has all of them as text."""
    if not isinstance(hashed, dict):
        return False
    return all(_is_same(line[name], hashed.get(name)) for name in SECURITY)


def _is_same(shown: Any, hashed: Any) -> bool:
    if isinstance(hashed, dict):
        return bool((json.loads(shown) if isinstance(shown, str) else shown) == hashed)
    return cell(shown) == cell(hashed) or shown == cell(hashed)
