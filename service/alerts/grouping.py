"""Grouping: the new alerts of a person become one message, with a delivery for each channel that reaches him or her."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from service.alerts.channels.transport import Channel
from service.models import Alert, Delivery, Finding, Inspection, Message, Person, Round, WeeklyReport, new_id
from service.people.addresses import is_reached_by

HOLD_BACK = timedelta(seconds=1)  # how long an alert waits for its fellows while the sweep is still at work
PEOPLE = 200  # in one transaction
TIMED = (Finding, Inspection, WeeklyReport, Round)  # what the clock does something about


def group(session: Session, *, now: datetime, channels: Sequence[Channel]) -> int:
    """Group the alerts that have no message yet, for up to `PEOPLE` people, and return how many messages they became.

    While something is still due, alerts wait for a moment, so that five hundred that fall due at 17:00 reach a leader
    as one message. Who has no address, or is disabled, has the inbox: the message then has no delivery.
    """
    due = (exists().where(timed.next_action_at <= now) for timed in TIMED)
    unswept = bool(session.scalar(select(or_(*due))))
    ungrouped = and_(Alert.message_id.is_(None), Alert.created_at <= (now - HOLD_BACK if unswept else now))
    people = _claim_people(session, ungrouped, [channel.name for channel in channels])
    return sum(_group_one(session, person_id, ungrouped, now, reached_by) for person_id, reached_by in people)


def _claim_people(
    session: Session, ungrouped: ColumnElement[bool], channels: Sequence[str]
) -> list[tuple[str, list[str]]]:
    """People with waiting alerts, each with the channels that reach him or her; writers of alerts are not held up."""
    # Locking the alerts themselves would let two groupers take half of a person's alerts each.
    query = (
        select(Person.id, *map(is_reached_by, channels))
        .where(Person.id.in_(select(Alert.person_id).where(ungrouped)))
        .order_by(Person.id)
        .limit(PEOPLE)
        .with_for_update(skip_locked=True, key_share=True, of=Person)
    )
    return [
        (person_id, [name for name, is_reached in zip(channels, reached, strict=True) if is_reached])
        for person_id, *reached in session.execute(query)
    ]


def _group_one(
    session: Session, person_id: str, ungrouped: ColumnElement[bool], now: datetime, channels: Sequence[str]
) -> int:
    theirs = and_(Alert.person_id == person_id, ungrouped)
    # Asked again under the lock: whoever held it before may just have grouped them.
    if not session.scalar(select(exists().where(theirs))):
        return 0
    message_id = new_id()
    session.execute(insert(Message).values(id=message_id, person_id=person_id, created_at=now))
    session.execute(
        update(Alert).where(theirs).values(message_id=message_id).execution_options(synchronize_session=False)
    )
    for channel in channels:
        delivery = insert(Delivery).values(
            id=new_id(), message_id=message_id, channel=channel, attempts=0, next_attempt_at=now
        )
        session.execute(delivery)
    return 1
