"""A PostgreSQL database that one test after the other gets empty: quicker by far than a new copy for each."""

import contextlib
from collections.abc import Sequence
from functools import cached_property

import psycopg
from psycopg import sql

from tests.servers import PostgreSQL

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s"
SCHEMA = sql.SQL("SELECT (SELECT string_agg(version_num, ',') FROM alembic_version), {}").format(
    sql.SQL(", ").join(
        sql.SQL("(SELECT (count(*), max(xmin::text::bigint)) FROM {})").format(sql.Identifier(catalogue))
        for catalogue in ("pg_attribute", "pg_constraint", "pg_trigger", "pg_index", "pg_proc")
    )
)


class EmptiedDatabase:
    """A copy of a template, made again when somebody changed its schema."""

    def __init__(self, server: PostgreSQL, name: str, template: str) -> None:
        self.server, self.name, self.template = server, name, template
        self.url = server.create_database(name, template=template)
        self._connection: psycopg.Connection | None = None  # kept: each new one would read the catalogues again

    def empty(self) -> None:
        """Delete every row, triggers or not, and cut whoever is still connected."""
        connection = self._connected()
        if connection.execute(SCHEMA).fetchone() != self._schema_of_template:
            self.server.drop_database(self.name)
            self.server.create_database(self.name, template=self.template)
            return
        connection.execute(OTHERS, [self.name, connection.info.backend_pid])
        tables = [name for (name,) in connection.execute(TABLES)]
        (full,) = connection.execute(_with_rows(tables)).fetchone() or ([],)
        for name in full:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        connection.execute("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'")

    def close(self) -> None:
        """Let go of the database."""
        if self._connection is not None:
            self._connection.close()

    def _connected(self) -> psycopg.Connection:
        """The connection, made again when a test has cut it."""
        with contextlib.suppress(psycopg.OperationalError):
            if self._connection is not None:
                self._connection.execute("SELECT")
                return self._connection
        self.close()
        self._connection = psycopg.connect(self.url, autocommit=True)
        self._connection.execute("SET session_replication_role = replica")  # triggers let nobody delete events
        return self._connection

    @cached_property
    def _schema_of_template(self) -> object:
        """The revision, and the newest change of the catalogues: a copy has its template's, which nobody changes."""
        with psycopg.connect(self.server.url(self.template), autocommit=True) as connection:
            return connection.execute(SCHEMA).fetchone()


def _with_rows(tables: Sequence[str]) -> sql.Composed:
    """Asks which of them have rows: to delete from all takes several times as long."""
    named = sql.SQL("CASE WHEN EXISTS (SELECT FROM {}) THEN {} END")
    each = (named.format(sql.Identifier(name), sql.Literal(name)) for name in tables)
    return sql.SQL("SELECT array_remove(ARRAY[{}], NULL)").format(sql.SQL(", ").join(each))
