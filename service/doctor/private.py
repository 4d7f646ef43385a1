"""Whether others on this host can read or enter what Duban keeps."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from service.doctor.check import Check, all_of, ok, warning
from service.settings import Settings

OTHERS = 0o077  # its group as well: who is in it is no matter of Duban's
ENTER = 0o011


def check_private(settings: Settings) -> Check:
    """Name the data folder, what lies in it, and an SQLite file elsewhere, where others may read or enter them.

    What lies in a folder that nobody else may enter is private, whatever its own permissions are.
    """
    folder = settings.data_dir
    found = [folder, *(path for path in sorted(folder.iterdir()) if _is_open(path))] if _is_open(folder) else []
    elsewhere = [file for file in _database_files(settings.database_url) if file.parent != folder and _is_reached(file)]
    if not found and not elsewhere:
        return ok("private")
    mended = [*([str(folder)] if found else []), *(str(file) for file in elsewhere)]
    command = shlex.join(["chmod", "-R", "go=", *mended])
    return warning("private", which=all_of([*found, *elsewhere]), command=command)


def _database_files(url: str) -> Iterator[Path]:
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite" and parts.database:
        file = Path(parts.database).absolute()
        yield from (file.with_name(file.name + ending) for ending in ("", "-wal", "-shm"))


def _is_reached(file: Path) -> bool:
    return _is_open(file) and bool(file.parent.stat().st_mode & ENTER)


def _is_open(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & OTHERS)
