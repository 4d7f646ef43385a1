"""The doctor: one look at everything that can keep Duban from doing its duty without anybody noticing."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from service.doctor.check import Check, Status
from service.doctor.mail import check_mail
from service.doctor.rounds import check_rounds
from service.doctor.running import (
    PROCESSES,
    check_documents,
    check_evidence,
    check_processes,
    check_redis,
    check_running,
    check_schema,
)
from service.files.store import EvidenceStore

__all__ = ["PROCESSES", "Check", "Status", "examine", "examine_process"]


def examine(
    session: Session, *, store: EvidenceStore, now: datetime, ping: Callable[[], str | None] | None = None
) -> list[Check]:
    """Look at everything and write nothing: give it a session of `db.reading`.

    `ping` asks Redis and says why it does not answer, if so; without it Redis is not looked at. When the schema is
    another, that is the only check.
    """
    schema = check_schema(session)
    if schema.status is not Status.OK:
        return [schema]
    return [
        schema,
        *check_running(session, now=now),
        *([check_redis(ping)] if ping else []),
        *check_mail(session, now=now),
        *check_documents(session, now=now),
        *check_rounds(session),
        check_evidence(session, store),
    ]


def examine_process(session: Session, process: str, *, now: datetime) -> list[Check]:
    """Look only at the schema and at one kind of process: quick, and blind to faults that no restart would mend."""
    schema = check_schema(session)
    return [schema] if schema.status is not Status.OK else [check_processes(session, [process], now=now)]
