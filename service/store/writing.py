"""Whether anything can be written at present: a small row into the database, a small file into a folder."""

import math
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from service.errors import Unavailable
from service.store import clock
from service.store.db import BUSY_WITHIN, unavailable_when_lost
from service.store.watch_notes import WRITTEN, write_note

WITHIN = 1.0  # seconds that another writer is waited for
TRIED_EVERY = 5.0  # seconds, at most


def why_not_written(engine: Engine, folder: Path) -> str | None:
    """The code of what keeps database or folder from being written; none when nothing does, or others are writing."""
    draft = folder / f".written-{secrets.token_hex(4)}"
    try:
        with unavailable_when_lost():
            write_once(engine)
        try:
            draft.write_bytes(b"." * 4096)
        finally:
            draft.unlink(missing_ok=True)
    except Unavailable as error:
        return None if error.code == "database_busy" else error.code
    except OSError:
        return "folder_unwritable"
    return None


def write_once(engine: Engine) -> None:
    """Write a small row into the database; raises whatever keeps it from that."""
    with engine.connect() as connection, _in_a_hurry(connection):
        session = Session(connection)
        write_note(session, WRITTEN, {}, now=clock.now(session))


@dataclass(slots=True)
class WriteTrial:
    """The last trial of a process: strangers may ask for one, and must not keep the disk busy with it."""

    tried_at: float = -math.inf
    why: str | None = None

    def why_not(self, engine: Engine, folder: Path) -> str | None:
        """What `why_not_written` said within the last seconds, or says now."""
        if monotonic() - self.tried_at > TRIED_EVERY:
            self.tried_at = monotonic()
            self.why = why_not_written(engine, folder)
        return self.why


@contextmanager
def _in_a_hurry(connection: Connection) -> Iterator[None]:
    """A transaction that waits for no other writer for long: that one can write."""
    if connection.dialect.name == "postgresql":
        with connection.begin():
            connection.execute(text(f"SET LOCAL lock_timeout = '{WITHIN}s'"))
            connection.execute(text(f"SET LOCAL statement_timeout = '{2 * WITHIN}s'"))
            yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - just connected
    driver.execute(f"PRAGMA busy_timeout = {int(WITHIN * 1000)}")
    try:
        with connection.begin():
            yield
    finally:
        with suppress(sqlite3.ProgrammingError):  # closed: the disk is full
            driver.execute(f"PRAGMA busy_timeout = {BUSY_WITHIN * 1000}")
