"""Callers: people as the law knows them, with the districts that are theirs."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, Subquery, and_, func, literal, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.models import Assignment, Person, Post, Round, TeamMember
from service.scope import Readers
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


class Holding(NamedTuple):
    """A further post of a person, or a place that is his or hers by the division of labour."""

    kind: str  # one of those of `Readers`
    role: str  # of a post; else empty
    round_id: str  # of a place
    place_id: str  # the district office, or the organization of a post


_NO_ROUND = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the person's id, the person as the law knows him or her, and the language that he or she reads."""

    id: str
    actor: Actor
    language: str  # zh or en
    credential: Credential | None = None  # none: not known by a token
    person: Person | None = field(default=None, repr=False, compare=False)  # as the session of the call has it


def caller_of(session: Session, person: Person, *, kept_apart: bool = False) -> Caller:
    """The person as a caller, with the districts of his or her team, lead or office in the rounds that count.

    `kept_apart`: the office keeps its three administrators apart, so that none does the work of another.
    """
    return callers_of(session, [person], kept_apart=kept_apart)[person.id]


def callers_of(session: Session, people: Collection[Person], *, kept_apart: bool = False) -> dict[str, Caller]:
    """Several people as callers, by id, in one statement."""
    found: dict[str, list[Holding]] = defaultdict(list)
    for person_id, *holding in session.execute(select(holdings_of([person.id for person in people]))):
        found[person_id].append(Holding(*holding))
    return {person.id: caller_with(person, found[person.id], kept_apart=kept_apart) for person in people}


def caller_with(person: Person, holdings: Iterable[Holding], *, kept_apart: bool = False) -> Caller:
    """The person as a caller, with all that `holdings_of` finds of him or her."""
    posts, places = [(person.role, person.organization_id)], defaultdict(set)
    for one in sorted(holdings):
        if one.kind == Readers.POST:
            posts.append((Role(one.role), one.place_id))
        else:
            places[one.kind].add(Assigned(one.round_id, one.place_id))
    team, lead = frozenset(places[Readers.TEAM]), frozenset(places[Readers.LEAD])
    assigned = dict.fromkeys(TEAM_ROLES, team) | {Role.LEADER: lead}
    main, *further = [
        Actor(role, person.id, organization_id, assigned.get(role, frozenset()), kept_apart=kept_apart)
        for role, organization_id in posts
    ]
    return Caller(person.id, replace(main, others=tuple(further)), person.language)


def holdings_of(person_ids: Any) -> Subquery:
    """What people have besides their main posts: the person's id, and the columns of `Holding`.

    Further posts, and the places of teams and responsible leaders in the rounds that count; `person_ids` are ids, or a
    query of them.
    """
    place = (Assignment.round_id.label("round_id"), Assignment.district_id.label("place_id"))
    no_role = literal("").label("role")
    posts = select(
        Post.person_id.label("person_id"),
        literal(Readers.POST).label("kind"),
        type_coerce(Post.role, String).label("role"),
        _no_round(),
        Post.organization_id.label("place_id"),
    ).where(Post.person_id.in_(person_ids))
    in_teams = (
        select(TeamMember.person_id, literal(Readers.TEAM), no_role, *place)
        .join(Assignment, Assignment.team_id == TeamMember.team_id)
        .where(TeamMember.person_id.in_(person_ids), Assignment.round_id.in_(rounds_that_count()))
    )
    in_lead = select(Assignment.leader_id, literal(Readers.LEAD), no_role, *place).where(
        Assignment.leader_id.in_(person_ids), Assignment.round_id.in_(rounds_that_count())
    )
    return union_all(posts, in_teams, in_lead).subquery("holdings")


def readers_of(person_ids: Any, person_id: ColumnElement[Any]) -> Readers:
    """These people as readers of a query's rows, whose column `person_id` says whom each is for."""
    columns = (Person.id, literal(Readers.POST), type_coerce(Person.role, String), _no_round(), Person.organization_id)
    main = select(*columns).where(Person.id.in_(person_ids))
    return Readers(person_id, union_all(select(holdings_of(person_ids)), main).cte("readers"))


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


def _no_round() -> ColumnElement[str]:
    return literal(_NO_ROUND, Post.organization_id.type).label("round_id")


def rounds_that_count() -> Select[str]:
    """The open rounds; between two rounds the one closed last, so that people still see what they did."""
    nothing_open = ~select(Round.id).where(Round.closed_at.is_(None)).exists()
    last_closed = select(func.max(Round.closed_at)).scalar_subquery()
    return select(Round.id).where(or_(Round.closed_at.is_(None), and_(nothing_open, Round.closed_at == last_closed)))
