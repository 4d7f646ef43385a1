"""An SQLite file in a backup: copied while others write, by SQLite's own means, and put back as it was."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, make_url

from service.backup.archive import ArchiveReader, ArchiveWriter, Readable
from service.backup.database.snapshot import Snapshot, heads_of, rows_of, snapshot_of
from service.errors import Conflict
from service.files.store import CHUNK

MEMBER = "database/duban.db"
FOLDED = "PRAGMA journal_mode = DELETE"  # into one file, without a log beside it


@contextmanager
def copied(url: str, copy: Path) -> Iterator[Snapshot]:
    """Copy the file aside, whole and as it is at one moment; writers are not kept waiting, nor wait."""
    with closing(sqlite3.connect(str(make_url(url).database))) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute(FOLDED)
    with opened(copy) as connection:
        yield snapshot_of(connection)


def write_copy(archive: ArchiveWriter, copy: Path) -> None:
    """Put the copy into the backup."""
    with copy.open("rb") as file:
        archive.add(MEMBER, copy.stat().st_size, file)


def take_out(stream: Readable, file: Path) -> None:
    """Write the member's content into a new file."""
    with file.open("xb") as writing:
        while chunk := stream.read(CHUNK):
            writing.write(chunk)


def check_copy(file: Path, archive: ArchiveReader) -> None:
    """Hold a file that was taken out against the manifest: pages, rows and heads. Conflict `backup_damaged`."""
    tables, heads = archive.manifest["tables"], archive.manifest["heads"]
    with opened(file) as connection:
        whole = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar() == "ok"
        if not whole or rows_of(connection, list(tables)) != tables or heads_of(connection) != heads:
            raise Conflict("backup_damaged")


@contextmanager
def opened(file: Path) -> Iterator[Connection]:
    """Look into a file that nobody else has open; nothing is put beside it."""
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True))
    try:
        with engine.connect() as connection:
            yield connection
    except sqlite3.DatabaseError as error:
        raise Conflict("backup_damaged") from error
    finally:
        engine.dispose()
