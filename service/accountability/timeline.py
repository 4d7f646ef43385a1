"""One line of what happened at a unit: events of its findings and entries of the journal, with the alerts of each."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import Alert, Event, Finding, Inspection, JournalEntry, Person, Round, WeeklyReport, with_names
from service.records.past_events import events_with_actors
from workflows.accountability import Aspect, aspect_of, aspect_of_entry
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import Role

# What is written on a sheet is read on the sheet; a campaign is no part of the follow-up of findings.
SHOWN_SUBJECTS = (SubjectKind.INSPECTION, SubjectKind.REPORT, SubjectKind.ROUND, SubjectKind.UNIT)
EVENT, ENTRY = 0, 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile("([0-9]{1,16})-([01])-([0-9]{1,18})")  # microseconds, event or entry, its serial
Conditions = Iterable[ColumnElement[bool]]
Key = tuple[datetime, int, int]  # the instant, events before entries, then as they were written


@dataclass(frozen=True, slots=True)
class AlertReceipt:
    """One alert: who got it, and when he or she acknowledged it."""

    person: Person
    kind: str
    at: datetime
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event or journal entry, who did it, and the alerts that it caused."""

    id: str
    key: Key  # where it stands
    aspect: Aspect
    about: Mapping[str, str | None]  # kind, id and number of the finding, sheet, report, round or unit
    act: str  # the move, or the journal's act
    step: str | None
    actor: Person | None  # none: the clock
    actor_role: Role
    reason: str | None
    data: Mapping[str, Any]
    heard: Sequence[AlertReceipt]

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.key[0]


def cursor_of(last: TimelineEntry) -> str:
    """Where the next page begins."""
    at, source, serial = last.key
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}-{source}-{serial}"


def after(cursor: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What comes after a cursor, as conditions on `Event` and on `JournalEntry`; raises `InvalidInput`."""
    parts = _CURSOR.fullmatch(cursor)
    if parts is None:
        raise InvalidInput({"cursor": "unknown_cursor"})
    micros, source, serial = map(int, parts.groups())
    at = _EPOCH + timedelta(microseconds=micros)
    if source == ENTRY:
        return Event.at > at, _later(JournalEntry, at, serial)
    return _later(Event, at, serial), JournalEntry.at >= at


def timeline_of(
    session: Session, of_events: Conditions, of_entries: Conditions, *, limit: int | None
) -> list[TimelineEntry]:
    """Events and journal entries that match, merged by time: at most the first `limit`, or all.

    `of_events` are conditions on `Event` joined to `Finding`, `of_entries` on `JournalEntry`.
    """
    events = _events(session, of_events, limit)
    entries = _entries(session, of_entries, limit)
    keyed: list[tuple[Key, Event | JournalEntry]] = [
        *(((event.at, EVENT, event.serial), event) for event, _ in events),
        *(((entry.at, ENTRY, entry.serial), entry) for entry in entries),
    ]
    first = sorted(keyed, key=lambda one: one[0])[:limit]
    numbers = {**{finding.id: finding.number for _, finding in events}, **_numbers(session, entries)}
    heard = receipts_of(session, [row.id for _, row in first])
    return [_timeline_entry(key, row, numbers, heard[row.id]) for key, row in first]


def _later(written: type[Event | JournalEntry], at: datetime, serial: int) -> ColumnElement[bool]:
    return or_(written.at > at, and_(written.at == at, written.serial > serial))


def _events(session: Session, conditions: Conditions, limit: int | None) -> Sequence[tuple[Event, Finding]]:
    query = events_with_actors(*conditions).add_columns(Finding)
    named = query.order_by(Event.at, Event.serial).limit(limit)
    return [(event, finding) for event, finding in session.execute(named)]


def _entries(session: Session, conditions: Conditions, limit: int | None) -> Sequence[JournalEntry]:
    query = select(JournalEntry).where(
        JournalEntry.subject_kind.in_(SHOWN_SUBJECTS), JournalEntry.act != JournalAct.ANSWER, *conditions
    )
    named = query.options(*with_names(JournalEntry.actor)).order_by(JournalEntry.at, JournalEntry.serial).limit(limit)
    return session.scalars(named).all()


def _numbers(session: Session, entries: Sequence[JournalEntry]) -> dict[str, str]:
    """What the entries' subjects are called; a report by its week."""
    ids = {entry.subject_id for entry in entries}
    sheets = session.execute(select(Inspection.id, Inspection.number).where(Inspection.id.in_(ids)))
    reports = session.execute(select(WeeklyReport.id, WeeklyReport.week).where(WeeklyReport.id.in_(ids)))
    rounds = session.execute(select(Round.id, Round.number).where(Round.id.in_(ids)))
    return {row[0]: str(row[1]) for row in (*sheets, *reports, *rounds)}


def receipts_of(session: Session, cause_ids: Sequence[str]) -> Mapping[str, list[AlertReceipt]]:
    """Who was told by each event or entry, the first told first."""
    cause = Alert.event_id.in_(cause_ids) | Alert.entry_id.in_(cause_ids)
    query = select(Alert, Person).join(Person, Alert.person_id == Person.id).where(cause)
    heard: dict[str, list[AlertReceipt]] = defaultdict(list)
    for alert, person in session.execute(query.order_by(Alert.created_at, Person.name, Person.id)):
        receipt = AlertReceipt(person, alert.kind, alert.created_at, alert.acknowledged_at)
        heard[alert.event_id or alert.entry_id or ""].append(receipt)
    return heard


def _timeline_entry(
    key: Key,
    row: Event | JournalEntry,
    numbers: Mapping[str, str],
    heard: Sequence[AlertReceipt],
) -> TimelineEntry:
    if isinstance(row, Event):
        kind, subject_id, act, step = "finding", row.finding_id, str(row.move), row.step
        aspect = aspect_of(row.move, by_clock=row.actor_id is None)
    else:
        kind, subject_id, act, step = str(row.subject_kind), row.subject_id, str(row.act), row.data.get("step")
        aspect = aspect_of_entry(row.subject_kind, row.act)
    return TimelineEntry(
        id=row.id,
        key=key,
        aspect=aspect,
        about={"kind": kind, "id": subject_id, "number": numbers.get(subject_id)},
        act=act,
        step=step,
        actor=row.actor,
        actor_role=row.actor_role,
        reason=row.reason,
        data=row.data,
        heard=heard,
    )
