"""Every cell of an SQLite file's tables, and another value for it: what somebody may forge who has the file in hand."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, Integer, Table, Uuid

from service.models.columns import Instant
from service.store.rows_on_record.audited import audited_columns
from service.store.rows_on_record.digests import key_text


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, by its row."""

    table: Table
    column: Column[Any]
    rowid: int
    key: str
    value: Any


def cells_of(connection: Connection, table: Table) -> list[list[Cell]]:
    """One cell of every column under the audit, in turns: in each turn no row twice."""
    rows = rows_of(connection, table)[:12]
    assert rows, f"no row of {table.name} to try: add one, or say in rows_on_record/audited.py why it is out"
    names = [column.name for column in table.columns]
    columns, turns = list(audited_columns(table.name)), []
    while columns:
        some, columns = columns[: len(rows)], columns[len(rows) :]
        turns.append(
            [
                Cell(table, table.c[name], row[0], key_of(table, row[1:]), row[1 + names.index(name)])
                for name, row in zip(some, rows, strict=False)
            ]
        )
    return turns


def rows_of(connection: Connection, table: Table) -> list[Any]:
    names = ", ".join(column.name for column in table.columns)
    return list(connection.exec_driver_sql(f"SELECT rowid, {names} FROM {table.name}").all())  # noqa: S608 - our own


def key_of(table: Table, row: Sequence[Any]) -> str:
    values = dict(zip((column.name for column in table.columns), row, strict=True))
    return key_text([values[column.name] for column in table.primary_key])


def edit(connection: Connection, cell: Cell) -> None:
    statement = f"UPDATE {cell.table.name} SET {cell.column.name} = ? WHERE rowid = ?"  # noqa: S608 - our own columns
    connection.exec_driver_sql(statement, (another(cell.column, cell.value, cell.rowid), cell.rowid))


def another(column: Column[Any], value: Any, number: int = 0) -> Any:
    """Another value of the column's kind, no other row's."""
    if isinstance(column.type, Uuid):
        return f"{zlib.crc32(f'{column} {value} {number}'.encode()):032x}"
    if isinstance(column.type, Integer):
        return (value or 0) + 1000 + number
    plain = {Boolean: 0 if value else 1, Instant: "2019-05-20 09:00:00.000000", Date: "2019-05-20", JSON: '{"a": 1}'}
    return next((other for kind, other in plain.items() if isinstance(column.type, kind)), f"{value or ''}x")
