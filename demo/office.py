"""The demonstration's office: invented universities and people in the districts of the notice, and their accounts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from demo.notice import BUREAU, CENTRE, COMMITTEE, TEAMS, office_of
from service.checklists.catalogues import NOTICE_2021_35, shipped
from service.checklists.checklists import add_checklists
from service.people.accounts import caller_of
from service.people.adding import create_person
from service.people.organizations import add_organization
from service.rounds.rounds import NewRound, add_team, ask_from, assign, open_round
from workflows.findings.facts import Actor
from workflows.vocabulary import OrganizationKind, Origin, Role

SLUGS = {
    "金水区": "jinshui",
    "管城区": "guancheng",
    "中原区": "zhongyuan",
    "惠济区": "huiji",
    "荥阳市": "xingyang",
    "二七区": "erqi",
    "新密市": "xinmi",
    "登封市": "dengfeng",
    "新郑市": "xinzheng",
    "中牟县": "zhongmu",
    "郑东新区": "zhengdong",
}
UNIVERSITIES = {
    "金水区": (
        "示例一大学",
        "云桥示例学院",
        "示例省数字经济与现代信息技术应用职业技术师范高等专科学校（云栖湖校区、望山校区）",
    ),
    "管城区": ("示例二大学", "晨星示例职业学院"),
    "中原区": ("示例三大学", "青禾示例学院"),
    "惠济区": ("示例四大学", "长河示例学院"),
    "荥阳市": ("示例五学院", "松影示例职业学院"),
    "二七区": ("示例六大学", "“博雅·求真”示例学院（南校区）"),
    "新密市": ("示例七学院", "石泉示例职业学院"),
    "登封市": ("示例八学院", "望岳示例学院"),
    "新郑市": ("示例九学院", "枣林示例学院"),
    "中牟县": ("示例十学院", "绿洲示例职业学院"),
    "郑东新区": ("示例十一大学", "镜湖示例学院"),
}

# the responsible leaders' districts are those of annex 3, the people are not
LEADERS = {
    "leader-1": ("金水区", "荥阳市", "郑东新区"),
    "leader-2": ("中原区", "管城区", "新密市", "登封市"),
    "leader-3": ("二七区", "惠济区", "新郑市", "中牟县"),
}
LEADERSHIP = ("leadership-1", "leadership-2", "leadership-3")
INSPECTORS_IN_A_TEAM = 2
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
)
_IN_ENGLISH = "Zhao Qian Sun Li Zhou Wu Zheng Wang Feng Chen Chu Wei Jiang Shen Han Yang Zhu Qin You Xu He Lü"


class TeamPlan(NamedTuple):
    """督查组: its name, its members by their keys, its districts."""

    name: str
    members: Sequence[str]
    districts: Sequence[str]


@dataclass(slots=True)
class Office:
    """What has been set up: organizations by their Chinese names, people by user name, or name of those without.

    Rows of the books are `Any` here: doors hand them on, and do not name their types.
    """

    session: Session
    now: datetime
    language: str = "zh"
    names: Mapping[str, str] = field(default_factory=dict)  # of organizations and teams in another language
    organizations: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)  # ids of the newest round's checklist items, by number

    def add_organizations(self, units: Sequence[str]) -> None:
        """The centre, bureau and committee, and the universities among the units with their district offices."""
        self._add_organization(OrganizationKind.CENTRE, CENTRE)
        self._add_organization(OrganizationKind.BUREAU, BUREAU)
        self._add_organization(OrganizationKind.COMMITTEE, COMMITTEE)
        for district, universities in UNIVERSITIES.items():
            if wanted := [name for name in universities if name in units]:
                office = office_of(district)
                self._add_organization(OrganizationKind.DISTRICT, office, CENTRE)
                for name in wanted:
                    self._add_organization(OrganizationKind.UNIVERSITY, name, office)

    def add_people(self) -> list[str]:
        """Everybody with an account, under invented names such as 张示例; their user names."""
        named = set(self.people)
        names = [f"{surname}示例" for surname in _SURNAMES]
        if self.language == "en":
            names = [f"{surname} Shili" for surname in _IN_ENGLISH.split()]
        for name, (username, role, organization) in zip(names, self._accounts(), strict=False):
            self.add_person(username, name, role, organization, email=f"{username}@demo.example")
        return [username for username in self.people if username not in named]

    def add_person(
        self, key: str, name: str, role: Role, organization: str = CENTRE, *, email: str | None = None
    ) -> None:
        """Somebody; one without an address has no account either, is only named, and hears nothing."""
        self.people[key] = create_person(
            self.session,
            username=key if email else None,
            name=name,
            role=role,
            organization_id=self.organizations[organization].id,
            email=email,
            language=self.language,
            now=self.now,
        )

    def open_round(
        self, new: NewRound, teams: Sequence[TeamPlan], leaders: Mapping[str, Sequence[str]], *, asks_from: datetime
    ) -> Any:
        """A round with the notice's checklists; each district that has an office gets its one team and one leader."""
        round_ = open_round(self.session, new)
        items = add_checklists(self.session, round_, shipped(NOTICE_2021_35))
        ask_from(round_, asks_from)
        self.items.update({item.number: item.id for item in items})
        leader_of = {district: self.people[leader] for leader, districts in leaders.items() for district in districts}
        for plan in teams:
            name = self.names.get(plan.name, plan.name)
            team = add_team(self.session, round_, name, [self.people[key] for key in plan.members])
            offices = {district: self.organizations.get(office_of(district)) for district in plan.districts}
            labour = {office.id: (team, leader_of[district]) for district, office in offices.items() if office}
            assign(self.session, round_, labour)
        return round_

    def open_demo_round(self, new: NewRound, *, asks_from: datetime) -> None:
        """A round whose division of labour is the notice's, with the people of this office."""
        teams = [
            TeamPlan(team.name, _members(number), team.districts)
            for number, team in enumerate(TEAMS, 1)
            if self._covers(team.districts)
        ]
        leaders = {leader: districts for leader, districts in LEADERS.items() if leader in self.people}
        self.open_round(new, teams, leaders, asks_from=asks_from)

    def actors(self) -> dict[str, Actor]:
        """Everybody as the law sees them, by key."""
        return {key: caller_of(self.session, person).actor for key, person in self.people.items()}

    def _add_organization(self, kind: OrganizationKind, name: str, parent: str | None = None) -> None:
        above = self.organizations[parent] if parent else None
        shown = self.names.get(name, name)
        self.organizations[name] = add_organization(self.session, kind, shown, parent=above)

    def _accounts(self) -> Iterator[tuple[str, Role, str]]:
        """User name, role and organization of everybody."""
        for number, team in enumerate(TEAMS, 1):
            if self._covers(team.districts):
                head, *members = _members(number)
                yield head, Role.TEAM_HEAD, CENTRE
                yield from ((member, Role.INSPECTOR, CENTRE) for member in members)
        yield from ((leader, Role.LEADER, CENTRE) for leader in LEADERS if self._covers(LEADERS[leader]))
        yield from ((leader, Role.LEADERSHIP, CENTRE) for leader in LEADERSHIP)
        yield "admin", Role.ADMIN, CENTRE
        for district in UNIVERSITIES:
            for unit, username in usernames_in(district).items():
                if unit in self.organizations:
                    yield username, Role.DISTRICT if unit == office_of(district) else Role.UNIVERSITY, unit
        yield "bureau", Role.BUREAU, BUREAU
        yield "committee", Role.COMMITTEE, COMMITTEE

    def _covers(self, districts: Sequence[str]) -> bool:
        return any(office_of(district) in self.organizations for district in districts)


