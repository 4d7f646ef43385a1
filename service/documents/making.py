"""One document after another: claimed, made outside any transaction, and what became of it written down."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic

import structlog
from sqlalchemy.orm import Session, sessionmaker

from service.documents import waiting
from service.documents.failures import cause_of, is_final
from service.documents.rendering import Workshop, render
from service.documents.waiting import Job

_log = structlog.get_logger()
Clock = Callable[[Session], datetime]


def make_waiting(
    sessions: sessionmaker[Session], workshop: Workshop, *, now: Clock, within: float, stop: Callable[[], bool]
) -> int:
    """Make what waits; returns how many were tried. Begins no further document after `within` seconds."""
    until, tried = monotonic() + within, 0
    while monotonic() < until and not stop():
        with sessions.begin() as session:
            job = waiting.claim(session, now=now(session))
        if job is None:
            break
        _make(sessions, workshop, job, now)
        tried += 1
    return tried


def _make(sessions: sessionmaker[Session], workshop: Workshop, job: Job, now: Clock) -> None:
    def tell(percent: int) -> None:
        with sessions.begin() as session:
            waiting.tell(session, job, percent, now=now(session))

    try:
        made = render(job.kind, job.title, job.data, workshop, tell)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others are made
        _log.exception("document_unmade", document=job.id, kind=job.kind)
        with sessions.begin() as session:
            waiting.fail(session, job, cause_of(error), now=now(session), permanent=is_final(error))
        return
    with sessions.begin() as session:
        waiting.finish(session, job, made.files, now=now(session), note=made.note)
