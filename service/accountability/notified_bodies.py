"""Which organizations an event was told to, and when: for readers who do not get to know the persons.

In which office somebody heard follows from the post of that time and the finding; where the person is today says
nothing of it. Where it is not certain, the post is named alone.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from service.models import Alert, Finding, Organization, Person
from service.people.person_fields import OF_OTHERS
from workflows.vocabulary import UNIT_KINDS, UNIT_ROLES, OrganizationKind, Role


@dataclass(frozen=True, slots=True)
class NotifiedBody:
    """The posts that heard in one organization, and when first; the organization where that is certain."""

    organization: str | None
    roles: Sequence[Role]
    at: datetime


def notified_bodies(
    session: Session, finding: Finding, event_ids: Sequence[str]
) -> Mapping[str, Sequence[NotifiedBody]]:
    """Whom each of the finding's events was told to, the first told first, without a person."""
    role = func.coalesce(Alert.role, Person.role)  # of alerts that are older than posts, the post of today
    held_at = case((Person.role == role, Person.organization_id))  # a post of a unit is nobody's further one
    query = (
        select(Alert.event_id, role, held_at, func.min(Alert.created_at))
        .join(Person, Alert.person_id == Person.id)
        .where(Alert.event_id.in_(event_ids))
        .group_by(Alert.event_id, role, held_at)
        .order_by(func.min(Alert.created_at), role)
    )
    name_of = _names(session, finding)
    posts: dict[tuple[str, str | None], dict[Role, datetime]] = defaultdict(dict)
    for event_id, post, place_id, at in session.execute(query):
        posts[str(event_id), name_of(Role(post), place_id)].setdefault(Role(post), at)
    bodies: dict[str, list[NotifiedBody]] = defaultdict(list)
    for (event_id, name), roles in posts.items():
        bodies[event_id].append(NotifiedBody(name, list(roles), min(roles.values())))
    for found in bodies.values():
        found.sort(key=lambda one: (one.at, one.organization is None, one.organization or ""))
    return bodies


def _names(session: Session, finding: Finding) -> Callable[[Role, str | None], str | None]:
    """The organization of a post around the finding, told where whoever had the post then has the same one today."""
    around = {one.kind: one for one in (finding.district, finding.organization)}
    alone = (
        select(Organization.kind, func.min(Organization.name))
        .where(Organization.kind.not_in(UNIT_KINDS))
        .group_by(Organization.kind)
        .having(func.count() == 1)
    )
    others = dict(session.execute(alone).all())

    def name_of(role: Role, held_at: str | None) -> str | None:
        kind = OF_OTHERS.get(role, OrganizationKind.CENTRE)
        if role not in UNIT_ROLES:
            return others.get(kind)
        place = around.get(kind)  # unless the person or the finding has moved to another since
        return place.name if place and held_at in (None, place.id) else None

    return name_of
