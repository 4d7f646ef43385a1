"""The schema's revision: which one the database has, which one the code wants, and the way there."""

import math
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    String,
    column,
    event,
    func,
    inspect,
    literal_column,
    make_url,
    select,
    table,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from service.errors import Unavailable
from service.store import clock
from service.store.advisory_locks import AdvisoryLock
from service.store.db import connect, is_locked, is_lost

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
ASKED_EVERY = 2.0  # seconds between two looks of readers at the revision
_REVISION: ColumnElement[str] = literal_column("(SELECT version_num FROM alembic_version)")
_ALONG, _ASKED_ALONG = "ask_along", "asked_along"


def upgrade(url: str, *, migrations: Path = MIGRATIONS) -> None:
    """Bring the database to the newest revision, wholly or not at all; an SQLite file is copied beside itself first.

    Unavailable when the database was made by a newer Duban. Two upgrades at once: one waits, then finds nothing to do.
    """
    engine = connect(url, upgrading=True)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":  # on SQLite the transaction itself began with the write lock
                connection.execute(select(func.pg_advisory_xact_lock(AdvisoryLock.UPGRADE)))
            have = _known_revision(connection, migrations)
            if have == newest_revision(migrations):
                return
            if have is not None and connection.dialect.name == "sqlite":
                _copy_aside(url, have)
            move_to(connection, migrations=migrations)
    finally:
        engine.dispose()


def is_known(revision: str) -> bool:
    """Whether this program has a way from that revision to its own."""
    return revision in _revisions(MIGRATIONS)


def move_to(connection: Connection, revision: str = "head", *, migrations: Path = MIGRATIONS) -> None:
    """Bring a database to a revision, by default the newest, within the connection's transaction."""
    from alembic import command

    config = _config(migrations)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def require_current(engine: Engine) -> None:
    """Refuse to work on another schema: Unavailable.

    `schema_behind` wants `duban db upgrade`, `schema_ahead` a newer Duban.
    """
    with engine.connect() as connection:
        if _known_revision(connection) != newest_revision():
            raise Unavailable("schema_behind")


def on_own_schema(maker: sessionmaker[Session]) -> sessionmaker[Session]:
    """The maker, whose transactions begin on this version's schema alone; else `Unavailable`.

    Whoever writes asks each time, as part of the transaction; whoever reads, every other second.
    """
    asked_at = -math.inf

    @event.listens_for(maker, "after_begin")
    def ask(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
        nonlocal asked_at
        reads = bool(connection.get_execution_options().get("reading", False))
        if transaction.nested or (reads and monotonic() - asked_at < ASKED_EVERY):
            return
        asked_at = monotonic()
        _require(connection, session)

    return maker


def ask_along(session: Session, query: Select[Any], **given: Any) -> None:
    """Let the statement with which a transaction for writing begins ask this too: a value, or a lock, of one row.

    The query is one that is made once, and `given` what its parameters are this time.
    """
    session.info[_ALONG] = query, given


def was_asked_along(session: Session) -> bool:
    """Whether the present transaction began with what was to be asked along."""
    return bool(session.info.get(_ASKED_ALONG))


@contextmanager
def explained_by_schema(engine: Engine) -> Iterator[None]:
    """Say of an error that the schema was moved meanwhile, if so; any other error stays what it is."""
    try:
        yield
    except DBAPIError as error:
        if not is_lost(error) and not is_locked(error):
            require_current(engine)
        raise


def _require(connection: Connection, session: Session) -> None:
    """`require_current` by one statement, which asks for what else is to be known at the beginning."""
    along, given = session.info.pop(_ALONG, (None, {}))
    try:
        revision, at, *_ = connection.execute(_beginning(connection.dialect.name, along), given).one()
    except DBAPIError as error:
        if is_lost(error) or is_locked(error):
            raise
        raise Unavailable("schema_behind") from error
    clock.note_beginning(session, at)
    session.info[_ASKED_ALONG] = along is not None
    if revision != newest_revision():
        raise Unavailable("schema_behind" if revision is None or is_known(revision) else "schema_ahead")


@cache
def _beginning(dialect: str, along: Select[Any] | None) -> Select[*tuple[Any, ...]]:
    """The statement with which transactions begin, built once for each query that is asked along."""
    return select(_REVISION, clock.present(dialect), *([along.scalar_subquery()] if along is not None else []))


@cache
def newest_revision(migrations: Path = MIGRATIONS) -> str:
    """The revision that the code was written for."""
    return max(_revisions(migrations))


def is_compared(_item: object, name: str | None, _kind: str, _reflected: bool, other: object) -> bool:  # noqa: FBT001 - Alembic's
    """Whether Alembic may hold it against the models: the index of words is another thing on each database."""
    return other is not None or not str(name).startswith(("finding_words_index", "ix_finding_words_pairs"))


def revision_of(connection: Connection) -> str | None:
    """The revision that the database has; none when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(select(column("version_num", String)).select_from(table("alembic_version")))


def _known_revision(connection: Connection, migrations: Path = MIGRATIONS) -> str | None:
    revision = revision_of(connection)
    if revision is not None and revision not in _revisions(migrations):
        raise Unavailable("schema_ahead")
    return revision


@cache
def _revisions(migrations: Path) -> frozenset[str]:
    """All of them, by the names of their files: no process loads its migrations to know whether there are others."""
    return frozenset(file.name[1:5] for file in (migrations / "versions").glob("v*.py"))


def _copy_aside(url: str, revision: str) -> None:
    """Copy the file as it stands; the upgrade's own transaction keeps writers away meanwhile."""
    file = Path(str(make_url(url).database))
    copy = file.with_name(f"{file.name}.before-{revision}")
    draft = copy.with_name(f".{copy.name}.draft")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(draft)) as target:
        source.backup(target)
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.chmod(file.stat().st_mode)
    draft.replace(copy)


def _config(migrations: Path) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
