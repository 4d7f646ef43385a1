"""What a database makes of the values that are written: digests are of rows as they are kept."""

import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Dialect, Table, TypeDecorator, Uuid
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from service.models.columns import Instant

_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Way = Callable[[Any], Any]


def as_kept(
    session: Session, table: Table, rows: Iterable[Mapping[str, Any]], names: Sequence[str]
) -> Iterator[list[tuple[str, Any]]]:
    """Of each written row the columns that it names, with their values as the session's database has them now."""
    of_column = _ways(table, session.get_bind().dialect)
    ways = [(name, of_column[name]) for name in names]
    for row in rows:
        yield [(name, row[name] if way is None else way(row[name])) for name, way in ways if name in row]


@lru_cache(500)
def _ways(table: Table, dialect: Dialect) -> Mapping[str, Way | None]:
    """How the values of each column come to what is kept: by PostgreSQL much as they are, by SQLite as texts."""
    if dialect.name == "postgresql":
        return {column.name: _in_postgresql(column.type, dialect) for column in table.columns}
    return {column.name: _in_sqlite(column.type, dialect) for column in table.columns}


def _in_sqlite(kind: TypeEngine[Any], dialect: Dialect) -> Way | None:
    way = kind.dialect_impl(dialect).bind_processor(dialect)
    if way is None or not isinstance(kind, Instant):
        return way
    return lru_cache(500)(way)  # rows that are written together have the same instants, or none


def _id_text(value: object) -> str | None:
    """An id as PostgreSQL gives it; nearly all are written that way, and not made a UUID to be a text again."""
    if value is None or (isinstance(value, str) and _ID.fullmatch(value)):
        return value
    return str(uuid.UUID(str(value)))


def _in_postgresql(kind: TypeEngine[Any], dialect: Dialect) -> Way | None:
    if isinstance(kind, JSON):
        return lambda value: json.loads(json.dumps(value))  # its names come back as texts
    if isinstance(kind, Uuid):
        return _id_text
    if isinstance(kind, TypeDecorator) and not isinstance(kind, Instant):
        way = _in_postgresql(kind.impl_instance, dialect)
        return lambda value: (way or (lambda same: same))(kind.process_bind_param(value, dialect))
    return None
