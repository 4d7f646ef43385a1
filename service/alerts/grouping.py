"""Grouping: the new alerts of a person become one message, with a delivery for each channel that reaches him or her."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.orm import Session

from service.alerts.channels.transport import Channel
from service.alerts.digests import hold_for_digest
from service.models import (
    Alert,
    Event,
    Finding,
    Inspection,
    JournalEntry,
    Message,
    Person,
    Round,
    WeeklyReport,
    new_id,
)
from service.people.addresses import is_reached_by
from service.store.bulk import insert_rows, update_unversioned
from service.store.clock import earliest

# How long an alert waits for its fellows while a sweep is at work; one that writes no alert for `QUIET` is stuck.
HELD_BACK, QUIET = timedelta(minutes=10), timedelta(minutes=1)  # a batch takes a minute on a host that is overloaded
PEOPLE = 200  # in one transaction
PORTION = 5000  # alerts in one transaction, however many there are
SQLITE_PORTION = 500  # there every other writer waits for one transaction
ALERTS, MESSAGES, DELIVERIES = (Alert.metadata.tables[name] for name in ("alerts", "messages", "deliveries"))
TIMED = (Finding, Inspection, WeeklyReport, Round)  # what the clock does something about


class WaitingPerson(NamedTuple):
    """Somebody with alerts that may be grouped, and how many wait for no digest."""

    person_id: str
    alerts: int


def group(session: Session, *, now: datetime, channels: Sequence[Channel]) -> int:
    """Group a portion of the alerts that have no message yet, and return how many messages were begun.

    While the sweep of an instant goes on, its alerts wait, so that five hundred that fall due at 17:00 reach a leader
    as one message; what is for a digest waits for that. Who has no address, or is disabled, has the inbox: the message
    then has no delivery.
    """
    return group_portion(session, who_waits(session, now=now), now=now, channels=channels)[0]


def who_waits(session: Session, *, now: datetime) -> list[WaitingPerson]:
    """Whose alerts may be grouped by now: reads only, and probes alone when there are none.

    First whose message is forming or whose digest is due, then who has waited longest: in the order of their ids, some
    would get one message after another while the rest waits.
    """
    until = _swept_until(session, now)
    ungrouped, forming = select(Alert.id).where(_ungrouped(until)), select(Message.id).where(Message.forming)
    if not session.scalar(select(or_(ungrouped.exists(), forming.exists()))):
        return []
    # All that waits is read once: by a probe for each person a planner without statistics reads it once for each.
    waiting = (
        select(Alert.person_id, func.min(Alert.created_at).label("since"), func.count().label("many"))
        .where(_ungrouped_at_once(until))
        .group_by(Alert.person_id)
        .subquery()
    )
    is_forming = exists().where(Message.person_id == Person.id, Message.forming)
    first = or_(is_forming, exists().where(Alert.person_id == Person.id, _ungrouped_of_digest(until)))
    query = (
        select(Person.id, func.coalesce(waiting.c.many, 0))
        .outerjoin(waiting, waiting.c.person_id == Person.id)
        .where(or_(first, waiting.c.since.is_not(None)))
        .order_by(first.desc(), waiting.c.since, Person.id)
    )
    return [WaitingPerson(*row) for row in session.execute(query).all()]


def group_portion(
    session: Session, waiting: Sequence[WaitingPerson], *, now: datetime, channels: Sequence[Channel]
) -> tuple[int, list[WaitingPerson]]:
    """Group the alerts of the first of those who wait, up to a portion.

    Returns how many messages were begun, and who waits still. Nobody is held up: whom another groups is passed over.
    """
    portion = min(PORTION, SQLITE_PORTION) if session.get_bind().dialect.name == "sqlite" else PORTION
    taken, others = _first_portion(waiting, portion)
    people = _claim_people(session, [one.person_id for one in taken], [channel.name for channel in channels])
    if not people:
        return 0, others
    until = _swept_until(session, now)
    ungrouped, in_turn = _ungrouped(until), list(people)
    # Asked again under the lock: whoever held it before may just have grouped them.
    theirs = select(Alert.id, Alert.person_id).where(Alert.person_id.in_(people), ungrouped)
    turn = case(*((Alert.person_id == id_, place) for place, id_ in enumerate(in_turn)))
    found = session.execute(theirs.order_by(turn, Alert.created_at, Alert.id).limit(portion)).all()
    are_all = len(found) < portion
    whole = in_turn if are_all else in_turn[: in_turn.index(found[-1].person_id)]  # all of their alerts were found
    forming = _forming(session, people)
    held = hold_for_digest(session, [alert.id for alert in found])
    goes = [alert for alert in found if held.get(alert.id, until) <= until]
    begun = _begin(session, {alert.person_id for alert in goes} - forming.keys(), now)
    message_ids = forming | begun
    rows = [{"id": alert.id, "message_id": message_ids[alert.person_id]} for alert in goes]
    update_unversioned(session, ALERTS, rows)
    _form(session, {message_ids[id_]: people[id_] for id_ in whole if id_ in message_ids}, now)
    unfinished = people.keys() - set(whole)
    return len(begun), [*(one for one in taken if one.person_id in unfinished), *others]


def next_grouping_at(session: Session) -> datetime | None:
    """When the next alert wants grouping: it is there, or its digest is due; probes of indexes."""
    at_once = earliest(session, Alert.created_at, where=and_(Alert.message_id.is_(None), Alert.held_until.is_(None)))
    digest = earliest(session, Alert.held_until, where=and_(Alert.message_id.is_(None), Alert.held_until.is_not(None)))
    forming = session.scalar(select(func.min(Message.created_at)).where(Message.forming))
    return min((at for at in (at_once, digest, forming) if at), default=None)


def _ungrouped(until: datetime) -> ColumnElement[bool]:
    """The alerts that may be grouped by now."""
    return or_(_ungrouped_at_once(until), _ungrouped_of_digest(until))


def _ungrouped_at_once(until: datetime) -> ColumnElement[bool]:
    return and_(Alert.message_id.is_(None), Alert.held_until.is_(None), Alert.created_at <= until)


def _ungrouped_of_digest(until: datetime) -> ColumnElement[bool]:
    return and_(Alert.message_id.is_(None), Alert.held_until.is_not(None), Alert.held_until <= until)


def _swept_until(session: Session, now: datetime) -> datetime:
    """The instant up to which no alert is yet to come of what the clock has to do; past it when a sweep is stuck."""
    unswept = [at for timed in TIMED if (at := earliest(session, timed.next_action_at)) and at <= now]
    if not unswept:
        return now
    if not _is_swept_at_present(session, now):
        return now
    return max(min(unswept) - timedelta(microseconds=1), now - HELD_BACK)


def _is_swept_at_present(session: Session, now: datetime) -> bool:
    """Whether the clock has just written alerts; those of people's acts say nothing of it."""
    lately = (Alert.message_id.is_(None), Alert.held_until.is_(None), Alert.created_at > now - QUIET)
    by_nobody = and_(Event.actor_id.is_(None), JournalEntry.actor_id.is_(None))
    newest = select(Alert.id).outerjoin(Event, Alert.event_id == Event.id)
    newest = newest.outerjoin(JournalEntry, Alert.entry_id == JournalEntry.id).where(*lately, by_nobody)
    return bool(session.scalar(newest.order_by(Alert.created_at.desc()).limit(1)))