def usernames_in(district: str) -> dict[str, str]:
    """The user names of a district's units: its office and its universities, by the organizations' names."""
    slug = SLUGS[district]
    universities = {name: f"{slug}-{number}" for number, name in enumerate(UNIVERSITIES[district], 1)}
    return {office_of(district): f"office-{slug}", **universities}


def around(actors: Mapping[str, Actor], unit: str, origin: Origin, place: int) -> dict[str, Actor]:
    """Those who have to do with a unit's finding; its place in the list decides who of several colleagues it is."""
    district = next(district for district in UNIVERSITIES if unit in usernames_in(district))
    team = next(number for number, team in enumerate(TEAMS, 1) if district in team.districts)
    head, *inspectors = _members(team)
    overseer = f"office-{SLUGS[district]}" if origin is Origin.DISTRICT else inspectors[place % INSPECTORS_IN_A_TEAM]
    return {
        "unit": actors[usernames_in(district)[unit]],
        "overseer": actors[overseer],
        "head": actors[head],
        "leadership": actors[LEADERSHIP[place % len(LEADERSHIP)]],
        "bureau": actors["bureau"],
        "committee": actors["committee"],
    }


def _members(team: int) -> list[str]:
    """The user names of a team, its head first; teams count from 1."""
    return [f"head-{team}", *(f"inspector-{team}{place}" for place in range(1, INSPECTORS_IN_A_TEAM + 1))]
