"""Events and alerts for tests, written as rows: chained as the one writer would, with no use case behind them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Alert, Base, Event, Finding, Person, new_id
from service.store.hash_chain import EVENT, append_to_chain
from tests.worlds.books import Town, make_finding
from tests.worlds.rows import NOW
from workflows.findings.history import history_of
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
        "move": move,
    }
    append_to_chain(given, EVENT, finding.chain_length + 1, finding.chain_head)
    made = Event(**given)
    session.add(made)
    finding.chain_length, finding.chain_head = made.position, made.hash
    session.flush()
    _keep_history(session, finding)
    return made


def _keep_history(session: Session, finding: Finding) -> None:
    """The columns that say what the finding has ever been, as its events tell."""
    events = session.scalars(select(Event).where(Event.finding_id == finding.id).order_by(Event.position))
    past = history_of(events)
    overdue_at = past.first_overdue_at
    finding.first_overdue_at = datetime.fromisoformat(overdue_at) if isinstance(overdue_at, str) else overdue_at
    finding.first_deadline = datetime.fromisoformat(past.first_deadline) if past.first_deadline else None
    finding.failures_in_all, finding.highest_level = past.failures_in_all or 0, past.highest_level
    session.flush()


def make_alert(session: Session, event: Event, person: Person, **columns: Any) -> Alert:
    kind = f"{event.move}.{event.step}" if event.step else str(event.move)
    given: dict[str, Any] = {"kind": kind, "created_at": event.at, "role": person.role, **columns}
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
    session: Session, town: Town, number: int = 1, *, told: tuple[Person, ...] = (), at: datetime = NOW, **columns: Any
) -> Finding:
    """A finding that has just gone overdue, and the alerts of that."""
    finding = make_finding(session, town, number, state=State.OVERDUE, overdue_at=at, **columns)
    event = make_event(session, finding, Move.EXPIRE, from_state=State.RECTIFYING, at=at)
    for person in told:
        make_alert(session, event, person)
    return finding


def crowd(session: Session, town: Town, number: int, told: Sequence[Person]) -> None:
    """So many findings that have just gone overdue, with their alerts, in few statements; their chains do not hold."""
    finding = make_overdue(session, town, told=tuple(told))
    event, *more = session.scalars(select(Event).where(Event.finding_id == finding.id)).all()
    alerts = session.scalars(select(Alert).where(Alert.finding_id == finding.id)).all()
    others = {new_id(): new_id() for _ in range(number - 1)}
    for position, id_ in enumerate(others, start=2):
        session.add(_copy(finding, id=id_, number=f"{town.round.number}-{position:06}"))
    session.flush()
    session.add_all(_copy(event, id=event_id, finding_id=id_) for id_, event_id in others.items())
    session.flush()
    for id_, event_id in others.items():
        about = {"finding_id": id_, "event_id": event_id}
        session.add_all(_copy(alert, id=new_id(), key=f"{event_id}:{alert.person_id}", **about) for alert in alerts)
    session.flush()
    assert not more


def _copy(row: Base, **columns: Any) -> Base:
    own = {column.name: getattr(row, column.name) for column in row.__table__.columns if column.name != "serial"}
    return type(row)(**{**own, **columns})
