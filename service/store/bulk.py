"""Writing rows: many in one statement, which makes a sweep of a thousand findings cheap, and INSERT … ON CONFLICT."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Table, bindparam, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import DeclarativeBase, Session

Rows = Sequence[dict[str, Any]]
FEW = 5  # up to so many rows, plain statements are as fast


def insert_into(session: Session, target: Table | type[DeclarativeBase]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT of the session's database: `on_conflict_do_nothing` and `on_conflict_do_update` work on both."""
    return postgresql.insert(target) if _is_postgresql(session) else sqlite.insert(target)


def insert_rows(session: Session, table: Table, rows: Rows, *, once: str | None = None) -> None:
    """Insert rows of equal keys; with `once`, those whose value in that column exists are left out."""
    if not rows:
        return
    if _set_wise(session, rows):
        columns = ", ".join(rows[0])
        conflict = f"ON CONFLICT ({once}) DO NOTHING" if once else ""
        # S608: the names are our own tables' and columns', never a caller's words
        _run(session, f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {_records(table)} {conflict}", rows)  # noqa: S608
        return
    statement = insert_into(session, table)
    session.execute(statement.on_conflict_do_nothing(index_elements=[once]) if once else statement, list(rows))


def update_versions(session: Session, table: Table, rows: Rows) -> int:
    """Update rows by `id`, each to the next `version`; returns how many stood at the version before."""
    if not rows:
        return 0
    names = [name for name in rows[0] if name != "id"]
    if _set_wise(session, rows):
        values = ", ".join(f"{name} = new.{name}" for name in names)
        fence = f"{table.name}.id = new.id AND {table.name}.version = new.version - 1"
        return _run(session, f"UPDATE {table.name} SET {values} FROM {_records(table)} AS new WHERE {fence}", rows)  # noqa: S608
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_id"), table.c.version == bindparam("seen_version"))
        .values({name: bindparam(name) for name in names})
    )
    return sum(_count(session.execute(statement, _fenced(row))) for row in rows)


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
