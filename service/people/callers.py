"""Callers: people as the law knows them, with the districts that are theirs."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.models import Assignment, Person, Post, Round, TeamMember
from workflows.administration import may_act_as
from workflows.credentials import NextStep, SignInProof, TokenKind, TokenScope
from workflows.findings.facts import Actor, Assigned
from workflows.vocabulary import TEAM_ROLES, Role


@dataclass(frozen=True, slots=True)
class Credential:
    """The token that a caller has brought."""

    token_id: str
    kind: TokenKind
    scope: TokenScope
    use_is_noted: bool  # of late; else the door notes it
    next_step: NextStep | None = None  # what its owner must do before anything else
    proof: SignInProof | None = None  # how its owner signed in


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the person's id, the person as the law knows him or her, and the language that he or she reads."""

    id: str
    actor: Actor
    language: str  # zh or en
    credential: Credential | None = None  # none: not known by a token


def caller_of(session: Session, person: Person, *, kept_apart: bool = False) -> Caller:
    """The person as a caller, with the districts of his or her team, lead or office in the rounds that count.

    `kept_apart`: the office keeps its three administrators apart, so that none does the work of another.
    """
    return callers_of(session, [person], kept_apart=kept_apart)[person.id]


def callers_of(session: Session, people: Collection[Person], *, kept_apart: bool = False) -> dict[str, Caller]:
    """Several people as callers, by id, in a few statements."""
    posts = {person.id: [(person.role, person.organization_id)] for person in people}
    others = select(Post.person_id, Post.role, Post.organization_id).where(Post.person_id.in_(posts))
    for person_id, role, organization_id in sorted(session.execute(others)):
        posts[person_id].append((role, organization_id))
    assigned = _assigned(session, {(role, id_) for id_, held in posts.items() for role, _ in held})
    callers = {}
    for person in people:
        main, *further = [
            Actor(role, person.id, organization_id, assigned[role, person.id], kept_apart=kept_apart)
            for role, organization_id in posts[person.id]
        ]
        callers[person.id] = Caller(person.id, replace(main, others=tuple(further)), person.language)
    return callers


def as_security_administrator(actor: Actor) -> Actor:
    """The post in which somebody changes people and what they may do."""
    return actor.in_post(Role.SECURITY_ADMIN, Role.ADMIN)


def lock_people(session: Session, person_ids: Collection[str]) -> None:
    """Wait for the writes that these people have under way, and let them begin none until the transaction ends.

    For whoever takes something away from them; before rounds are locked, as those who write do.
    """
    chosen = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
    session.execute(chosen.with_for_update(of=Person))


def require_administrator(actor: Actor) -> None:
    """Raise NotAllowed unless one of the actor's posts is an administrator's."""
    if not actor.holds(Role.ADMIN):
        raise NotAllowed("not_yours")


def require_security_administrator(actor: Actor) -> None:
    """Raise NotAllowed unless the actor may change people and what they may do."""
    if not may_act_as(actor, Role.SECURITY_ADMIN):
        raise NotAllowed("not_yours")


def _assigned(session: Session, held: Collection[tuple[Role, str]]) -> Mapping[tuple[Role, str], frozenset[Assigned]]:
    """The places that people have by the division of labour, for each role that each of them holds."""
    in_teams = [id_ for role, id_ in held if role in TEAM_ROLES]
    in_lead = [id_ for role, id_ in held if role is Role.LEADER]
    place = (Assignment.round_id, Assignment.district_id)
    of_team = select(TeamMember.person_id, *place).where(TeamMember.person_id.in_(in_teams))
    of_leader = select(Assignment.leader_id, *place).where(Assignment.leader_id.in_(in_lead))
    with_teams = of_team.join(Assignment, Assignment.team_id == TeamMember.team_id)
    team_places = _places(session, with_teams) if in_teams else {}
    led_places = _places(session, of_leader) if in_lead else {}
    places = dict.fromkeys(TEAM_ROLES, team_places) | {Role.LEADER: led_places}
    return {(role, id_): frozenset(places.get(role, {}).get(id_, ())) for role, id_ in held}


def _places(session: Session, query: Select[*tuple[Any, ...]]) -> Mapping[str, set[Assigned]]:
    found: dict[str, set[Assigned]] = defaultdict(set)
    for person_id, *place in session.execute(query.where(Assignment.round_id.in_(rounds_that_count()))):
        found[person_id].add(Assigned(*place))
    return found


def rounds_that_count() -> Select[str]:
    """The open rounds; between two rounds the one closed last, so that people still see what they did."""
    nothing_open = ~select(Round.id).where(Round.closed_at.is_(None)).exists()
    last_closed = select(func.max(Round.closed_at)).scalar_subquery()
    return select(Round.id).where(or_(Round.closed_at.is_(None), and_(nothing_open, Round.closed_at == last_closed)))
