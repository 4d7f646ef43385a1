"""Who was told of what: the people whom each event of a finding alerted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Alert, Person


def told(session: Session, finding_id: str) -> Mapping[str, Sequence[Person]]:
    """Whom each event of the finding was told to, by the event's id; those whom an event told nobody are left out."""
    query = select(Alert.event_id, Person).join(Person, Alert.person_id == Person.id)
    people: dict[str, list[Person]] = defaultdict(list)
    for event_id, person in session.execute(query.where(Alert.finding_id == finding_id).order_by(Person.created_at)):
        people[event_id].append(person)
    return people
