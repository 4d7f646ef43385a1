"""The inbox: a person's alerts, their acknowledgement, and what is new since somebody looked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from service.alerts.sight import alerts_seen
from service.errors import DubanError, existing
from service.findings.moves import open_finding
from service.models import Alert, Event, Finding
from service.scope import events_seen, findings_seen
from service.store.db import before_open_transactions
from service.store.paging import DEFAULT_LIMIT, Page, ordered_by, page
from workflows.findings.facts import Actor
from workflows.vocabulary import Move

_NEWEST = ordered_by(Alert.created_at, descending=True)
MOST = 100  # alerts that are counted, and findings that are named: beyond it, it is “many”
_POSITION = re.compile("([0-9]{1,18})-([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class News:
    """How things stand for one person at a position in the feed of events."""

    position: str
    unread: int  # alerts, `MOST` + 1 at most
    changed: Sequence[str]  # ids of findings that others have moved since


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


def unacknowledged_of(session: Session, finding_id: str, *, actor: Actor) -> Sequence[Alert]:
    """The person's alerts about a finding that he or she has not acknowledged, the newest first."""
    query = select(Alert).where(Alert.person_id == actor.id, Alert.finding_id == finding_id, alerts_seen(actor))
    open_ones = query.where(Alert.acknowledged_at.is_(None)).options(joinedload(Alert.event), joinedload(Alert.finding))
    return session.scalars(open_ones.order_by(Alert.created_at.desc(), Alert.id)).all()


def acknowledge(session: Session, alert_id: str, *, actor: Actor, now: datetime) -> Alert:
    """Record that the recipient has read the alert; a second time changes nothing. Raises `NotFound`."""
    query = select(Alert).where(Alert.id == alert_id, Alert.person_id == actor.id, alerts_seen(actor))
    locked = query.with_for_update(of=Alert).execution_options(populate_existing=True)
    alert = existing(session.scalar(locked))
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledge_by = now, None
        _record(session, alert, actor, now)
    return alert


def standing(session: Session, *, actor: Actor) -> News:
    """The alerts that wait, and the position from which `news` reads on; in one statement."""
    waiting = select(Alert.id).where(Alert.person_id == actor.id, Alert.acknowledged_at.is_(None), alerts_seen(actor))
    unread = select(func.count()).select_from(waiting.limit(MOST + 1).subquery()).scalar_subquery()
    newest = (Event.transaction_id.desc(), Event.serial.desc())
    query = (
        select(unread, Event.transaction_id, Event.serial)
        .where(before_open_transactions(session, Event.transaction_id))
        .order_by(*newest)
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None:  # nothing has ever happened
        return News("0-0", session.scalar(select(unread)) or 0, [])
    return News(f"{row[1]}-{row[2]}", row[0], [])


def news(session: Session, *, actor: Actor, after: str, finding_id: str | None = None) -> News:
    """What is new after a position, of all findings in sight or of one; nothing after what is no position.

    Two statements, one as long as no event was recorded anywhere.
    """
    found = standing(session, actor=actor)
    parts = _POSITION.fullmatch(after)
    if parts is None or found.position == after:
        return found
    since = tuple_(*map(int, parts.groups()))
    query = (
        select(Event.finding_id)
        .join(Finding, Event.finding_id == Finding.id)
        .where(tuple_(Event.transaction_id, Event.serial) > since)
        .where(before_open_transactions(session, Event.transaction_id))
        .where(findings_seen(actor), events_seen(actor), or_(Event.actor_id.is_(None), Event.actor_id != actor.id))
        .distinct()
        .limit(MOST)
    )
    if finding_id is not None:
        query = query.where(Event.finding_id == finding_id)
    return News(found.position, found.unread, list(session.scalars(query)))


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
