"""SQLite files: how they are opened, also where nothing may be written, and how their transactions begin."""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from functools import cache, partial
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url

from service.errors import Unavailable

# Seconds that an SQLite writer waits for all those before. There is one lock for everything, and the longest that it is
# held, by an import of a whole table, takes seconds of a busy machine: who comes behind it must get through.
BUSY_WITHIN = 15
PRIMARY = 0xFF  # of an error's code: what is beyond says more of the same
TRIED_EVERY = 0.001  # seconds between two tries of the one thread of a process that is next to write
HELD_UP = "held_up"  # in a connection's particulars: whether its transaction had to wait for another's
TAKES_BACK = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_NOMEM")  # errors that end the whole transaction


def make_engine(
    url: str, *, busy_within: float, pool_timeout: float, foreign_keys: bool, to_json: Callable[[object], str]
) -> Engine:
    """The engine of an SQLite file; one that cannot be written is read as it stands, and a write fails.

    Raises `Unavailable` («sqlite_without_fts5») when Python's SQLite has no index of words.
    """
    if not has_fts5():
        raise Unavailable("sqlite_without_fts5")
    file = Path(str(make_url(url).database))
    protected = _is_protected(file)
    read_as = {"creator": lambda: _open_protected(file)} if protected else {}
    arguments = {"timeout": busy_within}
    engine = create_engine(
        url,
        json_serializer=to_json,
        hide_parameters=True,  # errors end in logs, and parameters are names, texts and hashes of passwords
        connect_args=arguments,
        pool_timeout=pool_timeout,
        **read_as,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        if not protected:
            _keep_a_write_ahead_log(connection, busy_within)
        for pragma in (
            "synchronous = FULL",  # what was answered survives a power cut
            f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
            "recursive_triggers = ON",  # else INSERT OR REPLACE passes by the triggers that guard events
        ):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "begin", partial(_begin, queue=Lock()))
    event.listen(engine, "handle_error", _give_up_when_taken_back)
    return engine


@cache
def has_fts5() -> bool:
    """Whether the SQLite that this Python was built with can index words."""
    with closing(sqlite3.connect(":memory:")) as connection:
        return bool(connection.execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone()[0])


def _give_up_when_taken_back(context: ExceptionContext) -> None:
    """Let go a connection whose transaction SQLite has taken back by itself.

    What whoever tries row by row wrote after that would be no part of a transaction.
    """
    if getattr(context.original_exception, "sqlite_errorname", "").startswith(TAKES_BACK):
        _take_back(context.connection)
        context.is_disconnect, context.invalidate_pool_on_disconnect = True, False


def _take_back(connection: Connection | None) -> None:
    """End the transaction, where SQLite has taken back the statement alone.

    A connection that is closed while a cursor of it lives would keep the lock for as long as that does.
    """
    driver = connection.connection.driver_connection if connection is not None else None
    if driver is not None:
        with suppress(sqlite3.Error):
            driver.rollback()


def was_held_up(connection: Connection) -> bool:
    """Whether the transaction had to wait for another that wrote; never so on another database."""
    return bool(connection.info.get(HELD_UP))


def damage_of(file: Path, *, within: float) -> str | None:
    """What SQLite finds wrong with the pages of a file; none when it finds nothing within so many seconds."""
    until = time.monotonic() + within
    try:
        with closing(_open_protected(file) if _is_protected(file) else sqlite3.connect(file)) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > until, 100_000)
            found = [line for (line,) in connection.execute("PRAGMA quick_check(1)")]
    except sqlite3.DatabaseError as error:
        is_damage = error.sqlite_errorcode in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
        return str(error) if is_damage else None
    return None if found == ["ok"] else "; ".join(found)


def _is_protected(file: Path) -> bool:
    return file.exists() and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK))


def _open_protected(file: Path) -> sqlite3.Connection:
    """Read a file that nobody changes; with a log beside it, whoever wrote that may still be at work."""
    log = file.with_name(f"{file.name}-wal")
    unchanging = "" if log.exists() and log.stat().st_size else "&immutable=1"
    uri = f"file:{quote(str(file))}?mode=ro{unchanging}"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


def _keep_a_write_ahead_log(connection: sqlite3.Connection, wait: float) -> None:
    # The first connections to a new file may meet here, and SQLite lets none of them wait for another.
    patience = time.monotonic() + wait
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: Connection, queue: Lock) -> None:
    # A transaction that read first and wrote later would fail when another wrote in between, so writers queue here.
    only_reads = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if only_reads else 'OFF'}")
    if only_reads:
        connection.exec_driver_sql("BEGIN")
        return
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - this is its engine
    (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
    until = time.monotonic() + patience / 1000
    connection.info[HELD_UP] = queue.locked()
    first = queue.acquire(timeout=patience / 1000)
    try:
        driver.execute("PRAGMA busy_timeout = 0")
        tries = _tries_to_begin(until, driver)
        connection.info[HELD_UP] |= tries != 1
        if not tries:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, to fail as any statement fails
    finally:
        if first:
            queue.release()
        with suppress(sqlite3.ProgrammingError):  # closed: beginning has failed, and the disk with it
            driver.execute(f"PRAGMA busy_timeout = {patience}")


def _tries_to_begin(until: float, driver: sqlite3.Connection) -> int:
    """Try to begin until somebody else's transaction has ended; returns how often, and nought if it never did.

    Soon after it has, whatever SQLite's own pauses are: it sleeps for up to a tenth of a second between two tries, and
    whoever came later may be luckier.
    """
    tries = 0
    while time.monotonic() < until:
        tries += 1
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY:
                return 0
            time.sleep(TRIED_EVERY)
        else:
            return tries
    return 0
