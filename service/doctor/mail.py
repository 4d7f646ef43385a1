"""Whether messages are sent."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.alerts.leases import given_up
from service.doctor.check import Check, fault, minutes, ok, warning
from service.models import Alert, Delivery, Message
from service.people.addresses import address_of
from service.store.clock import earliest

REMEMBERED = timedelta(days=14)  # longer than a holiday: what was given up meanwhile is still shown
WAITING_TOO_LONG = timedelta(minutes=5)
UNGROUPED_TOO_LONG = timedelta(minutes=2)


def check_mail(session: Session, *, now: datetime) -> Iterator[Check]:
    """Deliveries given up within 14 days; alerts and messages that wait for too long."""
    yield _given_up(session, now)
    yield _ungrouped(session, now) or _overdue_messages(session, now) or ok("mail")


def _given_up(session: Session, now: datetime) -> Check:
    lost = given_up(session, since=now - REMEMBERED)
    if not lost:
        return ok("given_up")
    to = [(delivery.message.person, delivery.channel) for delivery in lost]
    people = [f"{person.name} <{address_of(person, channel)}>" for person, channel in to]
    return fault("given_up", count=len(lost), which=list(dict.fromkeys(people)), error=lost[0].last_error)


def _ungrouped(session: Session, now: datetime) -> Check | None:
    oldest = earliest(session, Alert.created_at, where=Alert.message_id.is_(None))
    late = oldest is not None and now - oldest > UNGROUPED_TOO_LONG
    return fault("mail", age=minutes(oldest, now)) if oldest and late else None


def _overdue_messages(session: Session, now: datetime) -> Check | None:
    late = (
        select(func.count(), func.min(Message.created_at), func.max(Delivery.last_error))
        .join(Message, Delivery.message_id == Message.id)
        .where(Delivery.next_attempt_at.is_not(None), Message.created_at < now - WAITING_TOO_LONG)
    )
    count, oldest, error = session.execute(late).one()
    return warning("mail", count=count, age=minutes(oldest, now), error=error or "—") if count else None
