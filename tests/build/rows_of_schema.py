"""Rows for tables as an earlier schema had them, which no model of today describes: made of what a database tells."""

import json
import re
import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Table,
    inspect,
    select,
    true,
)
from sqlalchemy import Uuid as UuidType

LONG_AGO = datetime(2021, 4, 30, 9, tzinfo=UTC)


def tables_of(connection: Connection, names: Collection[str] | None = None) -> dict[str, Table]:
    """The tables that the database has now, or those of these names and what they refer to."""
    found = MetaData()
    found.reflect(connection, only=(lambda name, _metadata: name in names) if names is not None else None)
    return {table.name: table for table in found.sorted_tables if table.name != "alembic_version"}


def copy_rows(source: Connection, target: Connection) -> None:
    """Put an SQLite database's rows into PostgreSQL with the same schema."""
    theirs = tables_of(target)
    target.exec_driver_sql("SET LOCAL session_replication_role = replica")  # whole as it is, in whatever order
    for name, table in tables_of(source).items():
        columns = theirs[name].columns
        rows = [
            {key: _as_postgresql(columns[key], value) for key, value in row.items() if value is not None}
            for row in source.exec_driver_sql(f"SELECT * FROM {table.name}").mappings()  # noqa: S608 - our own table
        ]
        for keys in {tuple(row) for row in rows}:
            target.execute(theirs[name].insert(), [row for row in rows if tuple(row) == keys])
        for column in theirs[name].primary_key if rows else ():
            if isinstance(column.type, Integer) and column.server_default is not None:
                counted = f"setval(pg_get_serial_sequence('{name}', '{column.name}'), max({column.name}))"
                target.exec_driver_sql(f"SELECT {counted} FROM {name}")  # noqa: S608 - our own table


def add_row(connection: Connection, table: Table, number: int, known: Mapping[str, Table]) -> bool:
    """Put one row with what the schema demands into a table; False when what it refers to is not there."""
    words = _words_of(connection, table.name)
    row = {}
    for column in table.columns:
        if not _is_demanded(column):
            continue
        if column.foreign_keys:
            (key,) = column.foreign_keys
            of = known[key.column.table.name].columns[key.column.name]
            unused = of.not_in(select(column)) if column.primary_key else true()
            value = connection.scalar(select(of).where(unused).order_by(of).limit(1))
            if value is None:
                return False
            row[column.name] = value
        else:
            row[column.name] = words.get(column.name) or _made_up(connection, column, number)
    connection.execute(table.insert().values(row))
    return True


def _is_demanded(column: Column[Any]) -> bool:
    counts_itself = column.primary_key and isinstance(column.type, Integer) and not column.foreign_keys
    return not (column.nullable or column.server_default is not None or column.computed is not None or counts_itself)


def _words_of(connection: Connection, table: str) -> dict[str, str]:
    """By column, a word that its CHECK takes."""
    checks: Iterable[Any] = inspect(connection).get_check_constraints(table)
    found = {check["name"].removeprefix(f"ck_{table}_"): re.search(r"'(\w+)'", check["sqltext"]) for check in checks}
    return {column: word[1] for column, word in found.items() if word}


def _made_up(connection: Connection, column: Column[Any], number: int) -> Any:
    at = LONG_AGO if connection.dialect.name == "postgresql" else LONG_AGO.replace(tzinfo=None)
    kinds: tuple[tuple[type[Any], Any], ...] = (
        (Boolean, False),
        (Integer, number + 1),
        (DateTime, at),
        (Date, at.date()),
        (JSON, {}),
        (UuidType, uuid.uuid4()),
    )
    for kind, value in kinds:
        if isinstance(column.type, kind):
            return value
    return uuid.uuid4().hex if str(column.type) == "CHAR(32)" else f"{column.name[:8]}{number}"


def _as_postgresql(column: Column[Any], value: Any) -> Any:
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    if isinstance(column.type, Boolean):
        return bool(value)
    if isinstance(column.type, JSON):
        return json.loads(value)
    return uuid.UUID(value) if isinstance(column.type, UuidType) else value
