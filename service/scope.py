"""Who sees which findings, events and parts of them: the only place that decides it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true

from service.models import CampaignAction, Event, Finding, Inspection
from workflows.findings.audience import (
    ORIGINS_KNOWN_FROM_LOGGING,
    SEVERITIES_KNOWN_FROM_LOGGING,
    Audience,
    reason_shown_to_unit,
)
from workflows.findings.facts import Actor
from workflows.vocabulary import ASSIGNED_ROLES, CENTRE_ROLES, UNIT_ROLES, UPWARD_ROLES, Move, Origin, Role, State

Condition = ColumnElement[bool]


def findings_seen(actor: Actor) -> Condition:
    """The findings that the actor sees, as a condition on `Finding`."""
    if actor.role in ASSIGNED_ROLES:
        return Finding.district_id.in_(sorted(actor.district_ids))
    if actor.role is Role.UNIVERSITY:
        return and_(Finding.organization_id == actor.organization_id, known_to_unit())
    if actor.role is Role.DISTRICT:
        own = Finding.organization_id == actor.organization_id
        return and_(Finding.district_id == actor.organization_id, or_(~own, known_to_unit()))
    if actor.role in UPWARD_ROLES:
        return Finding.reported_at.is_not(None)
    return true() if actor.role is Role.LEADERSHIP else false()


def places_seen(actor: Actor, organization: ColumnElement[Any], district: ColumnElement[Any]) -> Condition:
    """The rows about an organization that the actor sees, by the columns that name it and its district office."""
    if actor.role in ASSIGNED_ROLES:
        return district.in_(sorted(actor.district_ids))
    if actor.role is Role.UNIVERSITY:
        return organization == actor.organization_id
    if actor.role is Role.DISTRICT:
        return district == actor.organization_id
    return true() if actor.role is Role.LEADERSHIP else false()


def sees_figures(actor: Actor) -> bool:
    """Whether there are figures for the actor: over the findings that he or she sees, and administrators see none."""
    return actor.role is not Role.ADMIN


def compares_units(actor: Actor) -> bool:
    """Whether the actor may see side by side how universities stand, as far as their findings are seen."""
    return sees_figures(actor) and actor.role is not Role.UNIVERSITY


def sees_readiness(actor: Actor) -> bool:
    """Whether the actor may see how far units are: bureau and committee see nothing but what has reached them."""
    return sees_figures(actor) and actor.role not in UPWARD_ROLES


def sees_coverage(actor: Actor, *, of_team: bool) -> bool:
    """Whether the actor may see whom those who inspect have not inspected (accountability).

    Of teams only the centre; a district office sees what it has still to do itself.
    """
    return actor.role in CENTRE_ROLES or (actor.role is Role.DISTRICT and not of_team)


def campaigns_seen(actor: Actor) -> Condition:
    """The campaigns' actions that the actor sees: of the district, kept by its office; universities have no part."""
    district = CampaignAction.district_id.expression
    return places_seen(actor, district, district)


def inspections_seen(actor: Actor) -> Condition:
    """The sheets that the actor sees; what others write about a unit, the unit sees once they have closed it."""
    in_sight = places_seen(actor, Inspection.organization_id.expression, Inspection.district_id.expression)
    if actor.role not in UNIT_ROLES:
        return in_sight
    by_others = and_(Inspection.organization_id == actor.organization_id, Inspection.origin != Origin.UNIT)
    return and_(in_sight, or_(~by_others, Inspection.closed_at.is_not(None)))


def events_seen(actor: Actor) -> Condition:
    """The events of those findings that the actor may read, as a condition on `Event` joined to `Finding`."""
    if actor.role is Role.UNIVERSITY:
        return Event.audience == Audience.UNIT
    if actor.role is Role.DISTRICT:
        own = Finding.organization_id == actor.organization_id
        return or_(Event.audience == Audience.UNIT, and_(~own, Event.audience == Audience.OVERSEER))
    if actor.role in UPWARD_ROLES:
        return Event.upward.is_(True)
    return true()


def is_unit(actor: Actor, finding: Finding) -> bool:
    """Whether the actor looks at the finding from the unit's side."""
    return actor.organization_id == finding.organization_id and actor.role in UNIT_ROLES


def reason_seen(actor: Actor, finding: Finding, move: Move, reason: str | None) -> str | None:
    """The reason of an event, unless it is internal and the actor belongs to the unit."""
    return None if is_unit(actor, finding) and not reason_shown_to_unit(move) else reason


def data_seen(actor: Actor, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The particulars of an event; who was late inside the centre is not for those outside it."""
    if actor.role not in UNIT_ROLES:
        return data
    return {name: value for name, value in data.items() if name != "opinion_overdue"}


def holds_to_account(actor: Actor) -> bool:
    """Whether the actor may see who inspected, urged and decided, and what came late: the centre alone."""
    return actor.role in CENTRE_ROLES


def sees_acts(actor: Actor) -> bool:
    """Whether submissions, reviews, extensions and evidence are shown: bureau and committee get the brief."""
    return actor.role not in UPWARD_ROLES


def sees_opinions(actor: Actor, finding: Finding) -> bool:
    """Whether handling opinions are shown: they are not for the unit itself."""
    return not is_unit(actor, finding)


def replies_seen(actor: Actor) -> Condition:
    """The replies from above that the actor sees, as a condition on `Reply`: the centre and those above see them."""
    return false() if actor.role in UNIT_ROLES else true()


def known_to_unit() -> Condition:
    """The findings that their units see, as a condition on `Finding`: the law's `unit_knows`."""
    return or_(Finding.state != State.FOUND, known_from_logging())


def known_from_logging() -> Condition:
    """The findings that their units see before they are notified, as a condition on `Finding`."""
    return or_(
        Finding.origin.in_(sorted(ORIGINS_KNOWN_FROM_LOGGING)),
        Finding.severity.in_(sorted(SEVERITIES_KNOWN_FROM_LOGGING)),
    )
