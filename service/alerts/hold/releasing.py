"""The end of a hold: what was due before an instant counts as sent, what came due after it goes out."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from service.alerts.hold.hold import hold_in_force, hold_sending, record_of_sending
from service.errors import Conflict, InvalidInput
from service.models import Alert, Delivery, Message, new_id
from service.records.recipients import due_of_key
from service.store.leases import change
from workflows.findings.facts import Actor
from workflows.journal import JournalAct

PORTION = 500  # alerts at once
CLOCKS_APART = timedelta(minutes=1)  # so far a caller's "now" may lie ahead
COUNTED_AS_SENT = "恢复前已发出 / had been sent before the restore"

Waiting = Row[str, str, str, datetime, datetime | None]


class Released(NamedTuple):
    """How many alerts and messages count as sent, and how many go out now or with a later digest."""

    counted_as_sent: int
    to_be_sent: int


def release(
    session: Session, *, sent_until: datetime | None, actor: Actor, now: datetime, reason: str | None = None
) -> Released:
    """End the hold: what was due until `sent_until` counts as sent and stays in the inbox, all else goes out.

    Without an instant everything goes out. An alert of the clock is due when its step was, whenever it was written.
    Conflict `not_held`; InvalidInput for an instant ahead; NotAllowed for all but administrators.
    """
    hold_sending(session, actor)
    if hold_in_force(session) is None:
        raise Conflict("not_held")
    if sent_until is not None and sent_until > now + CLOCKS_APART:
        raise InvalidInput({"sent_until": "in_future"})
    alerts, deliveries = _waiting_alerts(session), _waiting_deliveries(session)
    done = [
        alert
        for alert in alerts
        if sent_until is not None and (alert.held_until or due_of_key(alert.key) or alert.created_at) <= sent_until
    ]
    sent = [id_ for id_, at in deliveries if sent_until is not None and at <= sent_until]
    _count_alerts(session, done, now)
    _count_deliveries(session, sent)
    released = Released(len(done) + len(sent), len(alerts) + len(deliveries) - len(done) - len(sent))
    data = {"sent_until": sent_until.astimezone(UTC).isoformat() if sent_until else None, **released._asdict()}
    record_of_sending(session, JournalAct.RELEASE, actor=actor, now=now, reason=reason, data=data)
    return released


def waiting_to_be_sent(session: Session) -> int:
    """How many alerts and messages wait."""
    return len(_waiting_alerts(session)) + len(_waiting_deliveries(session))


def _waiting_alerts(session: Session) -> Sequence[Waiting]:
    columns = (Alert.id, Alert.key, Alert.person_id, Alert.created_at, Alert.held_until)
    forming = select(Message.id).where(Message.forming)
    of_none = select(*columns).where(Alert.message_id.is_(None))
    return session.execute(of_none.union_all(select(*columns).where(Alert.message_id.in_(forming)))).all()


def _waiting_deliveries(session: Session) -> Sequence[Row[str, datetime]]:
    query = select(Delivery.id, Message.created_at).join(Message, Delivery.message_id == Message.id)
    return session.execute(query.where(Delivery.next_attempt_at.is_not(None))).all()


def _count_alerts(session: Session, alerts: Sequence[Waiting], now: datetime) -> None:
    """Put them into a message of each person that has no delivery: they are in the inbox, and nowhere else."""
    of_people: dict[str, list[str]] = {}
    for alert in alerts:
        of_people.setdefault(alert.person_id, []).append(alert.id)
    for person_id, ids in of_people.items():
        message_id = new_id()
        session.execute(insert(Message).values(id=message_id, person_id=person_id, created_at=now, forming=False))
        for start in range(0, len(ids), PORTION):
            theirs = update(Alert).where(Alert.id.in_(ids[start : start + PORTION]))
            session.execute(theirs.values(message_id=message_id).execution_options(synchronize_session=False))


def _count_deliveries(session: Session, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), PORTION):
        part = Delivery.id.in_(ids[start : start + PORTION])
        ended = {"next_attempt_at": None, "lease_token": None, "leased_until": None, "given_up_at": None}
        session.execute(change(Delivery).where(part).values(**ended, last_error=COUNTED_AS_SENT))
