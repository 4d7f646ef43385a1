"""The demonstration's office: its organizations, people and rounds; its cases, and the mornings of its leaders."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from demo.fast_clock import Act
from demo.notice import BUREAU, CENTRE, COMMITTEE, TEAMS, Team, office_of
from demo.people import LEADERS, LEADERSHIP, accounts, people_around, team_members
from demo.steps import Days
from demo.story import Case, Story
from service.alerts.inbox import acknowledge, alerts
from service.checklists.catalogues import NOTICE_2021_35, shipped
from service.checklists.checklists import add_checklists
from service.evidence.uploads import KeptFile
from service.findings.acknowledgements import next_unacknowledged_at
from service.people.callers import callers_of
from service.people.new_people import create_person
from service.people.organizations import add_organization
from service.rounds.rounds import NewRound, add_team, ask_from, assign, open_round
from workflows.findings.facts import Actor
from workflows.vocabulary import OrganizationKind, Role

MORNING = time(8, 45)


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
        self, new: NewRound, teams: Sequence[Team], leaders: Mapping[str, Sequence[str]], *, asks_from: datetime
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
            team = add_team(self.session, round_, name, [self.people[key] for key in (plan.head, *plan.members)])
            offices = {district: self.organizations[office_of(district)].id for district in plan.districts}
            assign(self.session, round_, {id_: (team, leader_of[district]) for district, id_ in offices.items()})
        return round_

    def open_demo_round(self, new: NewRound, *, asks_from: datetime) -> None:
        """A round whose division of labour is the notice's, with the people of this office."""
        teams = []
        for number, team in enumerate(TEAMS, 1):
            if own := tuple(district for district in team.districts if district in self.districts):
                head, *members = team_members(number)
                teams.append(Team(team.name, head, tuple(members), own))
        leaders = {leader: districts for leader, districts in LEADERS.items() if leader in self.people}
        self.open_round(new, teams, leaders, asks_from=asks_from)

    def actors(self) -> dict[str, Actor]:
        """Everybody as the law sees them, by key."""
        callers = callers_of(self.session, self.people.values())
        return {key: callers[person.id].actor for key, person in self.people.items()}

    def _add_organization(self, kind: OrganizationKind, name: str, parent: str | None = None) -> None:
        above = self.organizations[parent] if parent else None
        shown = self.names.get(name, name)
        self.organizations[name] = add_organization(self.session, kind, shown, parent=above)


def cases(stories: Sequence[Story], office: Office, evidence: Mapping[str, KeptFile]) -> list[Case]:
    """A case for each story, in the same order."""
    actors = office.actors()
    return [
        Case(
            office.session,
            evidence,
            story,
            organization_id=office.organizations[story.unit].id,
            checklist_item_id=office.items[story.item] if story.item else None,
            actors={who: actors[name] for who, name in people_around(story.unit, story.origin, place).items()},
        )
        for place, story in enumerate(stories)
    ]


def mornings(
    office: Office, days: Days, first: str, last: str, *, away: Mapping[str, tuple[str, str]]
) -> Iterator[Act]:
    """Leaders acknowledge their alerts on every working day from first to last, save those `away` between two days.

    Days are written as in stories.
    """
    absences = {name: (days.day(begins), days.day(ends)) for name, (begins, ends) in away.items()}
    leaders = {name: actor for name, actor in office.actors().items() if name in (*LEADERS, *LEADERSHIP)}
    day = days.day(first)
    while day <= days.day(last):
        at = days.calendar.instant(day, MORNING)
        for name, actor in leaders.items():
            if name not in absences or not absences[name][0] <= day <= absences[name][1]:
                yield at, partial(_acknowledge_all, office.session, actor)
        day = days.calendar.working_day_after(day, 1)


def _acknowledge_all(session: Session, actor: Actor, now: datetime) -> None:
    if next_unacknowledged_at(session) is None:  # nobody is waited for: spares the look into the inbox
        return
    for alert in alerts(session, actor=actor, unacknowledged=True, limit=200).items:
        acknowledge(session, alert.id, actor=actor, now=now)
