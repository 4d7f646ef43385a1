"""Loading a round from its file: organizations, the round, its teams and the division of labour, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.checklists.catalogues import shipped
from service.checklists.checklists import add_checklists
from service.errors import InvalidInput
from service.models import Organization, Person
from service.people.accounts import person_named
from service.people.organizations import add_organization
from service.people.posts import roles_of
from service.reports.plan import plan_due
from service.round_changes.participants import ParticipantChange, set_participants
from service.rounds.rounds import NewRound, add_team, ask_from, assign, open_round
from service.setup.round_file import OrganizationTable, RoundFile, RoundTable, read_round_file
from service.setup.rulebooks.policies import policy_for_new_rounds
from workflows.vocabulary import TEAM_ROLES, UNIT_KINDS, OrganizationKind, Role

_FROM_ABOVE = {OrganizationKind.DISTRICT: 1, OrganizationKind.UNIVERSITY: 2}  # the others stand under nobody


@dataclass(frozen=True, slots=True)
class LoadedRound:
    """What a round's file has added; `number` is None without a round."""

    organizations: int
    number: str | None = None
    teams: int = 0
    districts: int = 0


def load_round(session: Session, text: str, *, now: datetime, only_organizations: bool = False) -> LoadedRound:
    """Add what the file holds; organizations that exist by name stay as they are.

    Raises `InvalidInput`, which maps each place of the file to what is wrong there; nothing may be committed then.
    """
    file = read_round_file(text)
    by_name = {organization.name: organization for organization in session.scalars(select(Organization))}
    before = len(by_name)
    _add_organizations(session, file.organizations, by_name)
    added = len(by_name) - before
    if file.round is None or only_organizations:
        plan_due(session, now=now)
        return LoadedRound(added)
    _open(session, file, file.round, by_name, now)
    plan_due(session, now=now)
    return LoadedRound(added, file.round.number, len(file.teams), len(file.assignments))


def _add_organizations(session: Session, tables: Sequence[OrganizationTable], by_name: dict[str, Organization]) -> None:
    """Add those that do not exist yet, to the books and to `by_name`, from above to below."""
    wrong = {}
    for table in sorted(tables, key=lambda table: _FROM_ABOVE.get(table.kind, 0)):
        place = f"[[organizations]] {table.name}"
        parent = by_name.get(table.parent) if table.parent else None
        if (there := by_name.get(table.name)) is not None:
            if (there.kind, there.parent_id) != (table.kind, parent.id if parent else None):
                wrong[place] = "organization_differs"
        elif table.kind is OrganizationKind.CENTRE and any(one.kind is table.kind for one in by_name.values()):
            wrong[place] = "one_centre"
        else:
            try:
                by_name[table.name] = add_organization(session, table.kind, table.name, parent=parent)
            except InvalidInput:  # the name is new, so it is the parent
                wrong[f"{place} · parent {table.parent or ''}"] = "wrong_parent"
    if wrong:
        raise InvalidInput(wrong)


def _open(
    session: Session, file: RoundFile, table: RoundTable, by_name: dict[str, Organization], now: datetime
) -> None:
    people = _people(session, file)
    if wrong := _team_errors(file, people) | _assignment_errors(file, people, by_name) | _unit_errors(file, by_name):
        raise InvalidInput(wrong)
    version = policy_for_new_rounds(session, now=now)
    known = table.exam_days, table.document_number
    new = NewRound(table.number, table.title, table.starts_on, table.ends_on, version, *known)
    round_ = open_round(session, new)
    if table.checklists:
        add_checklists(session, round_, shipped(table.checklists))
        ask_from(round_, now)
    teams = {
        team.name: add_team(session, round_, team.name, [people[name] for name in team.members]) for team in file.teams
    }
    labour = {
        by_name[part.district].id: (teams[part.team], people[part.leader] if part.leader else None)
        for part in file.assignments
    }
    assign(session, round_, labour)
    if table.units or table.without:
        named, excepted = ([by_name[name].id for name in names or ()] for names in (table.units, table.without))
        set_participants(session, round_, ParticipantChange(only=named or None, remove=excepted))


def _people(session: Session, file: RoundFile) -> dict[str, Person]:
    """Everybody whom the file names and who has an account, by the name as it is written there."""
    named = {name for team in file.teams for name in team.members} | {
        part.leader for part in file.assignments if part.leader
    }
    found = {name: person_named(session, name) for name in named}
    return {name: person for name, person in found.items() if person is not None}


def _team_errors(file: RoundFile, people: dict[str, Person]) -> dict[str, str]:
    wrong = {}
    for team in file.teams:
        members: set[str] = set()
        for name in team.members:
            place = f"[[teams]] {team.name} · members {name}"
            person = people.get(name)
            if person is None:
                wrong[place] = "unknown_person"
            elif not set(TEAM_ROLES) & {*roles_of(person)}:
                wrong[place] = "not_of_a_team"
            elif person.id in members:
                wrong[place] = "duplicate"
            else:
                members.add(person.id)
    return wrong


def _assignment_errors(file: RoundFile, people: dict[str, Person], by_name: dict[str, Organization]) -> dict[str, str]:
    wrong = {}
    for part in file.assignments:
        place = f"[[assignments]] {part.district}"
        if part.district not in by_name or by_name[part.district].kind is not OrganizationKind.DISTRICT:
            wrong[place] = "unknown_district"
        if part.leader is None:
            continue
        if part.leader not in people:
            wrong[f"{place} · leader {part.leader}"] = "unknown_person"
        elif Role.LEADER not in roles_of(people[part.leader]):
            wrong[f"{place} · leader {part.leader}"] = "not_a_leader"
    return wrong


def _unit_errors(file: RoundFile, by_name: dict[str, Organization]) -> dict[str, str]:
    """Whom the round names or excepts, by name: universities and district offices of its own districts."""
    wrong: dict[str, str] = {}
    if file.round is None:
        return wrong
    assigned = {by_name[part.district].id for part in file.assignments if part.district in by_name}
    for key, names in (("units", file.round.units), ("without", file.round.without)):
        for name in names or ():
            unit = by_name.get(name)
            if unit is None or unit.kind not in UNIT_KINDS or unit.closed_at is not None:
                wrong[f"[round] {key} {name}"] = "unknown_unit"
            elif unit.district_id not in assigned:
                wrong[f"[round] {key} {name}"] = "unit_unassigned"
    return wrong
