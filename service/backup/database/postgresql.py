"""A PostgreSQL database in a backup: all tables of one moment by COPY, and back; no client programs are needed."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, text

from service.backup.archive import ArchiveWriter, Member
from service.backup.database.snapshot import VERSION_TABLE, Snapshot, snapshot_of
from service.store.db import connect

FOLDER = "database/"
COLUMNS = "database/columns.json"
PART = 8 * 1024 * 1024  # bytes of a table in one member
APART = 10**9  # transactions that the lost server may have counted since the backup
ORDERED = ("events", "journal", "security_log", "checkpoints", "journal_checkpoints", "security_checkpoints")
TABLES = (
    "SELECT c.relname, array_agg(a.attname ORDER BY a.attnum) "
    "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
    "WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped "
    "GROUP BY c.relname ORDER BY c.relname"
)
FOREIGN_KEYS = (
    "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
)
SERIALS = (
    "SELECT c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname) FROM pg_class c "
    "JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped "
    "AND c.relnamespace = current_schema()::regnamespace"
)


@contextmanager
def one_moment(url: str) -> Iterator[tuple[Connection, Snapshot]]:
    """A transaction that sees one moment of the database for as long as it is open."""
    engine = connect(url, upgrading=True)  # no statement is cut off
    try:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True, "reading": True}
        with engine.execution_options(**options).connect() as connection:
            yield connection, snapshot_of(connection)
    finally:
        engine.dispose()


def write_tables(archive: ArchiveWriter, connection: Connection) -> None:
    """Put every table into the backup, in parts of bounded size."""
    tables = {name: list(columns) for name, columns in connection.exec_driver_sql(TABLES) if name != VERSION_TABLE}
    archive.add_bytes(COLUMNS, json.dumps(tables, indent=1).encode())
    for name, columns in tables.items():
        for number, part in enumerate(_parts(connection, name, columns), 1):
            archive.add_bytes(f"{FOLDER}{name}/{number:06}.copy", part)


def rows_in(member: Member, counted: dict[str, int]) -> None:
    """Count the rows of a part; each is a line, for COPY writes the ends of lines in texts otherwise."""
    table = _table_of(member.name)
    while chunk := member.stream.read(PART):
        counted[table] += chunk.count(b"\n")


def fill(connection: Connection, members: Iterable[Member]) -> dict[str, int]:
    """Put the rows into empty tables of the same revision, and return how many each got.

    Rows refer to others that come later, so foreign keys are taken away and made again, which looks at all of them.
    """
    keys = connection.exec_driver_sql(FOREIGN_KEYS).all()
    for table, name, _ in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    # triggers would count ahead once more what the backup has counted
    connection.exec_driver_sql("ALTER TABLE findings DISABLE TRIGGER USER")
    counted = _copy_in(connection, members)
    connection.exec_driver_sql("ALTER TABLE findings ENABLE TRIGGER USER")
    for table, name, definition in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    for table, column, sequence in connection.exec_driver_sql(SERIALS).all():
        if sequence:
            last = connection.exec_driver_sql(f"SELECT max({column}) FROM {table}").scalar()  # noqa: S608 - catalogue
            connection.execute(text("SELECT setval(:sequence, :last, :is_used)"), _last(sequence, last))
    return counted


def count_on(connection: Connection) -> None:
    """Let ids of transactions go on from those of the rows: readers and checkpoints go by their order.

    Another server counts its own from 3, so the database adds the difference to what its server says.
    """
    counts = (connection.exec_driver_sql(f"SELECT max(transaction_id) FROM {table}").scalar() for table in ORDERED)  # noqa: S608
    last, own = max(filter(None, counts), default=0), "SELECT pg_current_xact_id()::text::bigint"
    ahead = int(last) - int(connection.exec_driver_sql(own).scalar() or 0)
    if ahead < 0:
        return
    database = connection.exec_driver_sql("SELECT quote_ident(current_database())").scalar()
    further = ahead + APART
    connection.exec_driver_sql(f"ALTER DATABASE {database} SET duban.transactions = '{further}'")
    connection.exec_driver_sql(f"SET LOCAL duban.transactions = '{further}'")


def _parts(connection: Connection, table: str, columns: list[str]) -> Iterator[bytes]:
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(_named(table), _listed(columns))
    part = bytearray()
    with _driver(connection).cursor() as cursor, cursor.copy(statement) as copy:
        for row in copy:
            part += row
            if len(part) >= PART:
                yield bytes(part)
                part.clear()
    if part:
        yield bytes(part)


def _copy_in(connection: Connection, members: Iterable[Member]) -> dict[str, int]:
    """One COPY for each part: a part holds whole rows."""
    counted: dict[str, int] = defaultdict(int)
    columns: dict[str, list[str]] = {}
    for member in members:
        if member.name == COLUMNS:
            columns = json.loads(member.stream.read())
            counted.update(dict.fromkeys(columns, 0))
            continue
        table = _table_of(member.name)
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(_named(table), _listed(columns[table]))
        with _driver(connection).cursor() as cursor:
            with cursor.copy(statement) as copy:
                while chunk := member.stream.read(PART):
                    copy.write(chunk)
            counted[table] += cursor.rowcount
    return dict(counted)


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]  # it is
    return driver


def _table_of(member: str) -> str:
    return member.removeprefix(FOLDER).partition("/")[0]


def _named(table: str) -> sql.Identifier:
    return sql.Identifier(table)


def _listed(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _last(sequence: str, last: int | None) -> dict[str, Any]:
    return {"sequence": sequence, "last": last or 1, "is_used": last is not None}
