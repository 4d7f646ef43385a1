"""Alerts that leaders left unacknowledged: the next above hears once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from service.findings.sweep import BATCH, COLUMNS, Row, move_each
from service.models import Alert, Finding, Person
from service.records.events import LockedFinding, NewEvent
from service.records.facts import facts_of
from service.store.clock import earliest
from service.store.sweeping import AGAIN_AFTER
from workflows.findings.facts import Facts
from workflows.findings.rectification import unacknowledged
from workflows.rules import Rules
from workflows.vocabulary import Role


class LateAlert(NamedTuple):
    """An alert that was not acknowledged in time, and the role of its recipient."""

    id: str
    finding_id: str
    by: datetime
    role: Role


def next_unacknowledged_at(session: Session) -> datetime | None:
    """When the next acknowledgement is due."""
    return earliest(session, Alert.acknowledge_by)


def sweep_acknowledgements(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Alert those above to what was not acknowledged in time, of up to `limit` alerts; returns how many there were."""
    late: dict[str, list[LateAlert]] = defaultdict(list)
    for alert in _late_alerts(session, now, limit):
        late[alert.finding_id].append(alert)
    query = select(*COLUMNS).where(Finding.id.in_(late)).order_by(Finding.id).with_for_update(of=Finding)

    def alert_above(row: Row, rules: Rules) -> LockedFinding | None:
        facts = facts_of(row, rules)
        events = _events(facts, rules, late[row["id"]])
        return LockedFinding(row, facts, rules, events) if events else None

    move_each(session, session.execute(query).mappings().all(), alert_above, now=now)
    ids = [alert.id for alerts in late.values() for alert in alerts]
    _finish(session, ids, now)
    return len(ids)


def _finish(session: Session, alert_ids: Sequence[str], now: datetime) -> None:
    """Want no acknowledgement any more; alerts of a finding that was set aside are tried again with it."""
    failed = Alert.finding_id.in_(select(Finding.id).where(Finding.set_aside_at == now))
    next_at = case((failed, now + AGAIN_AFTER), else_=None)
    statement = update(Alert).where(Alert.id.in_(alert_ids)).values(acknowledge_by=next_at)
    session.execute(statement.execution_options(synchronize_session=False))


def _late_alerts(session: Session, now: datetime, limit: int) -> Sequence[LateAlert]:
    query = (
        select(
            Alert.id,
            Alert.finding_id,
            Alert.acknowledge_by,
            func.coalesce(Alert.role, Person.role, type_=Person.role.type),
        )
        .join(Person, Alert.person_id == Person.id)
        .where(Alert.acknowledge_by <= now, Alert.finding_id.is_not(None))
        .order_by(Alert.acknowledge_by)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Alert)
    )
    return [
        LateAlert(id_, finding_id, by, role)
        for id_, finding_id, by, role in session.execute(query)
        if by and finding_id
    ]


def _events(facts: Facts, rules: Rules, late: Sequence[LateAlert]) -> list[NewEvent]:
    """One event for each role above and instant; none when the finding is closed or no role is above."""
    if facts.closed or rules.silent:
        return []
    above = rules.policy.acknowledgement.next_above
    due = dict.fromkeys((above[alert.role], alert.by) for alert in late if alert.role in above)
    return [NewEvent(unacknowledged(facts, hearer, by, rules.policy)) for hearer, by in due]
