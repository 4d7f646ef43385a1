"""A city's exam office with the notice's 11 districts, 40 invented universities, and an API client for everybody."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.app import create_app
from api.http.context import Resources
from demo.notice import TEAMS
from service.checklists.catalogues import shipped
from service.checklists.checklists import add_checklists
from service.models import Organization, Person
from service.people.accounts import issue_token
from service.rounds.rounds import NewRound, add_team, assign, open_round
from service.rounds.rulebooks import keep_shipped
from service.settings import Settings
from service.store.db import sessions
from tests.fakes.client import Client
from tests.worlds.rows import make_organization, make_person
from workers.jobs import SWEPT, UNHEARD
from workflows.vocabulary import OrganizationKind, Role

SHANGHAI = ZoneInfo("Asia/Shanghai")
STARTS_ON, ENDS_ON = date(2021, 3, 29), date(2021, 6, 6)
EXAM_DAYS = (date(2021, 6, 5), date(2021, 6, 6))
UNIVERSITIES = 40
LEADERS = 3


def local(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of 2021 by the clock of the city."""
    return datetime(2021, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


@dataclass(slots=True)
class Office:
    """Everybody at work, and the clock that they go by."""

    app: Flask
    now: datetime
    round_id: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)  # key → organization
    above: dict[str, str] = field(default_factory=dict)  # a university's district office
    team_of: dict[str, str] = field(default_factory=dict)  # a district office's team head

    def __getitem__(self, who: str) -> Client:
        return Client(self.app, self.tokens[who])

    @property
    def engine(self) -> Engine:
        resources: Resources = self.app.extensions["duban"]
        return resources.engine

    @property
    def districts(self) -> list[str]:
        return sorted(key for key in self.places if key.startswith("district-"))

    @property
    def universities(self) -> list[str]:
        return sorted(self.above)

    def session(self) -> Session:
        return sessions(self.engine)()

    def go(self, at: datetime) -> None:
        """Let time pass until then, with workers that are never late."""
        while (due_at := self.next_due_at()) is not None and due_at <= at:
            self.now = max(due_at, self.now)
            with self.session() as session:
                for sweep in (*SWEPT, *UNHEARD[:1]):
                    while sweep.batch(session, now=self.now, limit=1000) == 1000:
                        session.commit()
                session.commit()
        self.now = at

    def next_due_at(self) -> datetime | None:
        """When the clock has something to do next."""
        with self.session() as session:
            clock = (*SWEPT, *UNHEARD[:1])
            return min((at for sweep in clock if (at := sweep.next_at(session))), default=None)


def open_office(url: str, folder: Path) -> Office:
    """The office on the morning of the notice's first day."""
    settings = Settings(
        database_url=url,
        redis_url=None,
        data_dir=folder,
        secret_key="只在测试里用的密钥" * 4,
        smtp_url=None,
        base_url="http://127.0.0.1:8000",
    )
    office = Office(create_app(settings, now=lambda: office.now), local(3, 29, 8))
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
        policy = keep_shipped(self.session, now=self.office.now)
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
        self.office.tokens[key] = issue_token(self.session, person=person, now=self.office.now)
        return person
