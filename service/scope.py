"""Who sees which findings, events and parts of them: the only place that decides it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, exists, false, or_, select, true, tuple_

from service.models import CampaignAction, Event, Finding, Inspection, Organization, Round, Tally, WeeklyReport
from workflows.findings.audience import (
    ORIGINS_KNOWN_FROM_LOGGING,
    SEVERITIES_KNOWN_FROM_LOGGING,
    Audience,
    reason_shown_to_unit,
)
from workflows.findings.facts import Actor
from workflows.vocabulary import (
    ADMINISTRATORS,
    ASSIGNED_ROLES,
    CENTRE_ROLES,
    TEAM_ROLES,
    UNIT_ROLES,
    UPWARD_ROLES,
    Move,
    Origin,
    Role,
    State,
)

Condition = ColumnElement[bool]

# A role of today → the roles of then whose alerts and ledgers it reads on, as far as their places are still in sight.
READS_ON: Mapping[Role, tuple[Role, ...]] = {
    **dict.fromkeys(ASSIGNED_ROLES, (*ASSIGNED_ROLES, *UNIT_ROLES)),
    **dict.fromkeys(UPWARD_ROLES, UPWARD_ROLES),
    Role.LEADERSHIP: (*CENTRE_ROLES, *UNIT_ROLES, *UPWARD_ROLES),
    Role.DISTRICT: UNIT_ROLES,
    Role.UNIVERSITY: (Role.UNIVERSITY,),
    **{role: (role,) for role in ADMINISTRATORS},
}


# Who sees side by side how universities stand, as far as their findings are seen.
COMPARING_ROLES = (*CENTRE_ROLES, Role.DISTRICT, *UPWARD_ROLES)


@dataclass(frozen=True, slots=True)
class Readers:
    """Whom each row of a query is for, with all posts: where `Actor` has values, these have columns."""

    person_id: ColumnElement[Any]  # of the row
    holdings: CTE  # the columns of `service.people.callers.Holding` and the person's id, main posts included

    POST, TEAM, LEAD = "post", "team", "lead"  # the kinds of holdings


@dataclass(frozen=True, slots=True)
class ReaderPost:
    """A post of a row's reader: its role, and the column that names the organization."""

    role: Role
    organization_id: ColumnElement[Any]
    readers: Readers

    def has(self, district: ColumnElement[Any], round_id: ColumnElement[Any] | None = None) -> Condition:
        """Whether the post's team or leader has the district, within that round where one is named."""
        places = self.readers.holdings.alias()
        kind = Readers.TEAM if self.role in TEAM_ROLES else Readers.LEAD
        theirs = and_(places.c.person_id == self.readers.person_id, places.c.kind == kind)
        in_round = true() if round_id is None else places.c.round_id == round_id
        return exists().where(theirs, places.c.place_id == district, in_round).correlate_except(places)


Who = Actor | Readers
AnyPost = Actor | ReaderPost


def in_any_post(who: Who, law: Callable[[AnyPost], Condition]) -> Condition:
    """What the law says of one of the posts: those of an actor, or in the same words those of each row's reader."""
    if isinstance(who, Actor):
        return or_(*map(law, who.posts))
    posts = who.holdings.alias()
    laws = {role: law(ReaderPost(role, posts.c.place_id, who)) for role in Role}
    of_roles = (and_(posts.c.role == role, condition) for role, condition in laws.items() if condition is not false())
    theirs = and_(posts.c.person_id == who.person_id, posts.c.kind == Readers.POST)
    return exists().where(theirs, or_(*of_roles)).correlate_except(posts)


def findings_seen(who: Who) -> Condition:
    """The findings that the actor, or each row's reader, sees in any post, as a condition on `Finding`."""
    return in_any_post(who, _findings_seen)


def _findings_seen(post: AnyPost) -> Condition:
    if post.role in ASSIGNED_ROLES:
        return _assigned(post, Finding.district_id.expression, Finding.round_id.expression)
    if post.role is Role.UNIVERSITY:
        return and_(Finding.organization_id == post.organization_id, known_to_unit())
    if post.role is Role.DISTRICT:
        own = Finding.organization_id == post.organization_id
        return and_(Finding.district_id == post.organization_id, or_(~own, known_to_unit()))
    if post.role in UPWARD_ROLES:
        return Finding.reported_at.is_not(None)
    return true() if post.role is Role.LEADERSHIP else false()


