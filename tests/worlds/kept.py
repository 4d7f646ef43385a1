"""The rows of a world that was built before, to be written again: a fraction of the work of building it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, insert, select
from sqlalchemy.orm import Session

from service.models import Base
from service.statistics.tallies import TALLIES

THE_DATABASES = ("serial", "transaction_id")  # columns: it numbers what comes, and tells which transaction wrote it
COUNTED_AHEAD = {tally.__tablename__ for tally in TALLIES}  # by triggers, when findings are written
Rows = Mapping[str, Sequence[Mapping[str, Any]]]  # by table, in the order in which they refer to each other


def rows_in(session: Session) -> Rows:
    """All rows of a database with few."""
    connection, rows = session.connection(), {}
    for table in Base.metadata.sorted_tables:
        if table.name in COUNTED_AHEAD:
            continue
        found = connection.execute(select(table).order_by(*_serial(table))).mappings()
        rows[table.name] = [_given(row) for row in found]
    return {name: some for name, some in rows.items() if some}


def write_rows(session: Session, rows: Rows) -> None:
    """Write them into an empty database, past all use cases, and commit."""
    connection = session.connection()
    for name, some in rows.items():
        connection.execute(insert(Base.metadata.tables[name]), some)
    session.commit()


def _given(row: RowMapping) -> dict[str, Any]:
    return {column: value for column, value in row.items() if column not in THE_DATABASES}


def _serial(table: Table) -> list[ColumnElement[Any]]:
    return [table.c.serial] if "serial" in table.c else []
