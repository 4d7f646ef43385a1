"""The same batch by an ORM at its best: objects loaded at once, people once for a batch, one flush."""

import hashlib
import json
from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Alert, Assignment, Event, Finding, Organization, Person, TeamMember, new_id
from workflows.vocabulary import State

Hearers = dict[tuple[str, str], set[str]]  # round and unit → people


def sweep_by_orm(session: Session, due: datetime, batch: int, *, prefix: str) -> int:
    """A batch of those of that prefix which are due at that instant: finding, hashed event and an alert for each."""
    query = select(Finding).where(Finding.next_action_at <= due, Finding.number.like(f"{prefix}%"))
    locked = query.order_by(Finding.next_action_at, Finding.id).limit(batch).with_for_update(skip_locked=True)
    findings = session.scalars(locked).all()
    hearers = _hearers(session)
    for finding in findings:
        event = _moved(finding, due)
        session.add(event)
        for person in hearers[finding.round_id, finding.organization_id]:
            key = f"{finding.id}:expire:{due}:{person}"
            alert = {"event_id": event.id, "finding_id": finding.id, "person_id": person, "kind": "expire"}
            session.add(Alert(id=new_id(), key=key, created_at=due, **alert))
    session.flush()
    return len(findings)


def _moved(finding: Finding, due: datetime) -> Event:
    """The finding is overdue from now on; what is to be said of it."""
    said = {"finding_id": finding.id, "position": finding.chain_length + 1, "at": due.isoformat(), "move": "expire"}
    canonical = json.dumps({**said, "previous_hash": finding.chain_head}, sort_keys=True)
    before, hash_ = finding.chain_head, hashlib.sha256(f"{finding.chain_head}\n{canonical}".encode()).hexdigest()
    finding.state, finding.overdue_at, finding.at_risk_at = State.OVERDUE, due, None
    finding.next_action_at = due + timedelta(days=1)
    finding.version += 1
    finding.chain_length += 1
    finding.chain_head = hash_
    return Event(
        id=new_id(),
        finding_id=finding.id,
        position=finding.chain_length,
        at=due,
        actor_role="system",
        move="expire",
        from_state=State.RECTIFYING,
        to_state=State.OVERDUE,
        escalation_level=0,
        data={"due_at": due.isoformat()},
        audience="unit",
        upward=False,
        canonical=canonical,
        hash=hash_,
        previous_hash=before,
    )


def _hearers(session: Session) -> Hearers:
    heard: Hearers = defaultdict(set)
    places = select(Assignment.round_id, Organization.id)
    places = places.join(Organization, Organization.parent_id == Assignment.district_id)
    of_places = places.add_columns(Person.id).join(
        Person, Person.organization_id.in_([Organization.id, Organization.parent_id])
    )
    of_team = places.add_columns(Person.id).join(TeamMember, TeamMember.team_id == Assignment.team_id)
    of_team = of_team.join(Person, Person.id == TeamMember.person_id)
    for query in (of_places, of_team):
        for round_id, unit_id, person_id in session.execute(query.where(Person.disabled_at.is_(None))):
            heard[round_id, unit_id].add(person_id)
    return heard
