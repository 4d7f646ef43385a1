"""The one clock, which is the database's, and the probe for what is due next."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session


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


def of_host() -> datetime:
    """The present instant by this host's own clock: for what is told while the database is away, and to compare."""
    return datetime.now(UTC)


def earliest(
    session: Session, column: InstrumentedAttribute[Any], *, where: ColumnElement[bool] | None = None
) -> datetime | None:
    """The least instant in a column, None when there is none: one probe of the index on it.

    `where` is the condition of a partial index that is not on the column's own presence.
    """
    at: datetime | None = session.scalar(
        select(func.min(column)).where(column.is_not(None) if where is None else where)
    )
    return at
