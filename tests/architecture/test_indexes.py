"""Rows that are deleted by the way are looked for in every table that refers to them: by an index."""

import pytest
from sqlalchemy import Table, UniqueConstraint

from service.models import Base

# Tables whose rows go by the thousand, or within a request; the few people and organizations that are ever deleted
# or merged may cost a look through tables.
DELETED = ("evidence", "letters", "messages", "deliveries", "weekly_reports", "teams", "idempotency_keys")


def led_by(table: Table) -> set[str]:
    """The columns that an index of the table begins with, or by which it is whole."""
    unique = [one.columns for one in table.constraints if isinstance(one, UniqueConstraint)]
    return {
        next(iter(columns)).name
        for columns in (table.primary_key.columns, *unique, *(i.columns for i in table.indexes))
    }


@pytest.mark.parametrize("deleted", DELETED)
def test_whatever_refers_to_rows_that_are_deleted_has_an_index(deleted: str) -> None:
    assert deleted in Base.metadata.tables
    references = [
        (table, key.parent.name)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == deleted
    ]
    assert [f"{table.name}.{name}" for table, name in references if name not in led_by(table)] == []
