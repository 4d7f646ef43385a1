"""What tests of backups share: one office for each file of tests and kind of database; they leave it as it is."""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.build.backed_up import Office, open_office
from tests.servers import PostgreSQL


@pytest.fixture(scope="module")
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office on SQLite, or on what a test's parameter names."""
    folder = tmp_path_factory.mktemp("office")
    make = {"sqlite": on_sqlite, "postgresql": on_postgresql}[getattr(request, "param", "sqlite")]
    yield from make(request, folder)


def on_sqlite(request: pytest.FixtureRequest, folder: Path) -> Iterator[Office]:
    template: Path = request.getfixturevalue("sqlite_template")
    (folder / "data").mkdir()
    shutil.copy(template, folder / "data" / "duban.db")
    made = open_office(f"sqlite:///{folder / 'data' / 'duban.db'}", folder / "data", _in_folder)
    yield made
    made.world.engine.dispose()


def on_postgresql(request: pytest.FixtureRequest, folder: Path) -> Iterator[Office]:
    server: PostgreSQL = request.getfixturevalue("postgresql")
    template: str = request.getfixturevalue("postgresql_template")
    name, others = "backed_up", [f"restored_{number}" for number in range(9)]
    url = server.create_database(name, template=template)
    server.execute("ALTER DATABASE backed_up SET duban.transactions = '5000000000'")  # its server had counted further
    numbers = count()
    made = open_office(url, folder / "data", lambda _folder: server.create_database(others[next(numbers)]))
    yield made
    made.world.engine.dispose()
    for database in (name, *others):
        server.drop_database(database)


def _in_folder(folder: Path) -> str:
    return f"sqlite:///{folder / 'duban.db'}"
