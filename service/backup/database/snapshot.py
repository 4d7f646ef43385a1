"""One moment of a database: what a backup has to know of it, whichever database it is."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, inspect

from service.models import Base
from service.store.schema import newest_revision

FETCH = 1000  # rows in memory at a time
VERSION_TABLE = "alembic_version"
BOOKS = ("events", "journal", "security_log")
CHECKPOINTS = ("checkpoints", "journal_checkpoints", "security_checkpoints", "signed_checkpoints")
HEADS = {book: "text" if book == "signed_checkpoints" else "hash" for book in (*BOOKS, *CHECKPOINTS)}  # newest proofs


class Snapshot(NamedTuple):
    """What the rows of one moment came to, and the files that they name."""

    office: str  # id of the centre's organization
    schema: str
    tables: dict[str, int]  # rows
    heads: dict[str, str | None]  # of each book the newest hash
    evidence: list[str]  # SHA-256, each once
    documents: list[str]


def snapshot_of(connection: Connection) -> Snapshot:
    """Look at the moment that the connection's transaction sees."""
    office = connection.exec_driver_sql("SELECT id FROM organizations WHERE kind = 'centre' ORDER BY id").first()
    return Snapshot(
        str(office[0]) if office else "",
        newest_revision(),
        rows_of(connection, sorted(table for table in Base.metadata.tables)),
        heads_of(connection),
        [sha256 for (sha256,) in _rows(connection, "SELECT DISTINCT sha256 FROM evidence ORDER BY sha256")],
        sorted({sha256 for (files,) in _rows(connection, "SELECT files FROM documents") for sha256 in _hashes(files)}),
    )


def rows_of(connection: Connection, tables: list[str]) -> dict[str, int]:
    """How many rows each table has."""
    count = "SELECT count(*) FROM {}"  # the names are our own
    return {table: int(connection.exec_driver_sql(count.format(table)).scalar() or 0) for table in tables}


def heads_of(connection: Connection) -> dict[str, str | None]:
    """The newest hash of each book that there is."""
    newest = "SELECT {} FROM {} ORDER BY serial DESC LIMIT 1"
    there = set(inspect(connection).get_table_names())
    return {
        book: connection.exec_driver_sql(newest.format(column, book)).scalar()
        for book, column in HEADS.items()
        if book in there
    }


def _rows(connection: Connection, query: str) -> Iterator[Any]:
    yield from connection.exec_driver_sql(query, execution_options={"yield_per": FETCH})


def _hashes(files: Any) -> list[str]:
    found = json.loads(files) if isinstance(files, str) else files
    return [str(file["sha256"]) for file in (found or {}).values()]
