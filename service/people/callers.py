"""Callers: people as the law knows them, with the districts that are theirs."""

from dataclasses import dataclass

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from service.models import Assignment, Person, Round, TeamMember
from workflows.findings.facts import Actor
from workflows.vocabulary import TEAM_ROLES, Role


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the person's id, the person as the law knows him or her, and the language that he or she reads."""

    id: str
    actor: Actor
    language: str  # zh or en


def caller_of(session: Session, person: Person) -> Caller:
    """The person as a caller, with the districts of his or her team, lead or office in the rounds that count."""
    actor = Actor(person.role, person.id, person.organization_id, _district_ids(session, person))
    return Caller(person.id, actor, person.language)


def _district_ids(session: Session, person: Person) -> frozenset[str]:
    if person.role is Role.DISTRICT:
        return frozenset([person.organization_id])
    query = select(Assignment.district_id).where(Assignment.round_id.in_(rounds_that_count()))
    if person.role in TEAM_ROLES:
        mine = query.join(TeamMember, Assignment.team_id == TeamMember.team_id).where(TeamMember.person_id == person.id)
    elif person.role is Role.LEADER:
        mine = query.where(Assignment.leader_id == person.id)
    else:
        return frozenset()
    return frozenset(session.scalars(mine))


def rounds_that_count() -> Select[str]:
    """The open rounds; between two rounds the one closed last, so that people still see what they did."""
    nothing_open = ~select(Round.id).where(Round.closed_at.is_(None)).exists()
    last_closed = select(func.max(Round.closed_at)).scalar_subquery()
    return select(Round.id).where(or_(Round.closed_at.is_(None), and_(nothing_open, Round.closed_at == last_closed)))
