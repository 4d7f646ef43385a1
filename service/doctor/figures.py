"""Figures of the office for those who watch it by machine: a few statements, each over a small part of the books."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.alerts.hold.hold import hold_in_force
from service.backup.record import last_backup
from service.doctor.running import REMEMBERED
from service.models import (
    Alarm,
    Alert,
    Delivery,
    Document,
    Finding,
    Inspection,
    Message,
    Round,
    SetAside,
    WeeklyReport,
)
from service.store.heartbeats import DUTIES, KINDS, is_silent, processes, unserved_duties
from service.store.watch_notes import HOLDER, read_note
from workflows.vocabulary import DocumentStatus

TIMERS: Mapping[str, InstrumentedAttribute[Any]] = {
    "findings": Finding.next_action_at,
    "inspections": Inspection.next_action_at,
    "weekly_reports": WeeklyReport.next_action_at,
    "rounds": Round.next_action_at,
}
# How long something has waited: the upper end of each class, in seconds.
AGES = {"60": timedelta(minutes=1), "300": timedelta(minutes=5), "3600": timedelta(hours=1)}
OLDER = "older"


class Figure(NamedTuple):
    """One number, under a name that FIGURES explains."""

    name: str
    value: float
    labels: Mapping[str, str] = {}


FIGURES = {  # name → what it says; ages are in seconds, 0 when nothing waits
    "oldest_due_seconds": "How long the oldest timer of a kind has been due and not dealt with: the lag of the sweep.",
    "set_aside": "Rows and tasks that the sweep failed on and set aside.",
    "alerts_waiting": "Alerts that are in no message yet, by how long they have waited (age: up to so many seconds).",
    "messages_waiting": "Messages on their way, by how long they have waited (age: up to so many seconds).",
    "deliveries": "Deliveries by state: ended, waiting, retried_hourly, given_up.",
    "documents": "Documents by state: queued, and failed within fourteen days.",
    "oldest_document_seconds": "How long the oldest queued document has waited.",
    "processes": "Processes of a kind that are heard of.",
    "duty_served": "Whether somebody does what has to be done at any time.",
    "watched_seconds_ago": "How long ago the watchdog, or a stand-in, last looked; absent before the first look.",
    "alarm": "Troubles that the watchdog sees at present: 1 a warning, 2 a fault.",
    "held": "Whether the office is held, so that nothing is sent.",
    "last_backup_seconds": "The age of the last backup on record; absent before the first.",
}


def figures_of_office(session: Session, *, now: datetime) -> Iterator[Figure]:
    """Everything that FIGURES names, as it stands in the database: the same from whichever process is asked."""
    for look in LOOKS:
        yield from look(session, now)


def _due(session: Session, now: datetime) -> Iterator[Figure]:
    row = session.execute(select(*map(_earliest, TIMERS.values()))).one()
    for kind, at in zip(TIMERS, row, strict=True):
        yield Figure("oldest_due_seconds", _age(at, now), {"of": kind})


def _set_aside(session: Session, _now: datetime) -> Iterator[Figure]:
    findings = select(func.count()).where(Finding.set_aside_at.is_not(None)).scalar_subquery()
    others = select(func.count()).select_from(SetAside).scalar_subquery()
    yield Figure("set_aside", session.scalar(select(findings + others)) or 0)


def _alerts(session: Session, now: datetime) -> Iterator[Figure]:
    """Those that are held for a digest wait on purpose, and count from when it is due."""
    since = func.coalesce(Alert.held_until, Alert.created_at)
    waiting = and_(Alert.message_id.is_(None), or_(Alert.held_until.is_(None), Alert.held_until <= now))
    yield from _by_age(session, "alerts_waiting", select(*_classes(since, now)).where(waiting))


def _messages(session: Session, now: datetime) -> Iterator[Figure]:
    waiting = and_(Delivery.next_attempt_at.is_not(None), Delivery.given_up_at.is_(None))
    query = select(*_classes(Message.created_at, now)).select_from(Delivery).join(Delivery.message).where(waiting)
    yield from _by_age(session, "messages_waiting", query)


def _deliveries(session: Session, _now: datetime) -> Iterator[Figure]:
    """All are counted by an index; only those that have not ended are read."""
    again, given_up = Delivery.next_attempt_at.is_not(None), Delivery.given_up_at.is_not(None)
    counted = {
        "waiting": and_(again, ~given_up),
        "retried_hourly": and_(again, given_up),
        "given_up": given_up & ~again,
    }
    sums = [func.coalesce(func.sum(case((which, 1), else_=0)), 0) for which in counted.values()]
    in_all = select(func.count(Delivery.id)).scalar_subquery()
    query: Select[Any] = select(in_all, *sums).where(or_(again, given_up))
    all_, *open_ = session.execute(query).one()
    for state, number in zip(counted, open_, strict=True):
        yield Figure("deliveries", number, {"state": state})
    yield Figure("deliveries", all_ - sum(open_), {"state": "ended"})


def _documents(session: Session, now: datetime) -> Iterator[Figure]:
    queued = Document.next_attempt_at.is_not(None)
    failed = and_(Document.status == DocumentStatus.FAILED, Document.requested_at > now - REMEMBERED)
    sums = [func.coalesce(func.sum(case((which, 1), else_=0)), 0) for which in (queued, failed)]
    oldest = func.min(case((queued, Document.requested_at)))
    query: Select[Any] = select(oldest, *sums).where(or_(queued, failed))
    at, waiting, lost = session.execute(query).one()
    yield Figure("documents", waiting, {"state": "queued"})
    yield Figure("documents", lost, {"state": "failed"})
    yield Figure("oldest_document_seconds", _age(at, now))


def _processes(session: Session, now: datetime) -> Iterator[Figure]:
    beats = processes(session)
    unserved, alive = unserved_duties(beats, now), [one.kind for one in beats if not is_silent(one, now)]
    for kind in KINDS:
        yield Figure("processes", alive.count(kind), {"kind": kind})
    for duty in DUTIES:
        yield Figure("duty_served", duty not in unserved, {"duty": duty})


def _watched(session: Session, now: datetime) -> Iterator[Figure]:
    if last := read_note(session, HOLDER):
        yield Figure("watched_seconds_ago", _age(last.at, now))
    for alarm in session.scalars(select(Alarm).where(Alarm.over_at.is_(None)).order_by(Alarm.name)):
        yield Figure("alarm", 2 if alarm.status == "fault" else 1, {"check": alarm.name})


def _sending(session: Session, now: datetime) -> Iterator[Figure]:
    yield Figure("held", hold_in_force(session) is not None)
    if backup := last_backup(session):
        yield Figure("last_backup_seconds", _age(backup.at, now))


Look = Callable[[Session, datetime], Iterator[Figure]]
LOOKS: Sequence[Look] = (
    *(_due, _set_aside, _alerts, _messages, _deliveries),
    *(_documents, _processes, _watched, _sending),
)


def _earliest(column: InstrumentedAttribute[Any]) -> ScalarSelect[Any]:
    return select(func.min(column)).where(column.is_not(None)).scalar_subquery()


def _classes(since: ColumnElement[Any] | InstrumentedAttribute[Any], now: datetime) -> list[ColumnElement[Any]]:
    """How many are of each class of age, the oldest last."""
    ends = [now - age for age in AGES.values()]
    within = [since > ends[0], *(and_(since <= a, since > b) for a, b in pairwise(ends))]
    return [func.coalesce(func.sum(case((which, 1), else_=0)), 0) for which in (*within, since <= ends[-1])]


def _by_age(session: Session, name: str, query: Select[Any]) -> Iterator[Figure]:
    for age, number in zip((*AGES, OLDER), session.execute(query).one(), strict=True):
        yield Figure(name, number, {"age": age})


def _age(at: datetime | None, now: datetime) -> float:
    """Seconds since then; 0 of nothing, and of what is yet to come."""
    return max(0.0, (now - at).total_seconds()) if at else 0.0
