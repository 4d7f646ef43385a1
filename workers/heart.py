"""The heartbeat of a process: a thread of its own, for a document or a slow mail server may keep the process busy."""

from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from service.errors import Unavailable
from service.store import clock
from service.store.heartbeats import ThisProcess, beat, end

BEAT_EVERY = 10.0  # seconds

_log = structlog.get_logger()


class Heart:
    """`with Heart(…) as heart:` the process beats, and is forgotten when it ends in order.

    With `stuck_after`, seconds, it beats only while `turn` is called at least so often: a process that lives and does
    nothing counts as stopped.
    """

    def __init__(
        self,
        sessions: sessionmaker[Session],
        kind: str,
        *duties: str,
        folder: str | None = None,
        stuck_after: float | None = None,
    ) -> None:
        self._sessions, self._stuck_after = sessions, stuck_after
        self._process = ThisProcess(kind, duties, folder=folder)
        self._ended, self._hurry, self._turned = Event(), Event(), monotonic()
        self._thread = Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._hurry.set()
        self._thread.join()
        if error is None:
            with suppress(SQLAlchemyError, Unavailable), self._sessions.begin() as session:
                end(session, self._process)

    def turn(self, *duties: str) -> None:
        """Say that the process's loop goes round, and what it does at present."""
        self._turned = monotonic()
        if duties != self._process.duties:
            self._process.duties = duties
            self._hurry.set()

    def _beat(self) -> None:
        while not self._ended.is_set():
            self._hurry.clear()
            if self._stuck_after is None or monotonic() - self._turned < self._stuck_after:
                self._say()
            self._hurry.wait(BEAT_EVERY)

    def _say(self) -> None:
        try:
            with self._sessions.begin() as session:
                beat(session, self._process, now=clock.now(session))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next beat may come through
            _log.info("heartbeat_lost", error=str(error))
