"""Alerts that leaders left unacknowledged: the next above hears once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.facts import facts_of
from service.models import Alert, Finding, Person, Round
from service.overdue import BATCH, COLUMNS
from service.record import Entry, Moved, record
from service.rulebooks import rules_of
from workflows.rectification import unacknowledged
from workflows.vocabulary import Role

Late = tuple[str, str, datetime, Role]  # alert, finding, acknowledge by, the recipient's role


def next_unacknowledged_at(session: Session) -> datetime | None:
    """When the next acknowledgement is due."""
    return session.scalar(select(func.min(Alert.acknowledge_by)).where(Alert.acknowledge_by.is_not(None)))


def sweep_acknowledgements(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Tell those above of alerts that were not acknowledged in time; returns how many alerts were looked at."""
    late = _late(session, now, limit)
    rows = session.execute(
        select(*COLUMNS)
        .where(Finding.id.in_({finding_id for _, finding_id, _, _ in late}))
        .order_by(Finding.id)
        .with_for_update(of=Finding)
    )
    moved = []
    for row in rows.mappings().all():
        rules = rules_of(session, session.get_one(Round, row["round_id"]), row["policy_version"])
        one = Moved(row, facts_of(row), rules)
        one.entries = _entries(one, [alert for alert in late if alert[1] == row["id"]])
        if one.entries:
            moved.append(one)
    if moved:
        record(session, moved, now=now)
    session.execute(update(Alert).where(Alert.id.in_([alert_id for alert_id, *_ in late])).values(acknowledge_by=None))
    return len(late)


def _late(session: Session, now: datetime, limit: int) -> Sequence[Late]:
    query = (
        select(Alert.id, Alert.finding_id, Alert.acknowledge_by, Person.role)
        .join(Person, Alert.person_id == Person.id)
        .where(Alert.acknowledge_by <= now)
        .order_by(Alert.acknowledge_by)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Alert)
    )
    return [(alert_id, finding_id, by, role) for alert_id, finding_id, by, role in session.execute(query) if by]


def _entries(one: Moved, late: Sequence[Late]) -> list[Entry]:
    """One telling for each role and instant; none when the finding is closed or nobody is above."""
    if one.facts.closed or one.rules.silent:
        return []
    above = one.rules.policy.acknowledgement.next_above
    tellings = dict.fromkeys((above[role], by) for _, _, by, role in late if role in above)
    return [Entry(unacknowledged(one.facts, hearer, by)) for hearer, by in tellings]
