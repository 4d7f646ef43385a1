"""The one clock: everything goes by the database's."""

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def now(session: Session) -> datetime:
    """The present instant, aware and in UTC.

    On PostgreSQL its own clock, so that hosts whose clocks differ agree; an SQLite file is of one host.
    """
    if session.get_bind().dialect.name == "postgresql":
        at: datetime = session.scalars(select(func.clock_timestamp())).one()
        return at.astimezone(UTC)
    return datetime.now(UTC)
