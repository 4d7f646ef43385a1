"""What was given up: shown to the administrator, and sent again once there is another address or a mended server."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from service.models import Delivery, Message, Person
from service.people.addresses import ADDRESSES, is_reached_by
from service.store.leases import change

REMEMBERED = timedelta(days=14)  # longer than a holiday: what was given up meanwhile is still shown, and still mended


def given_up(session: Session, *, since: datetime) -> Sequence[Delivery]:
    """Deliveries that were given up since then, with message and person, the newest first."""
    query = (
        select(Delivery)
        .where(Delivery.given_up_at >= since)
        .options(joinedload(Delivery.message).joinedload(Message.person))
        .order_by(Delivery.given_up_at.desc(), Delivery.id)
    )
    return session.scalars(query).all()


def has_new_address(session: Session, *, now: datetime) -> bool:
    """Whether anything that was given up could go to another address by now."""
    return any(session.scalar(select(_readdressed(channel, now).exists())) for channel in ADDRESSES)


def send_to_new_addresses(session: Session, *, now: datetime) -> int:
    """Send again what was given up for good, where the person has another address by now; returns how many."""
    return sum(len(_send_again(session, _readdressed(channel, now), now)) for channel in ADDRESSES)


def send_given_up_again(session: Session, *, now: datetime) -> Sequence[str]:
    """Send again at once all that was given up in the last days, whatever the reason was; returns their ids."""
    return _send_again(session, _given_up_since(now - REMEMBERED), now)


def _given_up_since(since: datetime) -> Select[str]:
    return select(Delivery.id).where(Delivery.given_up_at >= since, Delivery.lease_token.is_(None))


def _readdressed(channel: str, now: datetime) -> Select[str]:
    """Ids of what was given up for good and whose reader has an address that it was not sent to."""
    address = Person.__table__.columns[ADDRESSES[channel].column]
    return (
        _given_up_since(now - REMEMBERED)
        .join(Message, Delivery.message_id == Message.id)
        .join(Person, Message.person_id == Person.id)
        .where(Delivery.channel == channel, Delivery.next_attempt_at.is_(None), is_reached_by(channel))
        .where(address != Delivery.failed_address)
    )


def _send_again(session: Session, ids: Select[str], now: datetime) -> Sequence[str]:
    again = change(Delivery).where(Delivery.id.in_(ids))
    values = {"next_attempt_at": now, "attempts": 0, "given_up_at": None, "failed_address": None}
    return session.scalars(again.values(values).returning(Delivery.id)).all()
