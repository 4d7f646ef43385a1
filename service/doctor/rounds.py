"""Whether the open rounds are complete: calendar, exam days, assignments, and people who receive the alerts."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from service.doctor.check import Check, fault, ok, warning
from service.models import Assignment, Organization, Person, Round, Team, TeamMember
from service.people.addresses import is_told
from service.rounds.rulebooks import calendar_in_force
from workflows.vocabulary import UNIT_KINDS, UPWARD_ROLES, OrganizationKind, Role

ABOVE = (Role.LEADERSHIP, *UPWARD_ROLES)


def check_rounds(session: Session) -> Iterator[Check]:
    """Calendar, exam days, division of labour, and who hears."""
    rounds = session.scalars(select(Round).where(Round.closed_at.is_(None)).order_by(Round.starts_on)).all()
    yield _calendar(session, rounds)
    without = [round_.number for round_ in rounds if not round_.exam_days]
    yield warning("exam_days", which=without) if without else ok("exam_days")
    unassigned = [name for round_ in rounds for name in _unassigned(session, round_)]
    yield warning("assignments", which=unassigned) if unassigned else ok("assignments")
    yield _hearing(session, rounds)


def _calendar(session: Session, rounds: Sequence[Round]) -> Check:
    calendar = calendar_in_force(session)
    last_days = [max([round_.ends_on, *map(date.fromisoformat, round_.exam_days)]) for round_ in rounds]
    periods = [(round_.starts_on, last_day) for round_, last_day in zip(rounds, last_days, strict=True)]
    years = sorted({year for period in periods for year in calendar.missing_years(*period)})
    return warning("calendar", years=years) if years else ok("calendar")


def _unassigned(session: Session, round_: Round) -> Sequence[str]:
    assigned = exists().where(Assignment.round_id == round_.id, Assignment.district_id == Organization.id)
    districts = select(Organization.name).where(Organization.kind == OrganizationKind.DISTRICT, ~assigned)
    return session.scalars(districts.order_by(Organization.name)).all()


def _hearing(session: Session, rounds: Sequence[Round]) -> Check:
    """A fault when an escalation has no recipient; a warning for units, teams and leaders without one."""
    if not rounds:
        return ok("hearing")
    reached = set(session.scalars(select(Person.role).where(is_told(), Person.role.in_(ABOVE)).distinct()))
    deaf = [role for role in ABOVE if role not in reached]
    if deaf:
        return fault("hearing", which=deaf)
    silent = [*_silent_units(session), *_silent_teams(session, rounds), *_silent_leaders(session, rounds)]
    return warning("hearing", which=silent) if silent else ok("hearing")


def _silent_units(session: Session) -> Sequence[str]:
    someone = exists().where(Person.organization_id == Organization.id, is_told())
    units = select(Organization.name).where(Organization.kind.in_(UNIT_KINDS), ~someone)
    return session.scalars(units.order_by(Organization.name)).all()


def _silent_teams(session: Session, rounds: Sequence[Round]) -> list[str]:
    someone = exists().where(TeamMember.team_id == Team.id, TeamMember.person_id == Person.id, is_told())
    teams = select(Round.number, Team.name).join(Round, Team.round_id == Round.id).where(~someone, _of(rounds))
    return [f"{number} {name}" for number, name in session.execute(teams.order_by(Round.number, Team.name))]


def _silent_leaders(session: Session, rounds: Sequence[Round]) -> Sequence[str]:
    leaders = (
        select(Person.name)
        .join(Assignment, Assignment.leader_id == Person.id)
        .join(Round, Assignment.round_id == Round.id)
        .where(~is_told(), _of(rounds))
    )
    return session.scalars(leaders.distinct().order_by(Person.name)).all()


def _of(rounds: Sequence[Round]) -> ColumnElement[bool]:
    return Round.id.in_([round_.id for round_ in rounds])
