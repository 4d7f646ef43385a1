"""The inbox: a person's alerts, and their acknowledgement."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.alerts.sight import alerts_seen
from service.errors import DubanError, existing
from service.findings.moves import open_finding
from service.models import Alert
from service.store.paging import DEFAULT_LIMIT, Page, ordered_by, page
from workflows.findings.facts import Actor
from workflows.vocabulary import Move

_NEWEST = ordered_by(Alert.created_at, descending=True)


def alerts(
    session: Session,
    *,
    actor: Actor,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
    unacknowledged: bool = False,
) -> Page[Alert]:
    """The person's alerts about what he or she may still see, newest first, with their events and findings."""
    query = select(Alert).where(Alert.person_id == actor.id, alerts_seen(actor))
    if unacknowledged:
        query = query.where(Alert.acknowledged_at.is_(None))
    query = query.options(joinedload(Alert.event), joinedload(Alert.finding), joinedload(Alert.entry))
    return page(session, query, _NEWEST, cursor=cursor, limit=limit)


def acknowledge(session: Session, alert_id: str, *, actor: Actor, now: datetime) -> Alert:
    """Record that the recipient has read the alert; a second time changes nothing. Raises `NotFound`."""
    query = select(Alert).where(Alert.id == alert_id, Alert.person_id == actor.id, alerts_seen(actor))
    locked = query.with_for_update(of=Alert).execution_options(populate_existing=True)
    alert = existing(session.scalar(locked))
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledge_by = now, None
        _record(session, alert, actor, now)
    return alert


def _record(session: Session, alert: Alert, actor: Actor, now: datetime) -> None:
    """Into the finding's history, unless that is closed to it: void, in a closed round, or no longer seen."""
    if alert.finding_id is None:
        return
    try:
        finding = open_finding(session, alert.finding_id, actor=actor, now=now)
        finding.move(Move.ACKNOWLEDGE, data={"alert_id": alert.id, "event_id": alert.event_id})
    except DubanError:
        return
    finding.write()
