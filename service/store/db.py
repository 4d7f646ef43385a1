"""Connections and sessions: PostgreSQL, or an SQLite file."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    ExceptionContext,
    Text,
    cast,
    create_engine,
    event,
    func,
    literal_column,
    make_url,
    text,
    true,
)
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import InstrumentedAttribute, Session, sessionmaker

from service.errors import Unavailable
from service.models.columns import COUNTED_FROM
from service.store import sqlite
from service.store.rows_on_record.digests import keep_rows_on_record
from service.write_lock import began, ended

CONNECT_WITHIN = 5  # seconds
BUSY_WITHIN = sqlite.BUSY_WITHIN
UPGRADE_WITHIN = 60  # seconds that an upgrade waits for another
LIMITS = {"statement_timeout": "15s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "15s"}
LONG = "10min"
UPGRADE_LIMITS = {"statement_timeout": "0", "lock_timeout": f"{UPGRADE_WITHIN}s"}
OF_STATEMENT = ("57014", "54")  # a statement took too long, or asked for too much: others may do
DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "XX001", "XX002")
FULL = ("SQLITE_FULL", "53100")
READ_ONLY = ("SQLITE_READONLY", "25006")
LOCKED = ("55P03", "40P01", "40001", "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED")

_to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
_decode_json = json.JSONDecoder().decode


def connect(url: str, *, upgrading: bool = False) -> Engine:
    """Make the engine of a database address; it connects at first use.

    `upgrading` is for migrations: no statement is cut off, and SQLite tables may be rebuilt though rows refer to them.
    """
    if make_url(url).get_backend_name() == "sqlite":
        wait = UPGRADE_WITHIN if upgrading else BUSY_WITHIN
        engine = sqlite.make_engine(
            url, busy_within=wait, pool_timeout=CONNECT_WITHIN, foreign_keys=not upgrading, to_json=_to_json
        )
    else:
        engine = _postgresql(url, UPGRADE_LIMITS if upgrading else LIMITS)
        if not upgrading:  # migrations ask without saying of what type a column is
            from service.store.driver import configure_connection  # noqa: PLC0415 - where PostgreSQL is used

            event.listen(engine, "connect", configure_connection)
    _note_writing(engine)
    return engine


def sessions(engine: Engine) -> sessionmaker[Session]:
    """The maker of sessions; what was loaded stays readable after a commit, and what is changed goes on record."""
    maker = sessionmaker(engine, expire_on_commit=False)
    keep_rows_on_record(maker)
    return maker


def reading(engine: Engine) -> Engine:
    """The engine for transactions that only read: on SQLite they do not queue behind writers; a write fails."""
    return engine.execution_options(reading=True, postgresql_readonly=True)


def reading_sessions(writers: sessionmaker[Session]) -> sessionmaker[Session]:
    """The maker of sessions that read the database of `writers` statement by statement, for work that takes long.

    On PostgreSQL no transaction stays open between two statements, which would be ended for being idle on a busy
    machine; each statement sees a moment of its own.
    """
    engine = writers.kw["bind"]
    if engine.dialect.name == "postgresql":
        return sessions(engine.execution_options(reading=True, isolation_level="AUTOCOMMIT"))
    return sessions(reading(engine))


def only_reads(session: Session) -> bool:
    """Whether the session is one for reading, in which PostgreSQL grants no lock on rows."""
    return _only_reads(session.connection())


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
    return transaction_id < oldest_open + literal_column(COUNTED_FROM, BigInteger)


def sign_of_commits(session: Session) -> str:
    """A sign that is another one once anybody else has committed something; to be compared on one connection alone."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    sign = "SELECT CAST(pg_current_snapshot() AS text)" if is_postgresql else "PRAGMA data_version"
    return str(session.scalar(text(sign)))


def take_time(session: Session) -> None:
    """Let the present transaction run for ten minutes, longer than a request may: for work in the background."""
    if session.get_bind().dialect.name == "postgresql":
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            session.execute(text(f"SET LOCAL {limit} = '{LONG}'"))


@contextmanager
def unavailable_when_lost() -> Iterator[None]:
    """Turn the errors of a lost, full, damaged or locked database into Unavailable; our own mistakes stay."""
    try:
        yield
    except PoolTimeoutError as error:
        raise Unavailable("database_busy") from error
    except DBAPIError as error:
        if (code := _code_of_unavailable(error)) is None:
            raise
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
    """Whether it is no fault of the rows at hand: no connection, no lock in time, or no room on the disk."""
    return error.connection_invalidated or _code(error) in (*LOCKED, *FULL)


def _postgresql(url: str, limits: dict[str, str]) -> Engine:
    # of more joined tables the order is what is written: to weigh all orders takes longer than a page of findings
    options = {"timezone": "UTC", "join_collapse_limit": "4", **limits}
    own_options = make_url(url).query.get("options", "")
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        pool_timeout=CONNECT_WITHIN,
        json_serializer=_to_json,
        json_deserializer=_from_json,
        hide_parameters=True,  # errors end in logs, and parameters are names, texts and hashes of passwords
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
    event.listen(engine, "handle_error", _quote_no_row)
    return engine


def _from_json(data: str | bytes) -> Any:
    """What `json.loads` returns, which looks first in which encoding a text comes."""
    return _decode_json(data if isinstance(data, str) else str(data, "utf-8"))


def _quote_no_row(context: ExceptionContext) -> None:
    """Keep of an error its first line alone: in the others PostgreSQL quotes the row, or the key, that it refuses."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])


def _note_writing(engine: Engine) -> None:
    """Let what takes long know whether its thread has a transaction for writing."""
    event.listen(engine, "begin", lambda connection: None if _only_reads(connection) else began(connection))
    event.listen(engine, "commit", ended)
    event.listen(engine, "rollback", ended)


def _only_reads(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("reading", False))


def _code_of_unavailable(error: DBAPIError) -> str | None:
    code = str(_code(error))
    if code.startswith(DAMAGED):
        return "database_damaged"
    if code in FULL:
        return "database_full"
    if code.startswith(READ_ONLY):
        return "database_read_only"
    if not _passing(error):
        return None
    return "database_busy" if code in LOCKED else "database_unavailable"


def _passing(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    return isinstance(error, OperationalError) and _code(error) != "SQLITE_ERROR"  # no such table, bad SQL


def _code(error: DBAPIError) -> Any:
    cause = error.orig
    return getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
