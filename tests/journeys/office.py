"""A city's exam office with the notice's 11 districts, 40 invented universities, and an API client for everybody."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from demo.notice import TEAMS
from service.checklists.catalogues import shipped
from service.checklists.checklists import add_checklists
from service.models import Organization, Person
from service.people.tokens import issue_token
from service.rounds.rounds import NewRound, add_team, assign, open_round
from service.rounds.rulebooks import keep_shipped
from service.store.sweeping import ClockTask
from tests.worlds.http import Clock, Site, local, open_app
from tests.worlds.rows import make_organization, make_person
from workers.jobs import SWEPT, UNHEARD
from workflows.vocabulary import OrganizationKind, Role

STARTS_ON, ENDS_ON = date(2021, 3, 29), date(2021, 6, 6)
EXAM_DAYS = (date(2021, 6, 5), date(2021, 6, 6))
UNIVERSITIES = 40
LEADERS = 3
PLANS = next(sweep for sweep in UNHEARD if sweep.task is ClockTask.PLANS)


@dataclass(slots=True)
class Office(Site):
    """The site of the whole city."""

    round_id: str = ""
    places: dict[str, str] = field(default_factory=dict)  # key → organization
    above: dict[str, str] = field(default_factory=dict)  # a university's district office
    team_of: dict[str, str] = field(default_factory=dict)  # a district office's team head

    @property
    def districts(self) -> list[str]:
        return sorted(key for key in self.places if key.startswith("district-"))

    @property
    def universities(self) -> list[str]:
        return sorted(self.above)


def open_office(url: str, folder: Path) -> Office:
    """The office on the morning of the notice's first day; weekly reports are planned as time passes."""
    clock = Clock(local(3, 29, 8))
    office = Office(open_app(url, folder, clock), clock, {}, (*SWEPT, PLANS))
    with office.session() as session:
        _Builder(office, session).build()
        session.commit()
    return office


@dataclass(frozen=True, slots=True)
class _Builder:
    office: Office
    session: Session

    def build(self) -> None:
        centre = self._place("centre", "明河市招生考试中心", OrganizationKind.CENTRE)
        for key, name in (("bureau", "明河市教育局"), ("committee", "明河市招生考试委员会")):
            self._somebody(key, name, Role(key), self._place(key, name, OrganizationKind(key)))
        leaders = [self._somebody(f"leader-{n}", f"包干领导{n}", Role.LEADER, centre) for n in range(1, LEADERS + 1)]
        self._somebody("leadership", "领导班子成员", Role.LEADERSHIP, centre)
        policy = keep_shipped(self.session, now=self.office.clock.at)
        new = NewRound("2021-35", "2021年专升本考试安全督查", STARTS_ON, ENDS_ON, policy, EXAM_DAYS)
        round_ = open_round(self.session, new)
        self.office.round_id = round_.id
        districts = []
        for number, plan in enumerate(TEAMS, 1):
            head = self._somebody(f"head-{number}", f"组长{number}", Role.TEAM_HEAD, centre)
            inspector = self._somebody(f"inspector-{number}", f"组员{number}", Role.INSPECTOR, centre)
            team = add_team(self.session, round_, plan.name, [head, inspector])
            for name in plan.districts:
                district = self._district(name, centre)
                districts.append(district)
                self.office.team_of[f"district-{name}"] = f"head-{number}"
                leader = leaders[len(districts) % LEADERS]
                assign(self.session, round_, {district.id: (team, leader)})
        for number in range(UNIVERSITIES):
            self._university(number, districts[number % len(districts)])
        add_checklists(self.session, round_, shipped("2021-35"))

    def _district(self, name: str, centre: Organization) -> Organization:
        place = self._place(f"district-{name}", f"{name}招考办", OrganizationKind.DISTRICT, centre)
        self._somebody(f"district-{name}", f"{name}招考办经办人", Role.DISTRICT, place)
        return place

    def _university(self, number: int, district: Organization) -> None:
        key = f"university-{number + 1:02}"
        place = self._place(key, f"明河示例第{number + 1}学院", OrganizationKind.UNIVERSITY, district)
        self._somebody(key, f"第{number + 1}学院招生办", Role.UNIVERSITY, place)
        self.office.above[key] = next(name for name, id_ in self.office.places.items() if id_ == district.id)

    def _place(self, key: str, name: str, kind: OrganizationKind, parent: Organization | None = None) -> Organization:
        made = make_organization(self.session, name, kind, parent)
        self.office.places[key] = made.id
        return made

    def _somebody(self, key: str, name: str, role: Role, place: Organization) -> Person:
        person = make_person(self.session, name, role, place, username=f"p{len(self.office.tokens)}")
        self.office.tokens[key] = issue_token(self.session, person=person, now=self.office.clock.at)
        return person
