"""Ledgers, each made of what somebody saw in a post: fetched as long as the posts of today show the same places."""

from dataclasses import replace

from sqlalchemy import ColumnElement, and_, case, exists, not_, or_, true

from service.models import Document, DocumentPlace, Organization
from service.scope import READS_ON, places_seen
from workflows.findings.facts import Actor
from workflows.vocabulary import UPWARD_ROLES, OrganizationKind

_DISTRICT = case(
    (Organization.kind == OrganizationKind.DISTRICT, Organization.id.expression),
    else_=Organization.parent_id.expression,
)  # of an organization as it stands today


def ledgers_seen(actor: Actor) -> ColumnElement[bool]:
    """One's own ledgers, as a condition on `Document`, while every place that they were made from is still in sight."""
    held = or_(*(and_(DocumentPlace.role.in_(READS_ON.get(post.role, ())), _in_sight(post)) for post in actor.posts))
    lost = exists().where(
        DocumentPlace.document_id == Document.id, DocumentPlace.organization_id == Organization.id, not_(held)
    )
    return and_(Document.requested_by_id == actor.id, not_(lost))


def _in_sight(actor: Actor) -> ColumnElement[bool]:
    if actor.role in UPWARD_ROLES:
        return true()
    return places_seen(
        replace(actor, others=()), Organization.id.expression, _DISTRICT, DocumentPlace.round_id.expression
    )
