"""A backup read from its first byte to its last, and held against what it says of itself."""

import secrets
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from service.backup.archive import ArchiveReader, Member, reading
from service.backup.database import postgresql, sqlite
from service.backup.head import Head
from service.backup.office_files import STORES
from service.errors import Conflict


def checked(path: Path, secret: str | None, *, room: Path) -> tuple[Head, dict[str, Any]]:
    """The head and manifest of a backup that is whole; `room` is a folder to unpack its database in for a look.

    Conflict: the codes of `archive.reading`.
    """
    with path.open("rb") as file, reading(file, secret) as archive, ExitStack() as opened:
        unpacked = room / f".{secrets.token_hex(8)}.db"
        opened.callback(unpacked.unlink, missing_ok=True)
        counted: Counter[str] = Counter()
        for member in archive:
            _look_at(member, unpacked, counted)
        _hold_against(archive, unpacked, counted)
        return archive.head, archive.manifest


def _look_at(member: Member, unpacked: Path, counted: Counter[str]) -> None:
    folder = member.name.partition("/")[0]
    if member.name == sqlite.MEMBER:
        sqlite.take_out(member.stream, unpacked)
    elif member.name.endswith(".copy"):
        postgresql.rows_in(member, counted)
    elif folder in STORES:
        member.stream.skip()
        counted[f"{folder}/"] += 1
        if member.stream.sha256 != member.name.rpartition("/")[2]:
            raise Conflict("backup_damaged")


def _hold_against(archive: ArchiveReader, unpacked: Path, counted: Counter[str]) -> None:
    files, tables = archive.manifest["files"], archive.manifest["tables"]
    if any(counted[f"{name}/"] != files[name] for name in STORES):
        raise Conflict("backup_damaged")
    if archive.head.database == "sqlite":
        sqlite.check_copy(unpacked, archive)
    elif any(counted[table] != rows for table, rows in tables.items()):
        raise Conflict("backup_damaged")
