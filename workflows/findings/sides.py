"""What an actor is towards one finding: who oversees, reviews, decides (notice, parts 2 and 4)."""

from collections.abc import Collection, Iterable, Iterator

from workflows.findings.facts import Actor, Assigned, Facts
from workflows.findings.severity import CONSEQUENCES
from workflows.rules import Vacant
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
    """Every side that the actor is on, in any post; nobody is both unit and overseer."""
    return frozenset(side for post in actor.posts for side in _sides(post, facts))


def acting_post(actor: Actor, facts: Facts, sides: Collection[Side]) -> Actor:
    """The actor in the first post that is on one of the sides, or else in the main one."""
    return next((post for post in actor.posts if not set(sides).isdisjoint(_sides(post, facts))), actor)


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


def stand_in(addressee: Addressee, vacant: Vacant) -> Addressee:
    """Who acts and hears for an addressee: the next above when nobody fills the post.

    District office → team → responsible leader → leadership team.
    """
    if addressee is Addressee.DISTRICT and vacant.office:
        addressee = Addressee.TEAM
    if addressee is Addressee.TEAM and vacant.team:
        addressee = Addressee.RESPONSIBLE_LEADER
    if addressee is Addressee.RESPONSIBLE_LEADER and vacant.leader:
        addressee = Addressee.LEADERSHIP
    return addressee


def with_stand_ins(addressees: Iterable[Addressee], vacant: Vacant) -> tuple[Addressee, ...]:
    """The addressees, each once, and after one whose post is vacant whoever hears in the place."""
    both = ((addressee, stand_in(addressee, vacant)) for addressee in addressees)
    return tuple(dict.fromkeys(one for pair in both for one in pair))


def origin_of(
    actor: Actor, *, unit_id: str, unit_kind: OrganizationKind, district_id: str, round_id: str
) -> Origin | None:
    """The origin of a finding that this actor logs against the unit in the round; none when he or she may not."""
    origins = (_origin_in_post(post, unit_id, unit_kind, Assigned(round_id, district_id)) for post in actor.posts)
    return next((origin for origin in origins if origin), None)


def _origin_in_post(actor: Actor, unit_id: str, unit_kind: OrganizationKind, place: Assigned) -> Origin | None:
    if actor.role in TEAM_ROLES and place in actor.assigned:
        return Origin.CENTRE
    if actor.role in UNIT_ROLES and actor.organization_id == unit_id:
        return Origin.UNIT
    if (
        actor.role is Role.DISTRICT
        and actor.organization_id == place.district_id
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
    assigned = actor.is_assigned(facts.round_id, facts.district_id)
    of_district = actor.role is Role.DISTRICT and actor.organization_id == facts.district_id
    plays = {
        Addressee.TEAM: actor.role in TEAM_ROLES and assigned,
        Addressee.DISTRICT: of_district and not facts.unit_is_district,
        Addressee.RESPONSIBLE_LEADER: actor.role is Role.LEADER and assigned,
        Addressee.LEADERSHIP: actor.role is Role.LEADERSHIP,
    }
    by = stand_in(overseer_of(facts), facts.vacant)
    if plays[by]:
        yield Side.OVERSEER
    leader = plays[stand_in(Addressee.RESPONSIBLE_LEADER, facts.vacant)]
    if by is Addressee.TEAM:  # what its head alone may do falls to the next above while it has none
        withdraws = (plays[by] and actor.role is Role.TEAM_HEAD) or (facts.vacant.head and leader)
    else:
        withdraws = plays[by]
    if withdraws:
        yield Side.WITHDRAWER
    if plays[stand_in(reviewer_of(facts), facts.vacant)]:
        yield Side.REVIEWER
    if leader:
        yield Side.RESPONSIBLE_LEADER
    if plays[stand_in(decider_of(facts), facts.vacant)]:
        yield Side.DECIDER
