"""The one clock, which is the database's, and the probe for what is due next."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, null, select
from sqlalchemy.orm import InstrumentedAttribute, Session

_BEGINNING = "beginning"


def now(session: Session) -> datetime:
    """The present instant, aware and in UTC.

    On PostgreSQL its own clock, so that hosts whose clocks differ agree; an SQLite file is of one host, and a writer
    waits for its turn first: decided by the moment before, what came too late could still be accepted after others
    were told so.
    """
    if session.get_bind().dialect.name == "postgresql":
        at: datetime = session.scalars(select(func.clock_timestamp())).one()
        return at.astimezone(UTC)
    session.connection()
    return datetime.now(UTC)


def present(dialect: str) -> ColumnElement[Any]:
    """The database's own clock as a column, for a statement that asks for something else; null on SQLite."""
    return func.clock_timestamp() if dialect == "postgresql" else null()


def note_beginning(session: Session, at: datetime | None) -> None:
    """Keep what `present` said in the statement with which the session's transaction began."""
    session.info[_BEGINNING] = at


def at_beginning(session: Session) -> datetime:
    """The instant at which the transaction began, for whoever begins it by this; later it is the present one."""
    session.connection()
    at: datetime | None = session.info.pop(_BEGINNING, None)
    return at.astimezone(UTC) if at else now(session)


def of_host() -> datetime:
    """The present instant by this host's own clock: for what is told while the database is away, and to compare."""
    return datetime.now(UTC)


def earliest(
    session: Session, column: InstrumentedAttribute[Any], *, where: ColumnElement[bool] | None = None
) -> datetime | None:
    """The least instant in a column, None when there is none: one probe of the index on it.

    `where` is the condition of a partial index that is not on the column's own presence.
    """
    query = _earliest_at_all(column) if where is None else select(func.min(column)).where(where)
    at: datetime | None = session.scalar(query)
    return at


@cache
def _earliest_at_all(column: InstrumentedAttribute[Any]) -> Select[datetime | None]:
    """The statement, which processes ask all day, built once."""
    return select(func.min(column)).where(column.is_not(None))
