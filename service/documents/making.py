"""One document after another: claimed, made outside any transaction, and the outcome recorded."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic

import structlog
from sqlalchemy.orm import Session, sessionmaker

from service.documents.failures import cause_of, is_final
from service.documents.queue import RenderJob, claim, fail, finish, report_progress
from service.documents.rendering import RenderTools, render

_log = structlog.get_logger()
Clock = Callable[[Session], datetime]


def make_due(
    sessions: sessionmaker[Session], tools: RenderTools, *, now: Clock, within: float, stop: Callable[[], bool]
) -> int:
    """Make the documents that are due; returns how many were tried. Begins no further one after `within` seconds."""
    until, tried = monotonic() + within, 0
    while monotonic() < until and not stop():
        with sessions.begin() as session:
            job = claim(session, now=now(session))
        if job is None:
            break
        _make(sessions, tools, job, now)
        tried += 1
    return tried


def _make(sessions: sessionmaker[Session], tools: RenderTools, job: RenderJob, now: Clock) -> None:
    def progress(percent: int) -> None:
        with sessions.begin() as session:
            report_progress(session, job, percent, now=now(session))

    try:
        made = render(job.kind, job.title, job.data, tools, progress)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others are made
        _log.exception("document_unmade", document=job.id, kind=job.kind)
        with sessions.begin() as session:
            fail(session, job, cause_of(error), now=now(session), permanent=is_final(error))
        return
    with sessions.begin() as session:
        finish(session, job, made.files, now=now(session), note=made.note)
