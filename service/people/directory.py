"""Organizations, rounds and teams, as far as the caller has to do with them."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from service.errors import existing
from service.models import Assignment, ClosingDecision, Finding, Organization, Person, Round, Team
from service.scope import findings_seen
from service.store.paging import DEFAULT_LIMIT, Page, alternatives, ordered_by, page
from workflows.findings.facts import Actor
from workflows.signs import plain_name
from workflows.vocabulary import (
    ASSIGNED_ROLES,
    UNIT_ROLES,
    UPWARD_ROLES,
    ClosingOutcome,
    OrganizationKind,
    Role,
)

_ABOVE = (OrganizationKind.CENTRE, OrganizationKind.BUREAU, OrganizationKind.COMMITTEE)  # known to everyone
_ORGANIZATIONS = ordered_by(Organization.name)
_ROUNDS = ordered_by(Round.number, descending=True)
_TEAMS = ordered_by(Team.name)


def organizations(
    session: Session,
    *,
    actor: Actor,
    kind: OrganizationKind | tuple[OrganizationKind, ...] | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Organization]:
    """Organizations by name: one's own, those above it, and those in one's districts."""
    query = select(Organization).where(organizations_seen(actor))
    if kinds := alternatives(kind):
        query = query.where(Organization.kind.in_(kinds))
    return page(session, query, _ORGANIZATIONS, cursor=cursor, limit=limit)


def seen_organization(session: Session, organization_id: str, *, actor: Actor) -> Organization:
    """One organization that the actor sees; raises `NotFound`."""
    query = select(Organization).where(Organization.id == organization_id, organizations_seen(actor))
    return existing(session.scalar(query))


def person_of(session: Session, *, actor: Actor) -> Person:
    """The actor's account."""
    return session.get_one(Person, actor.id)


def rounds(session: Session, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[Round]:
    """All rounds, the newest number first: a round is no secret."""
    return page(session, select(Round), _ROUNDS, cursor=cursor, limit=limit)


def seen_round(session: Session, round_id: str) -> Round:
    """One round; raises `NotFound`."""
    return existing(session.get(Round, round_id))


def closing_counts(session: Session, round_: Round, *, actor: Actor) -> dict[ClosingOutcome, int] | None:
    """How many of the findings that the actor sees were still open when the round closed, by what was decided."""
    if round_.closed_at is None:
        return None
    query = (
        select(ClosingDecision.outcome, func.count())
        .join(Finding, ClosingDecision.finding_id == Finding.id)
        .where(ClosingDecision.round_id == round_.id, findings_seen(actor))
        .group_by(ClosingDecision.outcome)
    )
    return {**dict.fromkeys(ClosingOutcome, 0), **dict(session.execute(query).all())}


def teams(session: Session, *, actor: Actor, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[Team]:
    """Teams of the open rounds that the caller has to do with, with their members."""
    query = select(Team).join(Round, Team.round_id == Round.id).where(Round.closed_at.is_(None))
    if not actor.holds(Role.LEADERSHIP, Role.ADMIN, *UPWARD_ROLES):
        near = select(Assignment.team_id).where(Assignment.district_id.in_(_districts(session, actor)))
        query = query.where(Team.id.in_(near))
    query = query.options(selectinload(Team.members))
    return page(session, query, _TEAMS, cursor=cursor, limit=limit)


def teams_of_round(session: Session, round_id: str) -> Sequence[Team]:
    """The teams of a round with their members, by name."""
    query = select(Team).where(Team.round_id == round_id).options(selectinload(Team.members))
    return session.scalars(query.order_by(Team.name, Team.id)).all()


def seen_team(session: Session, team_id: str) -> Team:
    """One team; raises `NotFound`."""
    return existing(session.get(Team, team_id))


def assignments_of(session: Session, teams: Sequence[Team]) -> dict[str, list[Assignment]]:
    """The districts of each team with their responsible leaders, by team id (annex 3)."""
    query = select(Assignment).where(Assignment.team_id.in_([team.id for team in teams]))
    found: dict[str, list[Assignment]] = defaultdict(list)
    for assignment in session.scalars(
        query.options(joinedload(Assignment.district), joinedload(Assignment.leader)).order_by(Assignment.district_id)
    ):
        found[assignment.team_id].append(assignment)
    return found


def organizations_seen(actor: Actor) -> ColumnElement[bool]:
    """The organizations that the actor sees, as a condition on `Organization`."""
    return or_(*map(_organizations_seen, actor.posts))


def _organizations_seen(actor: Actor) -> ColumnElement[bool]:
    above = Organization.kind.in_(_ABOVE)
    if actor.role in ASSIGNED_ROLES:
        mine = sorted(actor.district_ids)
        return or_(above, Organization.id.in_(mine), Organization.parent_id.in_(mine))
    if actor.role is Role.DISTRICT:
        own = actor.organization_id
        return or_(above, Organization.id == own, Organization.parent_id == own)
    if actor.role is Role.UNIVERSITY:
        parent = select(Organization.parent_id).where(Organization.id == actor.organization_id).scalar_subquery()
        return or_(above, Organization.id == actor.organization_id, Organization.id == parent)
    return true()


def _districts(session: Session, actor: Actor) -> list[str]:
    if not actor.holds(*UNIT_ROLES):
        return sorted(actor.district_ids)
    own = session.get_one(Organization, actor.organization_id)
    return [own.district_id] if own.district_id else []


def organization_called(session: Session, name: str) -> Organization | None:
    """The organization of that name, an open one before a closed one; spaces and widths make no difference."""
    every = session.scalars(select(Organization).order_by(Organization.closed_at.is_not(None)))
    return next((one for one in every if plain_name(one.name) == plain_name(name)), None)


def organization_names(session: Session) -> dict[str, str]:
    """The names of all organizations, also closed ones, by id."""
    return dict(session.execute(select(Organization.id, Organization.name)).all())
