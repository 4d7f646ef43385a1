"""The doctor: one look at everything that can keep Duban from doing its duty without anybody noticing."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.doctor.check import Check, Status
from service.doctor.mail import check_hold, check_mail, check_waiting
from service.doctor.notes import NotePlaces, check_notes
from service.doctor.processes import check_folders, check_process, check_processes, check_watchdog
from service.doctor.room import check_room
from service.doctor.rounds import check_rounds
from service.doctor.running import (
    check_documents,
    check_evidence,
    check_redis,
    check_running,
    check_schema,
    check_seals,
    check_set_aside,
    check_sweep,
    check_tallies,
    check_unmade,
)
from service.doctor.separation import check_separation
from service.doctor.storage import check_backup, check_clock, check_integrity
from service.doctor.watched import check_chains, check_timers
from service.files.store import EvidenceStore
from service.settings import EvidenceQuota
from service.store.heartbeats import KINDS

LOOKED_AT_FOR = 60.0  # seconds at the pages of an SQLite file

__all__ = ["KINDS", "Check", "NotePlaces", "Status", "examine", "examine_process", "watched_checks"]


def examine(
    session: Session,
    *,
    store: EvidenceStore,
    now: datetime,
    ping: Callable[[], str | None] | None = None,
    quota: EvidenceQuota = EvidenceQuota(),  # noqa: B008 - frozen
    notes: NotePlaces | None = None,
    apart: bool = False,
) -> list[Check]:
    """Look at everything and write nothing: give it a session of `db.reading`.

    `ping` asks Redis and says why it does not answer, if so; without it Redis is not looked at, nor without `notes`
    are signed checkpoints. `apart` says that the three administrators are kept apart. When the schema is another or
    the file is damaged, nothing else is looked at.
    """
    schema, integrity = check_schema(session), check_integrity(_engine(session), within=LOOKED_AT_FOR)
    if schema.status is not Status.OK:
        return [schema]
    if integrity.status is not Status.OK:
        return [schema, integrity]
    return [
        schema,
        integrity,
        check_clock(session),
        check_backup(session, now=now),
        *check_running(session, now=now),
        *(look(session, now=now) for look in (check_processes, check_folders, check_watchdog, check_timers)),
        check_chains(session, now=now),
        *(check_notes(session, notes, now=now) if notes else []),
        *([check_redis(ping)] if ping else []),
        check_hold(session, now=now),
        *check_mail(session, now=now),
        check_documents(session, now=now),
        *check_rounds(session, now=now),
        check_separation(session, apart=apart),
        check_evidence(session, store),
        check_tallies(session),
        check_room(session, quota),
    ]


def watched_checks() -> Mapping[str, Callable[[Session, datetime], Check]]:
    """What the watchdog looks at every few seconds: whatever stops duties, by probes of indexes and small tables.

    Of a mail that was given up administrators hear by an alert, of a paper that failed whoever asked for it.
    """
    return {
        "processes": lambda session, now: check_processes(session, now=now),
        "folders": lambda session, now: check_folders(session, now=now),
        "sweep": lambda session, now: check_sweep(session, now=now),
        "set_aside": lambda session, _now: check_set_aside(session),
        "checkpoints": lambda session, now: check_seals(session, now=now),
        "mail": lambda session, now: check_waiting(session, now=now),
        "documents": lambda session, now: check_unmade(session, now=now),
        "timers": lambda session, now: check_timers(session, now=now),
        "chains": lambda session, now: check_chains(session, now=now),
        "clock": lambda session, _now: check_clock(session),
    }


def examine_process(session: Session, kind: str, *, host: str, now: datetime) -> list[Check]:
    """Look only at the schema and at one kind of process of a host: blind to faults that no restart would mend."""
    schema = check_schema(session)
    return [schema] if schema.status is not Status.OK else [check_process(session, kind, host=host, now=now)]


def _engine(session: Session) -> Engine:
    bound = session.get_bind()
    return bound if isinstance(bound, Engine) else bound.engine
