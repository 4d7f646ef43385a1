"""A backup of a running office: one moment of its database, every file that its rows name, read back when written."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import make_url

from service.backup.archive import writing
from service.backup.checking import checked
from service.backup.database import postgresql, sqlite
from service.backup.database.snapshot import Snapshot
from service.backup.head import Head
from service.backup.office_files import KEYS, STORES, store_of, write_own, write_stored
from service.errors import Conflict
from service.files.store import sync_folder
from service.settings import Settings
from service.write_lock import refuse_while_writing

LEFT_OUT = (  # of the manifest: what whoever restores has to bring along or do without
    "settings of the environment (DUBAN_*), the proxy, PostgreSQL roles",
    "exported checkpoints: they are kept elsewhere",
    "mail in DATA/outbox, Redis, logs",
)


class Backup(NamedTuple):
    """A backup that was written and read back."""

    path: Path
    head: Head
    manifest: dict[str, Any]
    size: int  # bytes

    @property
    def lost(self) -> list[str]:
        """Evidence that rows name and that was not there, or was another: by hash."""
        found: list[str] = self.manifest["lost"]["evidence"]
        return found


def make_backup(
    settings: Settings, path: Path, *, now: datetime, secret: str | None = None, with_keys: bool = False
) -> Backup:
    """Write a backup under that name, once it was read back and found whole; nothing half is ever there.

    Conflict `backup_exists` and `keys_need_encryption`; an OSError where nothing can be written.
    """
    refuse_while_writing("a backup")
    if path.exists():
        raise Conflict("backup_exists", file=path.name)
    if with_keys and secret is None:
        raise Conflict("keys_need_encryption")
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        _write(settings, draft, secret, with_keys=with_keys, now=now)
        head, manifest = checked(draft, secret, room=path.parent)
        size = draft.stat().st_size
        draft.rename(path)
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)
    return Backup(path, head, manifest, size)


def _write(settings: Settings, draft: Path, secret: str | None, *, with_keys: bool, now: datetime) -> None:
    with ExitStack() as opened:
        database, snapshot = opened.enter_context(_database(settings, draft))
        file = opened.enter_context(os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"))
        told = {
            "made_at": now.astimezone(UTC).isoformat(timespec="seconds"),
            "version": version("duban"),
            "schema": snapshot.schema,
            "database": make_url(settings.database_url).get_backend_name(),
            "office": snapshot.office,
        }
        with writing(file, secret, **told) as (archive, head):
            database.write(archive)
            database.close()
            own = write_own(archive, settings, with_keys=with_keys)
            stored = {name: (store_of(settings, name), getattr(snapshot, name)) for name in STORES}
            lost = {name: write_stored(archive, store, name, hashes) for name, (store, hashes) in stored.items()}
            archive.finish(_manifest(head, snapshot, own, lost, with_keys=with_keys))
        file.flush()
        os.fsync(file.fileno())


class _Database:
    """What is to be written of the database; let go as soon as that is done."""

    def __init__(self, write: Any, opened: ExitStack) -> None:
        self.write, self.close = write, opened.close


@contextmanager
def _database(settings: Settings, draft: Path) -> Iterator[tuple[_Database, Snapshot]]:
    url = settings.database_url
    with ExitStack() as opened:
        if make_url(url).get_backend_name() == "sqlite":
            copy = draft.with_suffix(".db")
            opened.callback(copy.unlink, missing_ok=True)
            os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            snapshot = opened.enter_context(sqlite.copied(url, copy))
            yield _Database(lambda archive: sqlite.write_copy(archive, copy), opened), snapshot
        else:
            connection, snapshot = opened.enter_context(postgresql.one_moment(url))
            yield _Database(lambda archive: postgresql.write_tables(archive, connection), opened), snapshot


def _manifest(
    head: Head, snapshot: Snapshot, own: list[str], lost: dict[str, list[str]], *, with_keys: bool
) -> dict[str, Any]:
    files = {name: len(getattr(snapshot, name)) - len(lost[name]) for name in STORES}
    return {
        "head": {name: getattr(head, name) for name in Head.__dataclass_fields__},
        "tables": snapshot.tables,
        "heads": snapshot.heads,
        "files": {**files, "own": own},
        "lost": lost,
        "left_out": [*LEFT_OUT, *(() if with_keys else KEYS)],
    }