def is_tallied(actor: Actor) -> bool:
    """Whether all findings that the actor sees are told apart in the tallies: those of one university are not."""
    return not actor.holds(Role.UNIVERSITY)


def tallies_seen(actor: Actor, of: type[Tally]) -> Condition:
    """What `findings_seen` says, as a condition on a tally; for actors who are tallied."""
    return or_(*(_tallies_seen(post, of) for post in actor.posts))


def _tallies_seen(actor: Actor, of: type[Tally]) -> Condition:
    if actor.role in ASSIGNED_ROLES:
        return _assigned(actor, of.district_id.expression, of.round_id.expression)
    if actor.role is Role.DISTRICT:
        return and_(of.district_id == actor.organization_id, or_(~of.of_office, known_to_unit(of)))
    if actor.role in UPWARD_ROLES:
        return of.reported.expression
    return true() if actor.role is Role.LEADERSHIP else false()


def places_seen(
    who: Who,
    organization: ColumnElement[Any],
    district: ColumnElement[Any],
    round_id: ColumnElement[Any] | None = None,
) -> Condition:
    """The rows about an organization that somebody sees, by the columns that name it, its district office and round.

    Without `round_id` they are of no round, and whoever has the district in any round sees them.
    """
    return in_any_post(who, lambda post: _places_seen(post, organization, district, round_id))


def _places_seen(
    post: AnyPost, organization: ColumnElement[Any], district: ColumnElement[Any], round_id: ColumnElement[Any] | None
) -> Condition:
    if post.role in ASSIGNED_ROLES:
        return _assigned(post, district, round_id)
    if post.role is Role.UNIVERSITY:
        return organization == post.organization_id
    if post.role is Role.DISTRICT:
        return district == post.organization_id
    return true() if post.role is Role.LEADERSHIP else false()


def _assigned(post: AnyPost, district: ColumnElement[Any], round_id: ColumnElement[Any] | None) -> Condition:
    """A district within its round (包干分工), and what closed rounds have left there; no other team's round."""
    mine = _has(post, district)
    if round_id is None:
        return mine
    closed = select(Round.id).where(Round.closed_at.is_not(None))
    return and_(mine, or_(_has(post, district, round_id), round_id.in_(closed)))


def _has(post: AnyPost, district: ColumnElement[Any], round_id: ColumnElement[Any] | None = None) -> Condition:
    if isinstance(post, ReaderPost):
        return post.has(district, round_id)
    if round_id is None:
        return district.in_(sorted({place.district_id for place in post.assigned}))
    return tuple_(round_id, district).in_(sorted(post.assigned))


def sees_figures(actor: Actor) -> bool:
    """Whether there are figures for the actor: over the findings that he or she sees, and administrators see none."""
    return any(post.role not in ADMINISTRATORS for post in actor.posts)


def compares_units(actor: Actor) -> bool:
    """Whether the actor may see side by side how universities stand, as far as their findings are seen."""
    return actor.holds(*COMPARING_ROLES) and not actor.holds(Role.UNIVERSITY)


def sees_readiness(actor: Actor) -> bool:
    """Whether the actor may see how far units are: bureau and committee see nothing but what has reached them."""
    return actor.holds(*CENTRE_ROLES, *UNIT_ROLES)


def sees_coverage(actor: Actor, *, of_team: bool) -> bool:
    """Whether the actor may see whom those who inspect have not inspected (accountability).

    Of teams only the centre; a district office sees what it has still to do itself.
    """
    return actor.holds(*CENTRE_ROLES) or (actor.holds(Role.DISTRICT) and not of_team)


def campaigns_seen(actor: Actor) -> Condition:
    """The campaigns' actions that the actor sees: of the district, kept by its office; universities have no part."""
    district = CampaignAction.district_id.expression
    return places_seen(actor, district, district, CampaignAction.round_id.expression)


def reports_seen(actor: Actor) -> Condition:
    """The weekly reports that the actor sees: their own, and those of the places that they stand above."""
    unit, district = WeeklyReport.organization_id.expression, WeeklyReport.district_id.expression
    in_sight = places_seen(actor, unit, district, WeeklyReport.round_id.expression)
    own = [post.organization_id for post in actor.posts if post.role in UNIT_ROLES]
    if not own:
        return in_sight
    # reports stay under the name that handed them in; whoever it became part of reads them on
    merged = select(Organization.id).where(Organization.merged_into_id.in_(own))
    return or_(in_sight, unit.in_(merged), district.in_(merged))


