"""The demonstration's office: its organizations, people and rounds, added to an empty database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from demo.notice import BUREAU, CENTRE, COMMITTEE, TEAMS, office_of
from demo.people import LEADERS, accounts, team_members
from service.checklists.catalogues import NOTICE_2021_35, shipped
from service.checklists.checklists import add_checklists
from service.people.accounts import caller_of
from service.people.new_people import create_person
from service.people.organizations import add_organization
from service.rounds.rounds import NewRound, add_team, ask_from, assign, open_round
from workflows.findings.facts import Actor
from workflows.vocabulary import OrganizationKind, Role


class TeamPlan(NamedTuple):
    """督查组: its name, its members by their keys, its districts."""

    name: str
    members: Sequence[str]
    districts: Sequence[str]


@dataclass(slots=True)
class Office:
    """Organizations by their Chinese names; people by user name, or by name when they have none.

    Rows of the books are `Any` here: doors hand them on, and do not name their types.
    """

    session: Session
    now: datetime
    districts: Mapping[str, Sequence[str]]  # with their universities
    language: str = "zh"
    names: Mapping[str, str] = field(default_factory=dict)  # of organizations and teams in another language
    organizations: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)  # ids of the newest round's checklist items, by number

    def add_organizations(self) -> None:
        """The centre, bureau and committee; the district offices, and their universities."""
        self._add_organization(OrganizationKind.CENTRE, CENTRE)
        self._add_organization(OrganizationKind.BUREAU, BUREAU)
        self._add_organization(OrganizationKind.COMMITTEE, COMMITTEE)
        for district, universities in self.districts.items():
            self._add_organization(OrganizationKind.DISTRICT, office_of(district), CENTRE)
            for name in universities:
                self._add_organization(OrganizationKind.UNIVERSITY, name, office_of(district))

    def add_people(self) -> list[Any]:
        """Everybody with an account, as the rows that were added; without passwords."""
        return [
            self.add_person(one.username, one.name, one.role, one.organization, email=f"{one.username}@demo.example")
            for one in accounts(self.districts, self.language)
        ]

    def add_person(
        self, key: str, name: str, role: Role, organization: str = CENTRE, *, email: str | None = None
    ) -> Any:
        """A person; without an address only a name, without account, who hears nothing."""
        self.people[key] = person = create_person(
            self.session,
            username=key if email else None,
            name=name,
            role=role,
            organization_id=self.organizations[organization].id,
            email=email,
            language=self.language,
            now=self.now,
        )
        return person

    def open_round(
        self, new: NewRound, teams: Sequence[TeamPlan], leaders: Mapping[str, Sequence[str]], *, asks_from: datetime
    ) -> Any:
        """A round with the notice's checklists, whose districts have one team and one leader each.

        Items of the checklists that fall due before `asks_from` are not proposed as findings.
        """
        round_ = open_round(self.session, new)
        items = add_checklists(self.session, round_, shipped(NOTICE_2021_35))
        ask_from(round_, asks_from)
        self.items.update({item.number: item.id for item in items})
        leader_of = {district: self.people[leader] for leader, districts in leaders.items() for district in districts}
        for plan in teams:
            name = self.names.get(plan.name, plan.name)
            team = add_team(self.session, round_, name, [self.people[key] for key in plan.members])
            offices = {district: self.organizations[office_of(district)].id for district in plan.districts}
            assign(self.session, round_, {id_: (team, leader_of[district]) for district, id_ in offices.items()})
        return round_

    def open_demo_round(self, new: NewRound, *, asks_from: datetime) -> None:
        """A round whose division of labour is the notice's, with the people of this office."""
        own = {team: [district for district in team.districts if district in self.districts] for team in TEAMS}
        teams = [
            TeamPlan(team.name, team_members(number), own[team]) for number, team in enumerate(TEAMS, 1) if own[team]
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
