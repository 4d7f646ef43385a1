"""The first two lines of a backup, which anybody may read: that it is one, and what it is of."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Self

from service.errors import Conflict

MAGIC = b"duban backup 1\n"
LONGEST = 4096  # bytes of the second line


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a backup is of; stands open at its beginning, and again in its manifest."""

    made_at: str  # ISO 8601, UTC
    version: str  # of the program
    schema: str  # the revision
    database: str  # sqlite or postgresql
    office: str  # id of the centre's organization: whose backup it is
    lock: dict[str, str] | None  # none: not encrypted

    @property
    def at(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.made_at)

    def line(self) -> bytes:
        """As it is written."""
        return json.dumps(asdict(self), ensure_ascii=True, sort_keys=True).encode() + b"\n"

    @classmethod
    def of_json(cls, found: Any) -> Self:
        """Read what `line` wrote; Conflict `backup_damaged`."""
        try:
            head = cls(**found)
            if head.at.tzinfo is None:
                raise Conflict("backup_damaged")
        except (TypeError, ValueError) as error:
            raise Conflict("backup_damaged") from error
        return head


def read_head(file: BinaryIO) -> Head:
    """The head; leaves the file where the contents begin. Conflict `not_a_backup`, `backup_newer_format` and others."""
    first = file.readline(len(MAGIC) + 8)
    if first != MAGIC:
        raise Conflict("backup_newer" if first.startswith(MAGIC[:13]) and first.endswith(b"\n") else "not_a_backup")
    line = file.readline(LONGEST)
    if not line.endswith(b"\n"):
        raise Conflict("backup_cut_off")
    try:
        found = json.loads(line)
    except ValueError as error:
        raise Conflict("backup_damaged") from error
    return Head.of_json(found)


def head_of(path: Path) -> Head:
    """The head of a file."""
    with path.open("rb") as file:
        return read_head(file)


def heads_in(folder: Path) -> list[tuple[Path, Head]]:
    """The backups of a folder, the newest first; what is none is left out."""
    found = []
    for path in (path for path in folder.iterdir() if not path.name.startswith(".")):
        try:
            found.append((path, head_of(path)))
        except (Conflict, OSError):
            continue
    return sorted(found, key=lambda one: (one[1].at, one[0].name), reverse=True)
