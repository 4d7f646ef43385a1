"""The lease of a document, renewed while its worker lives: one that was killed keeps nobody waiting for long."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread

import structlog
from sqlalchemy.orm import Session, sessionmaker

from service.documents.queue import LEASE, RenderJob, hold

RENEW_EVERY = LEASE / 3

_log = structlog.get_logger()


@contextmanager
def held(
    sessions: sessionmaker[Session],
    job: RenderJob,
    now: Callable[[Session], datetime],
    *,
    every: timedelta = RENEW_EVERY,
) -> Iterator[None]:
    """Hold the lease of a document while it is made, however long that is still for."""
    made = Event()
    thread = Thread(target=_renew, args=(sessions, job, now, every, made), name="document-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        made.set()
        thread.join()


def _renew(
    sessions: sessionmaker[Session], job: RenderJob, now: Callable[[Session], datetime], every: timedelta, made: Event
) -> None:
    while not made.wait(every.total_seconds()):
        try:
            with sessions.begin() as session:
                if not hold(session, job, now=now(session)):
                    return  # it ran out while this process was stopped: another worker makes the document
        except Exception as error:  # noqa: BLE001 - whatever it is, the next time may succeed
            _log.info("lease_not_renewed", document=job.id, error=repr(error))
