"""INSERT … ON CONFLICT, which both databases know and SQLAlchemy spells once for each."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session


def insert_into(session: Session, model: type[DeclarativeBase]) -> postgresql.Insert | sqlite.Insert:
    """An insert of the session's database: `on_conflict_do_nothing` and `on_conflict_do_update` work on both."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(model) if on_sqlite else postgresql.insert(model)
