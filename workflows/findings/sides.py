"""What an actor is towards one finding: who oversees, reviews, decides (notice, parts 2 and 4)."""

from collections.abc import Iterator

from workflows.findings.facts import Actor, Facts
from workflows.vocabulary import OrganizationKind, Origin, Part, Role, Severity

TEAM_ROLES = (Role.INSPECTOR, Role.TEAM_HEAD)
UNIT_ROLES = (Role.UNIVERSITY, Role.DISTRICT)
UPWARD_ROLES = (Role.BUREAU, Role.COMMITTEE)


def parts_of(actor: Actor, facts: Facts) -> frozenset[Part]:
    """Every part that the actor plays towards the finding; nobody is both unit and overseer."""
    return frozenset(_parts(actor, facts))


def team_oversees(facts: Facts) -> bool:
    """Whether the centre's team is the overseer, rather than the district office."""
    if facts.origin is Origin.UNIT:
        return facts.unit_is_district
    return facts.origin is Origin.CENTRE


def centre_reviews(facts: Facts) -> bool:
    """From level 1 on, and for every major finding, only the centre reviews."""
    return team_oversees(facts) or facts.severity is Severity.MAJOR or facts.escalation_level > 0


def origin_of(actor: Actor, *, unit_id: str, unit_kind: OrganizationKind, district_id: str) -> Origin | None:
    """The origin of a finding that this actor logs against the unit; none when he or she may not."""
    if actor.role in TEAM_ROLES and district_id in actor.district_ids:
        return Origin.CENTRE
    if actor.role in UNIT_ROLES and actor.organization_id == unit_id:
        return Origin.UNIT
    if (
        actor.role is Role.DISTRICT
        and actor.organization_id == district_id
        and unit_kind is OrganizationKind.UNIVERSITY
    ):
        return Origin.DISTRICT
    return None


def origin_of_proposal(unit_kind: OrganizationKind) -> Origin:
    """The origin of a finding that the clock proposes: of the side that is to look into it."""
    return Origin.DISTRICT if unit_kind is OrganizationKind.UNIVERSITY else Origin.CENTRE


def _parts(actor: Actor, facts: Facts) -> Iterator[Part]:
    if actor.role is Role.SYSTEM:
        yield Part.CLOCK
        return
    yield Part.ALERTED
    if actor.role in UNIT_ROLES and actor.organization_id == facts.unit_id:
        yield Part.UNIT
    if actor.role in UPWARD_ROLES:
        yield Part.UPWARD
    if actor.role is Role.LEADERSHIP:
        yield Part.LEADERSHIP
    yield from _overseeing(actor, facts)


def _overseeing(actor: Actor, facts: Facts) -> Iterator[Part]:
    of_team = actor.role in TEAM_ROLES and facts.district_id in actor.district_ids
    of_district = actor.role is Role.DISTRICT and actor.organization_id == facts.district_id
    leader = actor.role is Role.LEADER and facts.district_id in actor.district_ids
    major = facts.severity is Severity.MAJOR
    oversees = of_team if team_oversees(facts) else of_district and not facts.unit_is_district
    if oversees:
        yield Part.OVERSEER
        if actor.role in (Role.TEAM_HEAD, Role.DISTRICT):
            yield Part.WITHDRAWER
    if of_team if centre_reviews(facts) else oversees:
        yield Part.REVIEWER
    if leader:
        yield Part.RESPONSIBLE_LEADER
    if leader if major else oversees:
        yield Part.DECIDER
