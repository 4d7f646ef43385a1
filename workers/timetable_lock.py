"""The lock of the timetable: one process for each database holds it, the rest stand by."""

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.store.advisory_locks import AdvisoryLock
from service.store.db import reading

# The host of a holder may vanish without a word; its lock goes when the server misses it, not after two hours.
KEEPALIVES = ("SET tcp_keepalives_idle = 5", "SET tcp_keepalives_interval = 5", "SET tcp_keepalives_count = 3")


def hold(engine: Engine) -> AbstractContextManager[Session | None]:
    """A session that only reads and works only while the lock is held; None while another process holds it.

    The lock goes with the process, however it ends. On PostgreSQL the session is the lock's own connection, so that a
    holder that was cut off notices with its next query.
    """
    return _by_connection(engine) if engine.dialect.name == "postgresql" else _by_file(engine)


@contextmanager
def _by_connection(engine: Engine) -> Iterator[Session | None]:
    # AUTOCOMMIT: a transaction that stays open would be ended by its time limit, and would keep rows from cleaning.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # closing closes it, and with it the lock
        for setting in KEEPALIVES:
            connection.execute(text(setting))
        if connection.scalar(select(func.pg_try_advisory_lock(AdvisoryLock.TIMETABLE))):
            with Session(connection) as session, _closed_though_lost(session):
                yield session
        else:
            yield None


@contextmanager
def _closed_though_lost(session: Session) -> Iterator[None]:
    """Close a session at the end, also when its connection was cut."""
    try:
        yield
    finally:
        with suppress(DBAPIError):
            session.close()


@contextmanager
def _by_file(engine: Engine) -> Iterator[Session | None]:
    file = Path(f"{engine.url.database}.timetable")
    with file.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        with reading(engine).connect() as connection, Session(connection) as session:
            yield session
