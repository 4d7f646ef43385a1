"""What a process of door two works with: one database, the channels, the ticks, and the wish to stop."""

import os
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from service.channels import Channel, channels
from service.db import connect, reading, sessions
from service.schema import require_current
from service.settings import Settings, load_settings
from workers.queues import Ticks
from workers.stopping import Stop


@dataclass(frozen=True, slots=True)
class Wiring:
    """Everything that jobs and the timetable need, made once for each process."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    readers: sessionmaker[Session]  # for looking only: does not queue behind writers on SQLite
    channels: tuple[Channel, ...]
    ticks: Ticks
    stop: Stop = field(default_factory=Stop)

    def close(self) -> None:
        """Let go of database and Redis."""
        self.ticks.close()
        self.engine.dispose()


def wire(settings: Settings) -> Wiring:
    """Connect what the settings name; nothing is contacted before it is used."""
    engine = connect(settings.database_url)
    return Wiring(
        settings,
        engine,
        sessions(engine),
        sessions(reading(engine)),
        channels(settings),
        Ticks(settings.redis_url),
    )


@cache
def wired() -> Wiring:
    """The wiring of this process, by its environment; RQ calls its jobs with nothing else at hand.

    Raises `BadSettings`, and `Unavailable` when the database has another schema.
    """
    wiring = wire(load_settings(os.environ))
    require_current(wiring.engine)
    return wiring
