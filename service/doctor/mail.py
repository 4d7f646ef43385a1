"""Whether messages are sent."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.alerts.given_up import REMEMBERED, given_up
from service.alerts.grouping import next_grouping_at
from service.alerts.hold.hold import hold_in_force
from service.alerts.hold.releasing import waiting_to_be_sent
from service.doctor.check import Check, Status, fault, minutes, ok, warning
from service.models import Delivery, Message, Person
from service.people.addresses import ADDRESSES, MAIL, address_of

WAITING_TOO_LONG = timedelta(minutes=5)
UNGROUPED_TOO_LONG = timedelta(minutes=2)


def check_mail(session: Session, *, now: datetime) -> Iterator[Check]:
    """Deliveries given up within 14 days; alerts and messages that wait for too long."""
    yield check_given_up(session, now=now)
    yield _addresses(session)
    yield check_waiting(session, now=now)


def check_hold(session: Session, *, now: datetime) -> Check:
    """A fault while the office is held: nobody hears anything until an administrator decides."""
    held = hold_in_force(session)
    if held is None:
        return ok("hold")
    return fault("hold", age=minutes(held.since, now), count=waiting_to_be_sent(session))


def check_waiting(session: Session, *, now: datetime) -> Check:
    """Alerts and messages that wait for too long, unless the office is held."""
    if hold_in_force(session):
        return ok("mail")
    alerts = check_alerts(session, now=now)
    return alerts if alerts.status is Status.FAULT else _overdue_messages(session, now) or alerts


def check_alerts(session: Session, *, now: datetime) -> Check:
    """Alerts that nobody has put into a message yet, though the office is not held."""
    oldest = None if hold_in_force(session) else next_grouping_at(session)
    late = oldest is not None and now - oldest > UNGROUPED_TOO_LONG
    return fault("mail", age=minutes(oldest, now)) if oldest and late else ok("mail")


def check_given_up(session: Session, *, now: datetime) -> Check:
    """A fault where somebody has to act; what is tried again every hour is worth a warning."""
    given_up_for_now = given_up(session, since=now - REMEMBERED)
    lost = [delivery for delivery in given_up_for_now if delivery.next_attempt_at is None]
    if not given_up_for_now:
        return ok("given_up")
    shown = lost or given_up_for_now
    to = [(delivery.message.person, delivery.channel) for delivery in shown]
    people = list(dict.fromkeys(f"{person.name} <{address_of(person, channel) or '—'}>" for person, channel in to))
    say = fault if lost else warning
    return say("given_up", count=len(shown), which=people, error=shown[0].last_error)


def _addresses(session: Session) -> Check:
    """A warning for addresses that no mail can be sent to: they came into the books before that was looked at."""
    column, form = Person.__table__.columns[ADDRESSES[MAIL].column], ADDRESSES[MAIL].form
    query = select(Person.name, column).where(Person.disabled_at.is_(None), column.is_not(None)).order_by(Person.name)
    wrong = [f"{name} <{address}>" for name, address in session.execute(query) if not form.fullmatch(address)]
    return warning("addresses", count=len(wrong), which=wrong) if wrong else ok("addresses")


def _overdue_messages(session: Session, now: datetime) -> Check | None:
    late = (
        select(func.count(), func.min(Message.created_at), func.max(Delivery.last_error))
        .join(Message, Delivery.message_id == Message.id)
        .where(Delivery.next_attempt_at.is_not(None), Delivery.given_up_at.is_(None))
        .where(Message.created_at < now - WAITING_TOO_LONG)
    )
    count, oldest, error = session.execute(late).one()
    return warning("mail", count=count, age=minutes(oldest, now), error=error or "—") if count else None
