"""What the tests over HTTP share: worlds over SQLite and PostgreSQL."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from service.reports.plan import plan_due
from service.store.db import connect, sessions
from tests.servers import PostgreSQL
from tests.worlds.http import SEEDED_AT, Ids, World, build_round, open_world


@pytest.fixture(scope="session")
def seeded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ids]:
    """An SQLite file with the round and its people, to be copied; and their ids."""
    file = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("seeded") / "duban.db"))
    engine = connect(f"sqlite:///{file}")
    with sessions(engine).begin() as session:
        ids = build_round(session, now=SEEDED_AT)
    engine.dispose()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file, ids


@pytest.fixture
def world(seeded: tuple[Path, Ids], tmp_path: Path) -> Iterator[World]:
    """The world over SQLite."""
    file, ids = seeded
    world = open_world(f"sqlite:///{shutil.copy(file, tmp_path / 'duban.db')}", tmp_path, ids=ids)
    yield world
    world.engine.dispose()


@pytest.fixture
def weekly(world: World) -> World:
    """The world with every unit's weekly reports."""
    with world.session() as session:
        plan_due(session, now=world.clock.at)
        session.commit()
    return world


@pytest.fixture
def world_on_each(database_url: str, tmp_path: Path) -> Iterator[World]:
    """The world over SQLite, then over PostgreSQL."""
    world = open_world(database_url, tmp_path)
    yield world
    world.engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world that a module shares, over SQLite, then over PostgreSQL: nothing that happens there changes anything."""
    folder = tmp_path_factory.mktemp("shared")
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        url = f"sqlite:///{shutil.copy(template, folder / 'duban.db')}"
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql")
        name = f"{folder.name}_{os.getpid()}"
        url = server.create_database(name, template=request.getfixturevalue("postgresql_template"))
    world = open_world(url, folder)
    yield world
    world.engine.dispose()
