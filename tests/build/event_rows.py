"""Events and alerts for tests, written as rows: chained as the one writer would, with no use case behind them."""

from typing import Any

from sqlalchemy.orm import Session

from service.models import Alert, Event, Finding, Person, new_id
from service.records.hash_chain import canonical_text, chain_hash
from tests.worlds.books import Town, make_finding
from tests.worlds.rows import NOW
from workflows.vocabulary import Move, Role, State


def make_event(session: Session, finding: Finding, move: Move, **columns: Any) -> Event:
    """The finding's next event, chained as the one writer would."""
    given: dict[str, Any] = {
        "at": NOW,
        "actor_id": None,
        "actor_role": Role.SYSTEM,
        "step": None,
        "from_state": finding.state,
        "to_state": finding.state,
        "escalation_level": finding.escalation_level,
        "reason": None,
        "data": {"deadline_set": finding.deadline.isoformat()} if move is Move.NOTIFY and finding.deadline else {},
        "audience": "unit",
        "upward": False,
        **columns,
        "id": new_id(),
        "finding_id": finding.id,
        "position": finding.chain_length + 1,
        "move": move,
        "previous_hash": finding.chain_head,
    }
    canonical = canonical_text(given)
    made = Event(**given, canonical=canonical, hash=chain_hash(finding.chain_head, canonical))
    session.add(made)
    finding.chain_length, finding.chain_head = made.position, made.hash
    session.flush()
    return made


def make_alert(session: Session, event: Event, person: Person, **columns: Any) -> Alert:
    kind = f"{event.move}.{event.step}" if event.step else str(event.move)
    given: dict[str, Any] = {"kind": kind, "created_at": event.at, **columns}
    made = Alert(
        id=new_id(),
        key=f"{event.id}:{person.id}",
        event_id=event.id,
        finding_id=event.finding_id,
        person_id=person.id,
        **given,
    )
    session.add(made)
    session.flush()
    return made


def make_overdue(
    session: Session, town: Town, number: int = 1, *, told: tuple[Person, ...] = (), **columns: Any
) -> Finding:
    """A finding that has just gone overdue, and the alerts of that."""
    finding = make_finding(session, town, number, state=State.OVERDUE, overdue_at=NOW, **columns)
    event = make_event(session, finding, Move.EXPIRE, from_state=State.RECTIFYING)
    for person in told:
        make_alert(session, event, person)
    return finding
