"""Writing rows: many in one statement, which makes a sweep of a thousand findings cheap, and INSERT … ON CONFLICT."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Enum, Table, bindparam, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeEngine

from service.models.columns import Instant
from service.store.rows_on_record.touched import NOTED, note_rows, note_updated

Rows = Sequence[dict[str, Any]]
FEW = 5  # up to so many rows, plain statements are as fast


def insert_into(session: Session, target: Table | type[DeclarativeBase]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT of the session's database: `on_conflict_do_nothing` and `on_conflict_do_update` work on both."""
    return postgresql.insert(target) if _is_postgresql(session) else sqlite.insert(target)


def insert_rows(session: Session, table: Table, rows: Rows, *, once: str | None = None) -> None:
    """Insert rows of equal keys; with `once`, those whose value in that column exists are left out."""
    if not rows:
        return
    note_rows(session, table.name, (tuple(row.get(key.name) for key in table.primary_key) for row in rows), new=True)
    if _set_wise(session, rows):
        columns = ", ".join(rows[0])
        conflict = f"ON CONFLICT ({once}) DO NOTHING" if once else ""
        # S608: the names are our own tables' and columns', never a caller's words
        _run(session, f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {_records(table)} {conflict}", rows)  # noqa: S608
        return
    if len(rows) > FEW and _are_complete(table, rows):
        _insert_bound(session, table, rows, f"ON CONFLICT ({once}) DO NOTHING" if once else "")
        return
    statement = insert_into(session, table)
    conflict_free = statement.on_conflict_do_nothing(index_elements=[once]) if once else statement
    session.execute(conflict_free, list(rows), execution_options={NOTED: True})


def update_versions(session: Session, table: Table, rows: Rows) -> int:
    """Update rows by `id`, each to the next `version`; returns how many stood at the version before."""
    if not rows:
        return 0
    names = [name for name in rows[0] if name != "id"]
    note_updated(session, table.name, ((row["id"],) for row in rows), names)
    if _set_wise(session, rows):
        values = ", ".join(f"{name} = new.{name}" for name in names)
        fence = f"{table.name}.id = new.id AND {table.name}.version = new.version - 1"
        return _run(session, f"UPDATE {table.name} SET {values} FROM {_records(table)} AS new WHERE {fence}", rows)  # noqa: S608
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_id"), table.c.version == bindparam("seen_version"))
        .values({name: bindparam(name) for name in names})
    )
    return _count(
        session.execute(statement, [_fenced(row) for row in rows], execution_options={NOTED: True})
    )  # the driver adds up what each has changed


def _are_complete(table: Table, rows: Rows) -> bool:
    """Whether no column is left to a default of the program's."""
    return all(column.default is None or column.name in rows[0] for column in table.columns)


def _insert_bound(session: Session, table: Table, rows: Rows, conflict: str) -> None:
    """SQLite gets plain tuples: to bind thousands of rows one by one takes longer than to write them."""
    names, marks = ", ".join(rows[0]), ", ".join("?" * len(rows[0]))
    columns = [_bound(session, table.c[name].type, [row[name] for row in rows]) for name in rows[0]]
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks}) {conflict}"  # noqa: S608 - as above
    session.connection().exec_driver_sql(statement, list(zip(*columns, strict=True)))


def _bound(session: Session, kind: TypeEngine[Any], values: list[Any]) -> list[Any]:
    """The values of a column as the driver takes them; instants and words come again and again."""
    dialect = session.get_bind().dialect
    bind = kind.dialect_impl(dialect).bind_processor(dialect)
    if bind is None:
        return values
    if not isinstance(kind, Instant | Enum):
        return [bind(value) for value in values]
    known = {value: bind(value) for value in set(values)}
    return [known[value] for value in values]


def _fenced(row: dict[str, Any]) -> dict[str, Any]:
    """The id only finds the row: among the values it would be written as well."""
    values = {name: value for name, value in row.items() if name != "id"}
    return {**values, "row_id": row["id"], "seen_version": row["version"] - 1}


def _set_wise(session: Session, rows: Rows) -> bool:
    return len(rows) > FEW and _is_postgresql(session)


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _records(table: Table) -> str:
    """PostgreSQL reads a whole batch from one JSON text, typed by the table itself."""
    return f"json_populate_recordset(NULL::{table.name}, CAST(:rows AS json))"


def _run(session: Session, statement: str, rows: Rows) -> int:
    return _count(session.execute(text(statement), {"rows": msgspec.json.encode(rows).decode()}))


def _count(result: object) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
