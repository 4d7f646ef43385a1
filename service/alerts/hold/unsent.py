"""What has not been sent yet or was given up, one by one: listed, sent again, or dropped with a reason on record."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from service.alerts.given_up import REMEMBERED
from service.alerts.hold.hold import hold_sending
from service.errors import Conflict, NotAllowed, NotFound
from service.models import Delivery, Message
from service.records.journal import NewEntry, record_entries
from service.security_log.writing import NewSecurityEntry, record_security
from service.store.paging import DEFAULT_LIMIT, Order, Page, page
from workflows.findings.facts import Actor
from workflows.journal import JournalAct, SubjectKind
from workflows.security import SecurityKind
from workflows.vocabulary import Role

DROPPED = "管理员决定不再发送 / dropped by an administrator"


class DeliveryState(StrEnum):
    """How it stands with a mail that was not sent."""

    WAITING = "waiting"
    RETRIED_HOURLY = "retried_hourly"  # given up after a passing failure
    GIVEN_UP = "given_up"  # for good, until somebody acts


_IN_STATE = {
    DeliveryState.WAITING: (Delivery.given_up_at.is_(None),),
    DeliveryState.RETRIED_HOURLY: (Delivery.given_up_at.is_not(None), Delivery.next_attempt_at.is_not(None)),
    DeliveryState.GIVEN_UP: (Delivery.next_attempt_at.is_(None),),
}
_OLDEST = Order(Message.created_at.expression, Delivery.id.expression, lambda delivery: delivery.message.created_at)


def unsent_deliveries(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    state: DeliveryState | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Delivery]:
    """What `unsent` lists, page by page, the oldest first; NotAllowed for all but administrators."""
    if not actor.holds(Role.ADMIN):
        raise NotAllowed("not_yours")
    query = _unsent(now).where(*(_IN_STATE[state] if state else ()))
    return page(session, query, _OLDEST, cursor=cursor, limit=limit)


def unsent(session: Session, *, now: datetime, limit: int) -> Sequence[Delivery]:
    """Deliveries that wait or were given up within 14 days, with message and person, the oldest first."""
    query = _unsent(now).order_by(Delivery.given_up_at.is_(None), Message.created_at, Delivery.id)
    return session.scalars(query.limit(limit)).all()


def state_of(delivery: Delivery) -> DeliveryState:
    """Whether one that was not sent waits, is retried every hour, or was given up for good."""
    if delivery.given_up_at is None:
        return DeliveryState.WAITING
    return DeliveryState.GIVEN_UP if delivery.next_attempt_at is None else DeliveryState.RETRIED_HOURLY


def send_again(session: Session, ids: Collection[str], *, actor: Actor, now: datetime) -> int:
    """Send these at once, whatever became of them; returns how many. NotFound for one that is not among `unsent`.

    NotAllowed for all but administrators; Conflict `being_sent` for one that is just being sent.
    """
    for delivery in _mine(session, ids, actor, now):
        delivery.next_attempt_at, delivery.attempts = now, 0
        delivery.given_up_at = delivery.failed_address = None
    session.flush()
    record_sent_again(session, ids, actor=actor, now=now)
    return len(ids)


def record_sent_again(session: Session, ids: Collection[str], *, actor: Actor, now: datetime) -> None:
    """Put on record of each of the mails that it was sent again."""
    entry = NewSecurityEntry(kind=SecurityKind.UPKEEP, person_id=actor.id, data={"act": "send_again"})
    record_security(session, *(replace(entry, subject_id=id_) for id_ in sorted(set(ids))), now=now)


def drop(session: Session, ids: Collection[str], *, actor: Actor, now: datetime, reason: str) -> int:
    """Never send these: they stay in their readers' inbox. Returns how many; who did it and why is on record.

    Errors as of `send_again`.
    """
    dropped = _mine(session, ids, actor, now)
    for delivery in dropped:
        delivery.next_attempt_at = delivery.given_up_at = None
        delivery.last_error = DROPPED
    entries = [
        NewEntry(
            subject_kind=SubjectKind.INSTALLATION,
            subject_id=delivery.id,
            act=JournalAct.WITHDRAW,
            actor=actor.in_post(Role.ADMIN),
            reason=reason,
            data={"person_id": delivery.message.person_id, "channel": delivery.channel},
        )
        for delivery in dropped
    ]
    record_entries(session, entries, now=now)
    return len(dropped)


def _mine(session: Session, ids: Collection[str], actor: Actor, now: datetime) -> Sequence[Delivery]:
    hold_sending(session, actor)
    found = session.scalars(_unsent(now).where(Delivery.id.in_(ids)).with_for_update(of=Delivery)).all()
    if len(found) != len(set(ids)):
        raise NotFound("not_found")
    if any(delivery.lease_token for delivery in found):
        raise Conflict("being_sent")
    return found


def _unsent(now: datetime) -> Select[Delivery]:
    open_ = or_(Delivery.next_attempt_at.is_not(None), Delivery.given_up_at >= now - REMEMBERED)
    query = select(Delivery).join(Delivery.message).where(open_)
    return query.options(joinedload(Delivery.message).joinedload(Message.person))
