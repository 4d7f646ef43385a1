"""Alerts, each written for somebody in a post: read as long as the posts of today show what they are about."""

from sqlalchemy import ColumnElement, and_, exists, or_, select

from service.models import Alert, Finding, JournalEntry, Organization
from service.scope import READS_ON, findings_seen, places_seen
from workflows.findings.facts import Actor
from workflows.vocabulary import UNIT_ROLES, UPWARD_ROLES, Role


def alerts_seen(actor: Actor) -> ColumnElement[bool]:
    """The alerts that the actor may still read, as a condition on `Alert`; whose they are is for the caller to ask."""
    roles = {role for post in actor.posts for role in READS_ON.get(post.role, ())}
    of_finding = exists().where(Finding.id == Alert.finding_id, findings_seen(actor))
    of_entry = exists().where(JournalEntry.id == Alert.entry_id, _entries_seen(actor))
    everywhere = [role for role in (*UPWARD_ROLES, Role.ADMIN) if actor.holds(role)]  # what they are told has no place
    in_sight = or_(of_finding, of_entry, Alert.role.in_(everywhere))
    return and_(or_(Alert.role.is_(None), Alert.role.in_(sorted(roles))), in_sight)


def _entries_seen(actor: Actor) -> ColumnElement[bool]:
    """The entries about no unit, about one in sight, or about the reader's own house, the centre included."""
    entry = JournalEntry
    place = (entry.organization_id.expression, entry.district_id.expression)
    in_sight = or_(
        places_seen(actor, *place, entry.round_id.expression),
        and_(entry.round_id.is_(None), places_seen(actor, *place)),
        entry.organization_id.in_([post.organization_id for post in actor.posts]),
    )
    own = [post.organization_id for post in actor.posts if post.role in UNIT_ROLES]
    merged = select(Organization.id).where(Organization.merged_into_id.in_(own))  # entries keep the old name
    return or_(entry.organization_id.is_(None), in_sight, entry.organization_id.in_(merged))
