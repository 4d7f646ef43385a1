"""What tests of the command line share: a terminal over a database, and that database's sessions."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from service.store.db import connect, sessions
from tests.functional.cli.test_commands import Shell


@pytest.fixture
def shell(database_url: str, tmp_path: Path) -> Shell:
    return Shell({"DUBAN_DATABASE_URL": database_url, "DUBAN_DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
def books(database_url: str) -> Iterator[sessionmaker[Session]]:
    engine = connect(database_url)
    yield sessions(engine)
    engine.dispose()
