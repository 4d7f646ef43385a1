"""Whether each post is filled by who can sign in, in the open rounds that have begun or begin soon: all are named."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from service.doctor.check import Check, all_of, fault, ok, warning
from service.models import Assignment, Organization, Person, Post, Round, Team
from service.people.addresses import MAIL, is_reached_by, is_told
from service.rounds.current import DISTRICT_OF_UNIT, takes_part, units_of
from service.rounds.rulebooks import policy_of_version
from service.rounds.vacancies import can_sign_in, holds, vacancies_of
from workflows.rules import FILLED, Vacant
from workflows.vocabulary import UNIT_KINDS, UNIT_ROLES, OrganizationKind, Role

SOON = timedelta(days=30)


def check_posts(session: Session, rounds: Sequence[Round], *, today: date) -> Iterator[Check]:
    """The division of labour, those of districts, teams and units, those above them, an administrator."""
    near = [round_ for round_ in rounds if round_.starts_on <= today + SOON]
    labour = [(round_, *found) for round_ in near for found in _labour(session, round_)]
    yield _vacant("assignments", [name for round_ in near for name in _unassigned(session, round_)])
    yield _vacant("leaders", [_led(round_, part) for round_, part, vacant in labour if vacant.leader])
    yield _vacant("teams", [_team(round_, part.team) for round_, part, vacant in labour if vacant.team])
    headless = [_team(round_, part.team) for round_, part, vacant in labour if vacant.head and not vacant.team]
    yield _vacant("team_heads", headless)
    offices = [part.district for _, part, vacant in labour if vacant.office]
    yield _vacant("units", [*(office.name for office in offices), *_unmanned_universities(session, near)])
    yield _administrators(session) if near else ok("administrators")
    yield _hearing(session, near)


def _vacant(name: str, which: Collection[str]) -> Check:
    return warning(name, which=all_of(list(dict.fromkeys(which)))) if which else ok(name)


def _labour(session: Session, round_: Round) -> list[tuple[Assignment, Vacant]]:
    """Each share of a district that is open, by its name, with the posts that are vacant there."""
    vacant = vacancies_of(session, round_.id)
    query = select(Assignment).where(Assignment.round_id == round_.id).options(joinedload(Assignment.team))
    parts = session.scalars(query.options(joinedload(Assignment.district), joinedload(Assignment.leader)))
    standing = sorted((part for part in parts if part.district.closed_at is None), key=lambda part: part.district.name)
    return [(part, vacant.get(part.district_id, FILLED)) for part in standing]


def _led(round_: Round, part: Assignment) -> str:
    named = f"（{part.leader.name}）" if part.leader else ""
    return f"{round_.number} {part.district.name}{named}"


def _team(round_: Round, team: Team) -> str:
    return f"{round_.number} {team.name}"


def _unassigned(session: Session, round_: Round) -> Sequence[str]:
    """The districts of which a unit would take part, and which have no team."""
    assigned = exists().where(Assignment.round_id == round_.id, Assignment.district_id == DISTRICT_OF_UNIT)
    units = select(DISTRICT_OF_UNIT).join(Round, Round.id == round_.id)
    wanting = units.where(Organization.kind.in_(UNIT_KINDS), takes_part(), ~assigned)
    districts = select(Organization).where(Organization.id.in_(wanting), Organization.closed_at.is_(None))
    return [f"{round_.number} {one.name}" for one in session.scalars(districts.order_by(Organization.name))]


def _unmanned_universities(session: Session, rounds: Sequence[Round]) -> list[str]:
    """Those that take part and that nobody can sign in for."""
    nobody = ~exists().where(can_sign_in(), holds(UNIT_ROLES, Organization.id.expression)).correlate(Organization)
    university = Organization.kind == OrganizationKind.UNIVERSITY
    units = [unit for round_ in rounds for unit in units_of(session, round_, university, nobody)]
    return [unit.organization.name for unit in units]


def _administrators(session: Session) -> Check:
    if not roles_held(session, [Role.ADMIN]):
        return fault("administrators")
    told = select(Person.id).where(is_reached_by(MAIL), holds((Role.ADMIN,)))
    return ok("administrators") if session.scalar(told.limit(1)) else warning("administrators")


def _hearing(session: Session, rounds: Sequence[Round]) -> Check:
    """A fault when an escalation has no recipient; a warning when the one who hears can't sign in and answer."""
    if not rounds:
        return ok("hearing")
    policies = [policy_of_version(session, round_.policy_version) for round_ in rounds]
    above = list(dict.fromkeys([Role.LEADERSHIP, *(role for policy in policies for role in policy.offices.roles)]))
    reached, acting = roles_held(session, above, telling=True), roles_held(session, above)
    if deaf := [role for role in above if role not in reached]:
        return fault("hearing", which=all_of(deaf))
    dumb = [role for role in above if role not in acting]
    return warning("hearing", which=all_of(dumb)) if dumb else ok("hearing")


def roles_held(session: Session, roles: Collection[Role], *, telling: bool = False) -> set[Role]:
    """Which of the roles somebody holds who can sign in, or who is at least told."""
    able = is_told() if telling else can_sign_in()
    main = select(Person.role).where(able, Person.role.in_(roles))
    further = select(Post.role).join(Person, Post.person_id == Person.id).where(able, Post.role.in_(roles))
    return set(session.scalars(main.union(further)))
