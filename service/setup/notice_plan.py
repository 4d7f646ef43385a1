"""What loading a notice would do: which offices and people are already in the books, and which would be added."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import Organization, Person, Round
from service.setup.notice_file import Doubt, Notice
from workflows.vocabulary import TEAM_ROLES, OrganizationKind, Role


@dataclass(slots=True)
class NoticePlan:
    """A notice beside the books; names without a row are those that would be added."""

    notice: Notice
    centre_name: str | None = None
    centre: Organization | None = None
    offices: dict[str, Organization] = field(default_factory=dict)  # by district
    new_offices: dict[str, str] = field(default_factory=dict)  # by district, their names
    people: dict[str, Person] = field(default_factory=dict)
    new_people: dict[str, Role] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)  # those of the file too

    @property
    def stops(self) -> list[Doubt]:
        """What must be put right before anything is loaded."""
        return [doubt for doubt in self.doubts if doubt.stops]

    @property
    def districts(self) -> list[str]:
        """The districts of the division of labour, in the notice's order."""
        return list(dict.fromkeys(district for leader in self.notice.leaders for district in leader.districts))


def plan_notice(session: Session, notice: Notice, *, centre: str | None = None) -> NoticePlan:
    """Match districts and people by name, changing nothing; `centre` names the centre where the books have none.

    Raises InvalidInput on `centre` when they have one of another name.
    """
    plan = NoticePlan(notice, doubts=list(notice.doubts))
    _plan_centre(session, plan, centre)
    if notice.heading.number and session.scalar(select(Round.id).where(Round.number == notice.heading.number)):
        plan.doubts.append(Doubt("number_taken", "文号", {"number": notice.heading.number}, stops=True))
    _plan_offices(session, plan)
    _plan_people(session, plan)
    return plan


def _plan_centre(session: Session, plan: NoticePlan, wanted: str | None) -> None:
    existing = session.scalars(select(Organization).where(Organization.kind == OrganizationKind.CENTRE)).first()
    issuer = plan.notice.heading.centre
    if existing is None:
        plan.centre_name = wanted or issuer
        if plan.centre_name is None:
            plan.doubts.append(Doubt("centre_unknown", "招考中心", stops=True))
        return
    if wanted not in (None, existing.name):
        raise InvalidInput({"centre": "one_centre"})
    plan.centre, plan.centre_name = existing, existing.name
    if issuer not in (None, existing.name):
        plan.doubts.append(Doubt("centre_differs", "招考中心", {"notice": str(issuer), "books": existing.name}))


def _plan_offices(session: Session, plan: NoticePlan) -> None:
    query = select(Organization).where(Organization.kind == OrganizationKind.DISTRICT).order_by(Organization.name)
    offices = session.scalars(query).all()
    for district in plan.districts:
        found = _offices_of(district, offices)
        if len(found) > 1:
            names = "、".join(office.name for office in found)
            plan.doubts.append(Doubt("office_ambiguous", district, {"offices": names}, stops=True))
        elif found:
            plan.offices[district] = found[0]
        else:
            plan.new_offices[district] = f"{district}招考办"
    shared = Counter(office.name for office in plan.offices.values())
    plan.doubts += [
        Doubt("office_shared", district, {"office": office.name}, stops=True)
        for district, office in plan.offices.items()
        if shared[office.name] > 1
    ]


def _offices_of(district: str, offices: Sequence[Organization]) -> list[Organization]:
    """The offices whose names begin with the district's, or with the city's and then it: 郑州市金水区招考办."""
    begins = re.compile(rf"(\w{{1,10}}?[省市])*{re.escape(district)}")
    found = [office for office in offices if begins.match(office.name)]
    exact = [office for office in found if office.name.startswith(district)]
    return exact or found


def _plan_people(session: Session, plan: NoticePlan) -> None:
    wanted = _roles(plan.notice)
    query = select(Person).where(Person.name.in_(wanted), Person.disabled_at.is_(None))
    at_centre = query.where(Person.organization_id == (plan.centre.id if plan.centre else None))
    by_name: Mapping[str, list[Person]] = defaultdict(list)
    for person in session.scalars(at_centre):
        by_name[person.name].append(person)
    for name, role in wanted.items():
        _plan_person(plan, name, role, by_name[name])


def _roles(notice: Notice) -> dict[str, Role]:
    """The role of each person whom the notice names; a leader's goes before a head's, and that before a member's."""
    named = [(name, Role.INSPECTOR) for team in notice.teams for name in team.members]
    named += [(name, Role.TEAM_HEAD) for team in notice.teams for name in team.heads]
    return dict(named) | {leader.name: Role.LEADER for leader in notice.leaders}


def _plan_person(plan: NoticePlan, name: str, role: Role, namesakes: Sequence[Person]) -> None:
    """Take the namesake who has that role, or may fill it; one with an account goes first."""
    fitting = [person for person in namesakes if person.role is role] or [
        person for person in namesakes if role in TEAM_ROLES and person.role in TEAM_ROLES
    ]
    fitting = [person for person in fitting if person.username] or fitting
    if len(fitting) > 1:
        plan.doubts.append(Doubt("person_ambiguous", name, stops=True))
    elif fitting:
        plan.people[name] = fitting[0]
        if fitting[0].role is not role:
            plan.doubts.append(Doubt("person_role_differs", name, {"role": str(fitting[0].role)}))
    else:
        plan.new_people[name] = role
        if namesakes:
            plan.doubts.append(Doubt("person_of_other_role", name, {"role": str(namesakes[0].role)}))
