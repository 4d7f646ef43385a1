"""What SQLAlchemy compiles, shared by all engines of a test process: each test makes its own, and a process has one."""

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

MOST = 3000  # statements of both databases; an engine keeps 500


def share_compiled_statements() -> None:
    """Let an engine find what another of the same kind of database has compiled; once in a process.

    A statement is kept by its dialect, of which every engine makes one, and ours differ in nothing but that.
    """
    shared: LRUCache[object, object] = LRUCache(MOST)
    for dialect in (PGDialect_psycopg, SQLiteDialect_pysqlite):
        dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
        dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        connection.engine._compiled_cache = shared  # type: ignore[assignment]
