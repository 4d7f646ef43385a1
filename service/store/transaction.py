"""One transaction for a command, on the database that the settings name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from service.settings import Settings, load_settings
from service.store.db import connect, reading, sessions
from service.store.schema import require_current


@contextmanager
def transaction(
    settings: Settings | None = None, *, read_only: bool = False, any_schema: bool = False
) -> Iterator[Session]:
    """A session whose transaction is committed at the end, or rolled back on an exception.

    Settings come from the environment when none are passed. Raises `Unavailable` when the database cannot be reached,
    or when it has another schema than this version's and not `any_schema`.
    """
    engine = connect((settings or load_settings(os.environ)).database_url)
    try:
        if not any_schema:
            require_current(engine)
        with sessions(reading(engine) if read_only else engine).begin() as session:
            yield session
    finally:
        engine.dispose()
