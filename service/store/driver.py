"""What is asked of the driver of PostgreSQL beyond its usual ways: less made, of what nobody looks at."""

from collections.abc import Iterator, Sequence
from typing import Any, overload

from psycopg import Column, Connection, Cursor
from psycopg.types.string import TextLoader


class BriefCursor(Cursor[Any]):
    """A cursor that describes its columns when somebody looks: SQLAlchemy knows them after the first time.

    A page of findings has two hundred, and each would be looked up among the types.
    """

    @property
    def description(self) -> Any:
        """The columns of the result, as `Cursor` has them."""
        result = self.pgresult
        return _Columns(self, result.nfields) if result and result.nfields else super().description


class _Columns(Sequence[Column]):
    def __init__(self, cursor: Cursor[Any], many: int) -> None:
        self._cursor, self._many = cursor, many

    def __len__(self) -> int:
        return self._many

    def __iter__(self) -> Iterator[Column]:
        return (Column(self._cursor, n) for n in range(self._many))

    @overload
    def __getitem__(self, at: int) -> Column: ...
    @overload
    def __getitem__(self, at: slice) -> list[Column]: ...
    def __getitem__(self, at: int | slice) -> Column | list[Column]:
        return list(self)[at]


def configure_connection(connection: Connection[Any], _record: object) -> None:
    """Let a connection take ids as the text in which they come, and describe columns when they are looked at.

    Ids that are made UUIDs only to be written as text again are most of a list.
    """
    connection.adapters.register_loader("uuid", TextLoader)
    connection.cursor_factory = BriefCursor
