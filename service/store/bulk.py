"""Writing rows: many in one statement, which makes a sweep of a thousand findings cheap, and INSERT … ON CONFLICT."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Enum, Table, TextClause, bindparam, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeEngine

from service.models.columns import Instant
from service.store.rows_on_record.touched import NOTED, key_names, note_rows, note_updated, note_whole

Rows = Sequence[dict[str, Any]]
New = tuple[Table, Rows, str | None]  # rows of equal keys; of those whose value in that column exists, none
FEW = 5  # up to so many rows, plain statements are as fast


def insert_into(session: Session, target: Table | type[DeclarativeBase]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT of the session's database: `on_conflict_do_nothing` and `on_conflict_do_update` work on both."""
    return postgresql.insert(target) if _is_postgresql(session) else sqlite.insert(target)


def insert_rows(session: Session, table: Table, rows: Rows, *, once: str | None = None) -> None:
    """Insert rows of equal keys; with `once`, those whose value in that column exists are left out."""
    if not rows:
        return
    _note_new(session, table, rows)
    if _insert(session, table, rows, once) == len(rows):
        note_whole(session, table, rows)


def insert_all(session: Session, tables: Sequence[New]) -> None:
    """Insert rows into several tables, each as `insert_rows` does; into PostgreSQL in one statement."""
    written = [new for new in tables if new[1]]
    if not _is_postgresql(session):
        for table, rows, once in written:
            insert_rows(session, table, rows, once=once)
        return
    for new in written:
        _note_new(session, *new)
    _note_inserted(session, written, _run_together(session, [_insertion(*new) for new in written]))


def _note_new(session: Session, table: Table, rows: Rows, _once: str | None = None) -> None:
    names = key_names(table)
    note_rows(session, table.name, (tuple([row.get(name) for name in names]) for row in rows), new=True)


def _note_inserted(session: Session, written: Sequence[New], counts: Sequence[int]) -> None:
    for (table, rows, _), inserted in zip(written, counts, strict=True):
        if inserted == len(rows):
            note_whole(session, table, rows)


def _insertion(table: Table, rows: Rows, once: str | None, fenced: str = "") -> tuple[str, Rows]:
    """An INSERT of all the rows, which are its parameter `:rows`; `fenced` is a condition on all of them."""
    columns = ", ".join(rows[0])
    conflict = f"ON CONFLICT ({once}) DO NOTHING" if once else ""
    # S608: the names are our own tables' and columns', never a caller's words
    return f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {_records(table)} {fenced} {conflict}", rows  # noqa: S608


def _run_together(session: Session, statements: Sequence[tuple[str, Rows]]) -> Sequence[int]:
    """Run statements of PostgreSQL as one, each over rows of its own; returns how many rows each has written."""
    parts = [(f"part{n}", text_.replace(":rows", f":rows{n}"), rows) for n, (text_, rows) in enumerate(statements)]
    ways = ", ".join(f"{name} AS ({text_} RETURNING 1)" for name, text_, _ in parts)
    counts = ", ".join(f"(SELECT count(*) FROM {name})" for name, _, _ in parts)  # noqa: S608 - as above
    given = {f"rows{n}": msgspec.json.encode(rows).decode() for n, (_, _, rows) in enumerate(parts)}
    return list(session.execute(_text_of(f"WITH {ways} SELECT {counts}"), given).one())


@lru_cache(100)
def _text_of(statement: str) -> TextClause:
    """The statement with its parameters found, which takes longer than to write it."""
    return text(statement)


def _insert(session: Session, table: Table, rows: Rows, once: str | None) -> int:
    """Insert the rows in the way that is quickest for so many of them; returns how many were not left out."""
    if _set_wise(session, rows):
        return _run(session, *_insertion(table, rows, once))
    if len(rows) > FEW and _are_complete(table, rows):
        return _insert_bound(session, table, rows, f"ON CONFLICT ({once}) DO NOTHING" if once else "")
    statement = insert_into(session, table)
    conflict_free = statement.on_conflict_do_nothing(index_elements=[once]) if once else statement
    return _count(session.execute(conflict_free, list(rows), execution_options={NOTED: True}))


def update_versions(
    session: Session, table: Table, rows: Rows, *, whole: Rows = (), with_new: Sequence[New] = ()
) -> int:
    """Update rows by `id`, each to the next `version`; returns how many stood at the version before.

    `whole` are those rows with the columns that are not updated, as far as these are known; `with_new` is inserted as
    by `insert_all` if all of them did, into PostgreSQL in the very statement.
    """
    if not rows:
        return 0
    names = [name for name in rows[0] if name != "id"]
    note_updated(session, table.name, ((row["id"],) for row in rows), names)
    updated = _update_versions(session, table, rows, names, with_new)
    if updated == len(rows):
        note_whole(session, table, whole)
    return updated


def update_unversioned(session: Session, table: Table, rows: Rows) -> None:
    """Update rows by `id`, each with values of its own, in columns that are not on record."""
    if not rows:
        return
    names = [name for name in rows[0] if name != "id"]
    if _set_wise(session, rows):
        values = ", ".join(f"{name} = new.{name}" for name in names)
        matched = f"FROM {_records(table)} AS new WHERE {table.name}.id = new.id"
        _run(session, f"UPDATE {table.name} SET {values} {matched}", rows)  # noqa: S608 - as above
        return
    statement = update(table).where(table.c.id == bindparam("row_id"))
    given = [{"row_id" if name == "id" else name: value for name, value in row.items()} for row in rows]
    session.execute(statement.values({name: bindparam(name) for name in names}), given)


def _update_versions(session: Session, table: Table, rows: Rows, names: Sequence[str], with_new: Sequence[New]) -> int:
    written = [new for new in with_new if new[1]]
    if _is_postgresql(session):
        for new in written:
            _note_new(session, *new)
        values = ", ".join(f"{name} = new.{name}" for name in names)
        fence = f"{table.name}.id = new.id AND {table.name}.version = new.version - 1"
        update_ = f"UPDATE {table.name} SET {values} FROM {_records(table)} AS new WHERE {fence}"  # noqa: S608 - as above
        fenced = f"WHERE (SELECT count(*) FROM part0) = {len(rows)}"  # noqa: S608 - as above
        inserts = (_insertion(*new, fenced) for new in written)
        updated, *inserted = _run_together(session, [(update_, rows), *inserts])
        _note_inserted(session, written, inserted)
        return updated
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_id"), table.c.version == bindparam("seen_version"))
        .values({name: bindparam(name) for name in names})
    )
    result = session.execute(statement, [_fenced(row) for row in rows], execution_options={NOTED: True})
    if (updated := _count(result)) == len(rows):  # the driver adds up what each has changed
        insert_all(session, written)
    return updated


def _are_complete(table: Table, rows: Rows) -> bool:
    """Whether no column is left to a default of the program's."""
    return all(column.default is None or column.name in rows[0] for column in table.columns)


def _insert_bound(session: Session, table: Table, rows: Rows, conflict: str) -> int:
    """SQLite gets plain tuples: to bind thousands of rows one by one takes longer than to write them."""
    names, marks = ", ".join(rows[0]), ", ".join("?" * len(rows[0]))
    columns = [_bound(session, table.c[name].type, [row[name] for row in rows]) for name in rows[0]]
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks}) {conflict}"  # noqa: S608 - as above
    return _count(session.connection().exec_driver_sql(statement, list(zip(*columns, strict=True))))


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
