"""What loading a notice would do: which offices and people are already in the books, and which would be added."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import Organization, Person, Post, Round
from service.people.posts import roles_of
from service.setup.notice_file import Doubt, Notice
from workflows.signs import plain_name
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
    settled: dict[str, str] = field(default_factory=dict)  # what was settled beside the file, without names

    @property
    def stops(self) -> list[Doubt]:
        """What must be put right before anything is loaded."""
        return [doubt for doubt in self.doubts if doubt.stops]

    @property
    def districts(self) -> list[str]:
        """The districts of the division of labour, in the notice's order."""
        led = [district for leader in self.notice.leaders for district in leader.districts]
        inspected = [district for team in self.notice.teams for district in team.districts]
        return list(dict.fromkeys((*led, *inspected)))


def plan_notice(session: Session, notice: Notice, *, centre: str | None = None) -> NoticePlan:
    """Match districts and people by name, changing nothing; `centre` names the centre where the books have none.

    Raises InvalidInput on `centre` when they have one of another name.
    """
    plan = NoticePlan(notice, doubts=list(notice.doubts))
    _plan_centre(session, plan, centre)
    if (taken := number_taken(session, notice)) is not None:
        plan.doubts.append(taken)
    _plan_offices(session, plan)
    _plan_people(session, plan)
    return plan


def number_taken(session: Session, notice: Notice) -> Doubt | None:
    """Whether a round has the short number: this notice was loaded before, or another office's has the same."""
    number, document_number = notice.heading.number, notice.heading.document_number
    there = session.scalars(select(Round).where(Round.number == number)).first() if number else None
    if there is None:
        return None
    if document_number and there.document_number not in (None, document_number):
        names = {"number": there.number, "document_number": str(there.document_number)}
        return Doubt("number_of_another", "轮次", names, stops=True)
    return Doubt("number_taken", "文号", {"number": there.number}, stops=True)


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
    query = select(Organization).where(Organization.kind == OrganizationKind.DISTRICT, Organization.closed_at.is_(None))
    query = query.order_by(Organization.name)
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
    by_name: Mapping[str, list[Person]] = defaultdict(list)
    for person in _people_of_centre(session, plan):
        by_name[plain_name(person.name)].append(person)
    for name, role in _roles(plan.notice).items():
        _plan_person(plan, name, role, by_name[plain_name(name)])


def _people_of_centre(session: Session, plan: NoticePlan) -> Sequence[Person]:
    if plan.centre is None:
        return []
    there = select(Post.person_id).where(Post.organization_id == plan.centre.id)
    query = select(Person).where(or_(Person.organization_id == plan.centre.id, Person.id.in_(there)))
    return session.scalars(query.where(Person.disabled_at.is_(None)).order_by(Person.created_at)).unique().all()


def _roles(notice: Notice) -> dict[str, Role]:
    """The role of each person whom the notice names; a leader's goes before a head's, and that before a member's."""
    named = [(name, Role.INSPECTOR) for team in notice.teams for name in team.members]
    named += [(name, Role.TEAM_HEAD) for team in notice.teams for name in team.heads]
    return dict(named) | {leader.name: Role.LEADER for leader in notice.leaders}


def _plan_person(plan: NoticePlan, name: str, role: Role, namesakes: Sequence[Person]) -> None:
    """Take the namesake who has that role, or may fill it; one with an account goes first."""
    fitting = [person for person in namesakes if role in roles_of(person)] or [
        person for person in namesakes if role in TEAM_ROLES and set(TEAM_ROLES) & {*roles_of(person)}
    ]
    fitting = [person for person in fitting if person.username] or fitting
    if len(fitting) > 1:
        plan.doubts.append(Doubt("person_ambiguous", name, stops=True))
    elif fitting:
        plan.people[name] = fitting[0]
        if role not in roles_of(fitting[0]):
            plan.doubts.append(Doubt("person_role_differs", name, {"role": str(fitting[0].role)}))
    else:
        plan.new_people[name] = role
        if namesakes:
            plan.doubts.append(Doubt("person_of_other_role", name, {"role": str(namesakes[0].role)}))
