"""Alerts, each written for somebody in a post: read as long as the posts of today show what they are about."""

from sqlalchemy import ColumnElement, and_, exists, false, or_

from service.models import Alert, Finding, JournalEntry, Organization
from service.scope import READS_ON, AnyPost, Who, findings_seen, in_any_post, places_seen
from workflows.vocabulary import UNIT_ROLES, UPWARD_ROLES, Role

PLACELESS = (*UPWARD_ROLES, Role.ADMIN)  # what they are told has no place


def alerts_seen(who: Who, *, of_finding: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    """The alerts that the actor, or each row's reader, may still read, as a condition on `Alert`.

    Whose they are is for the caller to ask. `of_finding` says whether the alert's finding is in sight, for a query that
    has found that out.
    """
    if of_finding is None:
        of_finding = exists().where(Finding.id == Alert.finding_id, findings_seen(who)).correlate(Alert)
    of_entry = exists().where(JournalEntry.id == Alert.entry_id, _entries_seen(who)).correlate(Alert)
    read_on = or_(Alert.role.is_(None), in_any_post(who, lambda post: Alert.role.in_(READS_ON.get(post.role, ()))))
    of_no_place = in_any_post(who, lambda post: Alert.role == post.role if post.role in PLACELESS else false())
    return and_(read_on, or_(of_finding, of_entry, of_no_place))


def _entries_seen(who: Who) -> ColumnElement[bool]:
    """The entries about no unit, about one in sight, or about the reader's own house, the centre included."""
    entry = JournalEntry
    place = (entry.organization_id.expression, entry.district_id.expression)
    in_sight = or_(
        places_seen(who, *place, entry.round_id.expression),
        and_(entry.round_id.is_(None), places_seen(who, *place)),
        in_any_post(who, _own_or_merged),
    )
    return or_(entry.organization_id.is_(None), in_sight)


def _own_or_merged(post: AnyPost) -> ColumnElement[bool]:
    """The post's own house, and what has become part of it: entries keep the old name."""
    own = JournalEntry.organization_id == post.organization_id
    if post.role not in UNIT_ROLES:
        return own
    part = exists().where(Organization.id == JournalEntry.organization_id)
    merged = part.where(Organization.merged_into_id == post.organization_id).correlate_except(Organization)
    return or_(own, merged)
