"""What a process of door two works with: one database, the channels, the ticks, and the request to stop."""

import os
from dataclasses import dataclass, field
from functools import cache

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from service.alerts.channels import channels
from service.alerts.channels.transport import Channel
from service.errors import Unavailable
from service.files.folder_identity import folder_identity
from service.settings import Settings, load_settings
from service.store.db import connect, reading, sessions, unavailable_when_lost
from service.store.schema import on_own_schema, require_current
from service.store.writing import write_once
from workers.queues import Ticks
from workers.stop import Stop

ASK_AGAIN = 2.0  # seconds
ANOTHER_SCHEMA = ("schema_behind", "schema_ahead")

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Resources:
    """Everything that jobs and the timetable need, made once for each process."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    readers: sessionmaker[Session]  # for looking only: does not queue behind writers on SQLite
    channels: tuple[Channel, ...]
    ticks: Ticks
    stop: Stop = field(default_factory=Stop)

    @property
    def folder(self) -> str | None:
        """Which data folder this process has."""
        return folder_identity(self.settings.data_dir)

    def close(self) -> None:
        """Close the connections to database and Redis."""
        self.ticks.close()
        self.engine.dispose()


def open_resources(settings: Settings) -> Resources:
    """The resources that the settings name; nothing is connected before it is used."""
    engine = connect(settings.database_url)
    return Resources(
        settings,
        engine,
        on_own_schema(sessions(engine)),
        on_own_schema(sessions(reading(engine))),
        channels(settings),
        Ticks(settings.redis_url),
    )


@cache
def process_resources() -> Resources:
    """The resources of this process, by its environment, for RQ gives its jobs none; raises `BadSettings`."""
    return open_resources(load_settings(os.environ))


def wait_for_database(resources: Resources, *, tells_of_a_full_one: bool = False) -> None:
    """Return when the database answers, or a stop is requested; raises `Unavailable` when its schema is another.

    A process that tells of a full one begins although nothing can be written.
    """
    while not resources.stop.requested and not is_ready(resources.engine, though_full=tells_of_a_full_one):
        resources.stop.wait(ASK_AGAIN)


def is_ready(engine: Engine, *, though_full: bool = False) -> bool:
    """Whether the database answers and can be written; raises `Unavailable` for one that whoever starts this must mend.

    That is one that is damaged, read-only (it would be read as it stands now for as long as the process lives) or has
    another schema.
    """
    try:
        with unavailable_when_lost():
            require_current(engine)
            write_once(engine)
    except Unavailable as error:
        if error.code in (*ANOTHER_SCHEMA, "database_damaged", "database_read_only"):
            raise
        if error.code == "database_busy":  # others write: so can this process
            return True
        if error.code == "database_full" and though_full:
            return True
        _log.warning("database_unavailable", code=error.code, cause=str(error.__cause__))
        return False
    return True