def _first_portion(waiting: Sequence[WaitingPerson], portion: int) -> tuple[list[WaitingPerson], list[WaitingPerson]]:
    """The first people whose waiting alerts make a portion, and the others."""
    many, alerts = 0, 0
    while many < min(len(waiting), PEOPLE) and alerts < portion:
        alerts += waiting[many].alerts
        many += 1
    return list(waiting[:many]), list(waiting[many:])


def _claim_people(session: Session, ids: Sequence[str], channels: Sequence[str]) -> dict[str, list[str]]:
    """Those of the people whom nobody else holds, in the same order, with the channels that reach each of them."""
    # Locking the alerts themselves would let two groupers take half of a person's alerts each.
    query = select(Person.id, *map(is_reached_by, channels)).where(Person.id.in_(ids))
    locked = session.execute(query.with_for_update(skip_locked=True, key_share=True, of=Person)).all()
    reached = {id_: [name for name, is_reached in zip(channels, by, strict=True) if is_reached] for id_, *by in locked}
    return {id_: reached[id_] for id_ in ids if id_ in reached}


def _forming(session: Session, people: Collection[str]) -> dict[str, str]:
    """The messages of people of which more alerts are to come, by person."""
    query = select(Message.person_id, Message.id).where(Message.person_id.in_(people), Message.forming)
    return {row.person_id: row.id for row in session.execute(query)}


def _begin(session: Session, people: Collection[str], now: datetime) -> dict[str, str]:
    """A new message for each of the people."""
    begun = {person_id: new_id() for person_id in sorted(people)}
    rows = [{"id": id_, "person_id": person_id, "created_at": now, "forming": True} for person_id, id_ in begun.items()]
    insert_rows(session, MESSAGES, rows)
    return begun


def _form(session: Session, messages: Mapping[str, Sequence[str]], now: datetime) -> None:
    """All alerts of these messages are there: from now on they are on their way over their channels."""
    if not messages:
        return
    formed = update(Message).where(Message.id.in_(messages)).values(forming=False)
    session.execute(formed.execution_options(synchronize_session=False))
    rows = [
        {"id": new_id(), "message_id": id_, "channel": channel, "attempts": 0, "next_attempt_at": now}
        for id_, channels in messages.items()
        for channel in channels
    ]
    insert_rows(session, DELIVERIES, rows)
