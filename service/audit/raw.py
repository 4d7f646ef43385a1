"""Columns as the database has them: what a forger wrote must not stop the reading."""

import json
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, FromClause, String, type_coerce


def raw_columns(table: FromClause, names: Collection[str]) -> Iterator[ColumnElement[Any]]:
    """The named columns of a table, under their names, with no type that could refuse a value."""
    for column in table.columns:
        if column.key in names:
            yield type_coerce(column, Boolean if column.key == "upward" else String).label(column.key)


def id_text(stored: object) -> str | None:
    """An id as it is written: SQLite keeps its digits alone, PostgreSQL's driver makes it an object."""
    text = None if stored is None else str(stored)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}" if text and len(text) == 32 else text


def instant_of(stored: str | datetime) -> datetime:
    """An instant, with its zone; raises `ValueError` or `TypeError` for what is none."""
    at = stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
    return at if at.tzinfo else at.replace(tzinfo=UTC)  # SQLite keeps UTC without saying so


def json_of(stored: Any) -> Any:
    """A JSON value; raises `ValueError` for what is none."""
    return json.loads(stored) if isinstance(stored, str) else stored