def inspections_seen(actor: Actor) -> Condition:
    """The sheets that the actor sees; what others write about a unit, the unit sees once they have closed it."""
    place = (Inspection.organization_id.expression, Inspection.district_id.expression, Inspection.round_id.expression)
    in_sight = places_seen(actor, *place)
    if not actor.holds(*UNIT_ROLES):
        return in_sight
    by_others = and_(Inspection.organization_id == actor.organization_id, Inspection.origin != Origin.UNIT)
    return and_(in_sight, or_(~by_others, Inspection.closed_at.is_not(None)))


def events_seen(actor: Actor) -> Condition:
    """The events of those findings that the actor may read, as a condition on `Event` joined to `Finding`."""
    return or_(*(and_(_findings_seen(post), _events_seen(post)) for post in actor.posts))


def _events_seen(actor: Actor) -> Condition:
    if actor.role is Role.UNIVERSITY:
        return Event.audience == Audience.UNIT
    if actor.role is Role.DISTRICT:
        own = Finding.organization_id == actor.organization_id
        return or_(Event.audience == Audience.UNIT, and_(~own, Event.audience == Audience.OVERSEER))
    if actor.role in UPWARD_ROLES:
        return Event.upward.is_(True)
    return true()


def audiences_of(actor: Actor, finding: Finding) -> tuple[Audience, ...]:
    """The circles whose events the actor reads of a finding that he or she sees: what `events_seen` says of rows."""
    if actor.holds(*CENTRE_ROLES):
        return tuple(Audience)
    office = actor.holds(Role.DISTRICT) and not is_unit(actor, finding)
    return (Audience.UNIT, Audience.OVERSEER) if office else (Audience.UNIT,)


def is_unit(actor: Actor, finding: Finding) -> bool:
    """Whether the actor looks at the finding from the unit's side."""
    return any(post.organization_id == finding.organization_id and post.role in UNIT_ROLES for post in actor.posts)


def reason_seen(actor: Actor, finding: Finding, move: Move, reason: str | None) -> str | None:
    """The reason of an event, unless it is internal and the actor belongs to the unit."""
    return None if is_unit(actor, finding) and not reason_shown_to_unit(move) else reason


def data_seen(actor: Actor, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The particulars of an event; who was late inside the centre is not for those outside it."""
    if not actor.holds(*UNIT_ROLES):
        return data
    return {name: value for name, value in data.items() if name != "opinion_overdue"}


def holds_to_account(actor: Actor) -> bool:
    """Whether the actor may see who inspected, urged and decided, and what came late: the centre alone."""
    return actor.holds(*CENTRE_ROLES)


def sees_acts(actor: Actor) -> bool:
    """Whether submissions, reviews, extensions and evidence are shown: bureau and committee get the brief."""
    return any(post.role not in UPWARD_ROLES for post in actor.posts)


def sees_opinions(actor: Actor, finding: Finding) -> bool:
    """Whether handling opinions are shown: they are not for the unit itself."""
    return not is_unit(actor, finding)


def reason_quoted(actor: Actor, finding: Finding, move: str, reason: str | None) -> str | None:
    """What a message may quote of an event: opinions and replies to those who see them, reviews not to those above."""
    if move in (Move.REVIEW_PARTIAL, Move.REVIEW_FAIL):
        return reason_seen(actor, finding, Move(move), reason) if sees_acts(actor) else None
    if move == Move.OPINE:
        return reason if sees_opinions(actor, finding) else None
    return reason if move == Move.REPLY and not actor.holds(*UNIT_ROLES) else None


def replies_seen(actor: Actor) -> Condition:
    """The replies from above that the actor sees, as a condition on `Reply`: the centre and those above see them."""
    return false() if actor.holds(*UNIT_ROLES) else true()


def known_to_unit(of: type[Finding | Tally] = Finding) -> Condition:
    """The findings that their units see, as a condition on `Finding` or a tally: the law's `unit_knows`."""
    return or_(of.state != State.FOUND, known_from_logging(of))


def known_from_logging(of: type[Finding | Tally] = Finding) -> Condition:
    """The findings that their units see before they are notified, as a condition on `Finding` or a tally."""
    return or_(
        of.origin.in_(sorted(ORIGINS_KNOWN_FROM_LOGGING)),
        of.severity.in_(sorted(SEVERITIES_KNOWN_FROM_LOGGING)),
    )
