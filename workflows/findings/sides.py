"""What an actor is towards one finding: who oversees, reviews, decides (notice, parts 2 and 4)."""

from collections.abc import Iterator

from workflows.findings.facts import Actor, Facts
from workflows.findings.severity import CONSEQUENCES
from workflows.vocabulary import (
    TEAM_ROLES,
    UNIT_ROLES,
    UPWARD_ROLES,
    Addressee,
    OrganizationKind,
    Origin,
    Role,
    Side,
)


def sides_of(actor: Actor, facts: Facts) -> frozenset[Side]:
    """Every side that the actor is on; nobody is both unit and overseer."""
    return frozenset(_sides(actor, facts))


def overseer(origin: Origin, *, unit_is_district: bool) -> Addressee:
    """Team or district office, whoever acts for the other side; for what a unit found itself, the one next above it."""
    by_team = unit_is_district if origin is Origin.UNIT else origin is Origin.CENTRE
    return Addressee.TEAM if by_team else Addressee.DISTRICT


def overseer_of(facts: Facts) -> Addressee:
    """Who oversees the finding: the centre's team or the district office."""
    return overseer(facts.origin, unit_is_district=facts.unit_is_district)


def reviewer_of(facts: Facts) -> Addressee:
    """Who reviews: from level 1 on, and for every major finding, the centre's team; else the overseer."""
    centre = CONSEQUENCES[facts.severity].centre_reviews or facts.escalation_level > 0
    return Addressee.TEAM if centre else overseer_of(facts)


def decider_of(facts: Facts) -> Addressee:
    """Who decides on extensions: the responsible leader when the finding is major, else the overseer."""
    return Addressee.RESPONSIBLE_LEADER if CONSEQUENCES[facts.severity].leader_decides else overseer_of(facts)


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


def _sides(actor: Actor, facts: Facts) -> Iterator[Side]:
    if actor.role is Role.SYSTEM:
        yield Side.CLOCK
        return
    yield Side.ALERTED
    if actor.role in UNIT_ROLES and actor.organization_id == facts.unit_id:
        yield Side.UNIT
    if actor.role in UPWARD_ROLES:
        yield Side.UPWARD
    if actor.role is Role.LEADERSHIP:
        yield Side.LEADERSHIP
    yield from _overseeing(actor, facts)


def _overseeing(actor: Actor, facts: Facts) -> Iterator[Side]:
    of_team = actor.role in TEAM_ROLES and facts.district_id in actor.district_ids
    of_district = actor.role is Role.DISTRICT and actor.organization_id == facts.district_id
    leader = actor.role is Role.LEADER and facts.district_id in actor.district_ids
    plays = {
        Addressee.TEAM: of_team,
        Addressee.DISTRICT: of_district and not facts.unit_is_district,
        Addressee.RESPONSIBLE_LEADER: leader,
    }
    oversees = plays[overseer_of(facts)]
    if oversees:
        yield Side.OVERSEER
        if actor.role in (Role.TEAM_HEAD, Role.DISTRICT):
            yield Side.WITHDRAWER
    if plays[reviewer_of(facts)]:
        yield Side.REVIEWER
    if leader:
        yield Side.RESPONSIBLE_LEADER
    if plays[decider_of(facts)]:
        yield Side.DECIDER
