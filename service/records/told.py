"""Who was told of what: the people whom each event of a finding alerted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Alert, Event, Organization, Person
from workflows.vocabulary import Role


class Listener(NamedTuple):
    """Somebody who was told; `organization` is its name."""

    id: str
    username: str | None
    name: str
    role: Role
    organization: str


def told(session: Session, finding_id: str) -> Mapping[str, Sequence[Listener]]:
    """Whom each event of the finding was told to, by the event's id; events that were told to nobody are left out."""
    query = (
        select(Event.id, Person.id, Person.username, Person.name, Person.role, Organization.name)
        .join_from(Alert, Event, Alert.event_id == Event.id)
        .join(Person, Alert.person_id == Person.id)
        .join(Organization, Person.organization_id == Organization.id)
        .where(Alert.finding_id == finding_id)
        .order_by(Person.created_at, Person.id)
    )
    heard: dict[str, list[Listener]] = defaultdict(list)
    for event_id, id_, username, name, role, organization in session.execute(query):
        heard[event_id].append(Listener(id_, username, name, role, organization))
    return heard
