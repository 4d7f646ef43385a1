"""Rows that are about one row made to be about another, in every table that names it: when two become one."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, Table, delete, exists, update
from sqlalchemy.orm import Session

from service.models import Base


def repoint(session: Session, of: str, old_id: str, new_id: str, *, leave: Collection[str]) -> dict[str, int]:
    """Let every row that names the old row of a table name the new one; how many did, by «table.column».

    What both stand in keeps the new one's row. Tables or columns (`table.column`) in `leave` stay as they are: those
    that only grow, above all.
    """
    moved: dict[str, int] = {}
    for table, column in _columns_naming(of):
        place = f"{table.name}.{column.name}"
        if table.name in leave or place in leave:
            continue
        if column.primary_key:
            other = table.alias()
            rest = [other.c[key.name] == key for key in table.primary_key if key is not column]
            double = exists().where(other.c[column.name] == new_id, *rest)
            session.execute(delete(table).where(column == old_id, double))
        done: Any = session.execute(update(table).where(column == old_id).values({column.name: new_id}))
        if done.rowcount:
            moved[place] = done.rowcount
    session.expire_all()
    return moved


def _columns_naming(of: str) -> list[tuple[Table, Column[Any]]]:
    return [
        (table, column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == of for key in column.foreign_keys)
    ]
