"""Which organizations an event was told to, and when: for readers who do not get to know the persons."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from service.models import Alert, Organization, Person, Post
from workflows.vocabulary import Role


@dataclass(frozen=True, slots=True)
class BodyTold:
    """One organization, the posts that heard there, and when first."""

    organization: str
    roles: Sequence[Role]
    at: datetime


def told_bodies(session: Session, event_ids: Sequence[str]) -> Mapping[str, list[BodyTold]]:
    """Whom each event was told to, the first told first, without a person."""
    role = func.coalesce(Alert.role, Person.role)
    its_post = and_(Post.person_id == Alert.person_id, Post.role == Alert.role, Alert.role != Person.role)
    place = func.coalesce(Post.organization_id, Person.organization_id)
    first = func.min(Alert.created_at)
    query = (
        select(Alert.event_id, Organization.name, role, first)
        .join(Person, Alert.person_id == Person.id)
        .outerjoin(Post, its_post)
        .join(Organization, Organization.id == place)
        .where(Alert.event_id.in_(event_ids))
        .group_by(Alert.event_id, Organization.name, role)
        .order_by(first, Organization.name, role)
    )
    posts: dict[tuple[str, str], dict[Role, datetime]] = defaultdict(dict)
    for event_id, name, post, at in session.execute(query):
        posts[str(event_id), name][Role(post)] = at
    told: dict[str, list[BodyTold]] = defaultdict(list)
    for (event_id, name), roles in posts.items():
        told[event_id].append(BodyTold(name, list(roles), min(roles.values())))
    return told
