"""Damage to the pages of an SQLite file, as a failing disk does it."""

import sqlite3
from contextlib import closing
from pathlib import Path


def zero_page(file: Path, table: str) -> int:
    """Overwrite the first page of a table with zeros; its number."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page: int
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as pages:
        pages.seek(size * (page - 1))
        pages.write(bytes(size))
    return page
