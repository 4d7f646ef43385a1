"""The servers that tests run against: one PostgreSQL and one Valkey per test process, an empty database per test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.store.db import connect, sessions
from service.store.schema import upgrade
from tests.emptied_database import EmptiedDatabase
from tests.servers import PostgreSQL, Valkey
from tests.shared_statements import share_compiled_statements

# A shared machine is sometimes slow; `timeout` in pyproject.toml catches what hangs.
settings.register_profile("duban", deadline=None)
settings.load_profile("duban")
# Tracebacks that are made up with every local variable take seconds, and some tests raise many.
structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])
share_compiled_statements()

LOGGING = structlog.get_config()

TEMPLATE = "duban_template"


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Whatever a test lets a command set up for its own process."""
    yield
    structlog.configure(**LOGGING)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A running PostgreSQL; its databases live as long as the test process."""
    with PostgreSQL() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_template(postgresql: PostgreSQL) -> str:
    """The name of a database with the newest schema and no rows, to be copied."""
    upgrade(postgresql.create_database(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def postgresql_database(postgresql: PostgreSQL, postgresql_template: str) -> Iterator[EmptiedDatabase]:
    """The database that one test after the other gets empty."""
    database = EmptiedDatabase(postgresql, "duban_shared", postgresql_template)
    yield database
    database.close()


@pytest.fixture
def postgresql_url(postgresql_database: EmptiedDatabase) -> str:
    """The address of an empty PostgreSQL database with the newest schema."""
    postgresql_database.empty()
    return postgresql_database.url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the newest schema and no rows, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "duban.db"
    file.touch()
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite file with the newest schema."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'duban.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database; the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The engine of a fresh database; the test runs once on SQLite and once on PostgreSQL."""
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on a fresh database; the test commits what another session is to see."""
    with sessions(engine)() as session:
        yield session


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    """A running Valkey, which keeps nothing."""
    with Valkey() as server:
        yield server


@pytest.fixture
def redis_url(valkey: Valkey) -> str:
    """The address of an empty Redis database."""
    with valkey.client() as client:
        client.flushall()
    return valkey.url()
