"""Connections and sessions: PostgreSQL, or an SQLite file."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Text,
    cast,
    create_engine,
    event,
    func,
    make_url,
    text,
    true,
)
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import InstrumentedAttribute, Session, sessionmaker

from service.errors import Unavailable

CONNECT_WITHIN = 5  # seconds
BUSY_WITHIN = 5  # seconds that an SQLite writer waits for the one before
UPGRADE_WITHIN = 60  # seconds that an upgrade waits for another
LIMITS = {"statement_timeout": "15s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "15s"}
LONG = "10min"
UPGRADE_LIMITS = {"statement_timeout": "0", "lock_timeout": f"{UPGRADE_WITHIN}s"}
OF_STATEMENT = ("57014", "54")  # a statement took too long, or asked for too much: others may do
LOCKED = ("55P03", "40P01", "40001", "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED")

_to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


def connect(url: str, *, upgrading: bool = False) -> Engine:
    """Make the engine of a database address; it connects at first use.

    `upgrading` is for migrations: no statement is cut off, and SQLite tables may be rebuilt though rows refer to them.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, upgrading=upgrading)
    return _postgresql(url, UPGRADE_LIMITS if upgrading else LIMITS)


def sessions(engine: Engine) -> sessionmaker[Session]:
    """The maker of sessions; what was loaded stays readable after a commit."""
    return sessionmaker(engine, expire_on_commit=False)


def reading(engine: Engine) -> Engine:
    """The engine for transactions that only read: on SQLite they do not queue behind writers; a write fails."""
    return engine.execution_options(reading=True, postgresql_readonly=True)


def see_one_moment(session: Session) -> None:
    """Let all queries of a transaction that has not begun yet see one moment; on SQLite they always do."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def before_open_transactions(session: Session, transaction_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The rows of transactions older than every open one: commit order is not the order of serials.

    Whoever reads on from the last of them passes no row that is yet to appear. SQLite has one writer: all rows.
    """
    if session.get_bind().dialect.name != "postgresql":
        return true()
    oldest_open = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
    return transaction_id < oldest_open


def take_time(session: Session) -> None:
    """Let the present transaction run for ten minutes, longer than a request may: for work in the background."""
    if session.get_bind().dialect.name == "postgresql":
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            session.execute(text(f"SET LOCAL {limit} = '{LONG}'"))


@contextmanager
def unavailable_when_lost() -> Iterator[None]:
    """Turn the errors of a lost, full or locked database into Unavailable; mistakes of our own stay what they are."""
    try:
        yield
    except PoolTimeoutError as error:
        raise Unavailable("database_busy") from error
    except DBAPIError as error:
        if not _passing(error):
            raise
        code = "database_busy" if _code(error) in LOCKED else "database_unavailable"
        raise Unavailable(code) from error


def is_lost(error: Exception) -> bool:
    """Whether nothing at all can be done now: the connection is gone, or the server or the disk takes no more."""
    if not isinstance(error, DBAPIError) or is_locked(error):
        return False
    return _passing(error) and not str(_code(error)).startswith(OF_STATEMENT)


def is_locked(error: Exception) -> bool:
    """Whether a lock, or a connection of the pool, was not granted in time."""
    return isinstance(error, PoolTimeoutError) or (isinstance(error, DBAPIError) and _code(error) in LOCKED)


def lost_or_locked(error: DBAPIError) -> bool:
    """Whether the connection is lost or a lock was not granted in time, so that trying again may help."""
    return error.connection_invalidated or _code(error) in LOCKED


def _postgresql(url: str, limits: dict[str, str]) -> Engine:
    options = {"timezone": "UTC", **limits}
    own_options = make_url(url).query.get("options", "")
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=CONNECT_WITHIN,
        json_serializer=_to_json,
        connect_args={
            "application_name": "duban",
            "connect_timeout": CONNECT_WITHIN,
            "options": " ".join([str(own_options), *(f"-c {name}={value}" for name, value in options.items())]),
            # a network that swallows packets shows after half a minute, not after two hours
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,
        },
    )


def _sqlite(url: str, *, upgrading: bool) -> Engine:
    wait = UPGRADE_WITHIN if upgrading else BUSY_WITHIN
    engine = create_engine(url, json_serializer=_to_json, connect_args={"timeout": wait}, pool_timeout=CONNECT_WITHIN)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        _keep_a_write_ahead_log(connection, wait)
        for pragma in (
            "synchronous = FULL",  # what was answered survives a power cut
            f"foreign_keys = {'OFF' if upgrading else 'ON'}",
            "recursive_triggers = ON",  # else INSERT OR REPLACE passes by the triggers that guard events
        ):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "begin", _begin)
    return engine


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


def _begin(connection: Connection) -> None:
    # A transaction that read first and wrote later would fail when another wrote in between, so writers queue here.
    only_reads = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if only_reads else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def _passing(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    return isinstance(error, OperationalError) and _code(error) != "SQLITE_ERROR"  # no such table, bad SQL


def _code(error: DBAPIError) -> Any:
    cause = error.orig
    return getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
