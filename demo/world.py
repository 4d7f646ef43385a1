"""The world of a demo: organizations, people, a round with its division of labour and checklist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from service.checklists.catalogues import NOTICE_2021_35, shipped
from service.checklists.checklists import add_checklists
from service.people.accounts import caller_of
from service.people.adding import create_person
from service.people.organizations import add_organization
from service.rounds.rounds import NewRound, add_team, ask_from, assign, open_round
from workflows.findings.facts import Actor
from workflows.vocabulary import OrganizationKind, Role


class TeamPlan(NamedTuple):
    """督查组: its name, its members by their keys, the offices of its districts."""

    name: str
    members: Sequence[str]
    offices: Sequence[str]


@dataclass(frozen=True, slots=True)
class World:
    """What has been set up: organizations by name, people by key (user name, or name of those without).

    Rows of the books are `Any` here: doors hand them on, and do not name their types.
    """

    session: Session
    now: datetime
    organizations: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)  # ids of the newest round's checklist items, by number

    def add_organizations(self, centre: str, above: Mapping[str, OrganizationKind]) -> None:
        """The centre, and those who stand beside it."""
        for name, kind in {centre: OrganizationKind.CENTRE, **above}.items():
            self.organizations[name] = add_organization(self.session, kind, name)

    def add_district(self, centre: str, office: str, universities: Sequence[str]) -> None:
        """A district office with its universities."""
        parent = add_organization(self.session, OrganizationKind.DISTRICT, office, parent=self.organizations[centre])
        self.organizations[office] = parent
        for name in universities:
            self.organizations[name] = add_organization(self.session, OrganizationKind.UNIVERSITY, name, parent=parent)

    def add_person(
        self,
        key: str,
        name: str,
        role: Role,
        organization: str,
        *,
        language: str = "zh",
        password: str | None = None,
        with_account: bool = True,
    ) -> Any:
        """Somebody; without an account he or she is only named, and hears nothing."""
        self.people[key] = person = create_person(
            self.session,
            username=key if with_account else None,
            name=name,
            role=role,
            organization_id=self.organizations[organization].id,
            email=f"{key}@demo.example" if with_account else None,
            language=language,
            password=password,
            now=self.now,
        )
        return person

    def open_round(self, new: NewRound, teams: Sequence[TeamPlan], leaders: Mapping[str, Sequence[str]]) -> Any:
        """A round with the notice's checklists, its teams, and each office's one team and one leader."""
        round_ = open_round(self.session, new)
        items = add_checklists(self.session, round_, shipped(NOTICE_2021_35))
        ask_from(round_, self.now)
        self.items.update({item.number: item.id for item in items})
        leader_of = {office: self.people[leader] for leader, offices in leaders.items() for office in offices}
        for plan in teams:
            team = add_team(self.session, round_, plan.name, [self.people[key] for key in plan.members])
            offices = {office: self.organizations[office].id for office in plan.offices}
            assign(self.session, round_, {id_: (team, leader_of[office]) for office, id_ in offices.items()})
        return round_

    def actors(self) -> dict[str, Actor]:
        """Everybody as the law sees them, by key."""
        return {key: caller_of(self.session, person).actor for key, person in self.people.items()}
