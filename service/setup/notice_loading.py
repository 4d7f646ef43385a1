"""Opening a round from a notice: offices, people, checklists and the division of labour, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.checklists.checklists import add_checklists
from service.errors import InvalidInput
from service.models import Organization, Person, Round, Team
from service.people.new_people import create_person
from service.people.organizations import add_organization
from service.people.person_record import record_change_of
from service.records.journal import NewEntry, record_entries
from service.reports.plan import plan_due
from service.rounds.rounds import NewRound, add_team, ask_from, assign, open_round
from service.setup.notice_plan import NoticePlan
from service.setup.rulebooks.policies import policy_for_new_rounds
from workflows.findings.facts import OPERATOR, Actor
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import OrganizationKind


@dataclass(frozen=True, slots=True)
class LoadedNotice:
    """What a notice has added to the books."""

    number: str
    items: int
    teams: int
    districts: int
    organizations: Sequence[str]  # the names of new ones
    people: Sequence[str]  # the names of those who were not known; they have no accounts
    exam_days: Sequence[date]  # as far as the notice names them


def load_notice(
    session: Session, plan: NoticePlan, *, now: datetime, actor: Actor = OPERATOR, reason: str | None = None
) -> LoadedNotice:
    """Open the round of a notice as planned; people whom only the notice names have no user name, and hear nothing.

    Raises InvalidInput while something in the notice has to be put right first. Nothing may be committed then.
    """
    heading = plan.notice.heading
    if plan.stops or not (heading.number and heading.title and heading.starts_on and heading.ends_on):
        raise InvalidInput({"file": "notice_in_doubt"}, count=len(plan.stops))
    centre = plan.centre or add_organization(session, OrganizationKind.CENTRE, plan.centre_name or "")
    offices = dict(plan.offices)
    for district, name in plan.new_offices.items():
        offices[district] = add_organization(session, OrganizationKind.DISTRICT, name, parent=centre)
    people = dict(plan.people)
    for name, role in plan.new_people.items():
        people[name] = create_person(session, username=None, name=name, role=role, organization_id=centre.id, now=now)
        record_change_of(session, people[name], JournalAct.ADD, {}, actor=actor, now=now)
    version = policy_for_new_rounds(session, now=now)
    period = heading.starts_on, heading.ends_on
    known = heading.exam_days, heading.document_number
    new = NewRound(heading.number, heading.title, *period, version, *known)
    round_ = open_round(session, new)
    items = add_checklists(session, round_, plan.notice.checklists)
    ask_from(round_, now)
    _assign_districts(session, round_, plan, offices, people)
    record_entries(session, [_opening(round_, plan, len(items), actor, reason)], now=now)
    plan_due(session, now=now)
    added = [plan.centre_name or ""] if plan.centre is None else []
    return LoadedNotice(
        heading.number,
        len(items),
        len(plan.notice.teams),
        len(offices),
        [*added, *plan.new_offices.values()],
        list(plan.new_people),
        heading.exam_days,
    )


def _assign_districts(
    session: Session, round_: Round, plan: NoticePlan, offices: dict[str, Organization], people: dict[str, Person]
) -> None:
    """Give each district its team and its leader (annex 3)."""
    leader_of = {district: people[leader.name] for leader in plan.notice.leaders for district in leader.districts}
    labour: dict[str, tuple[Team, Person | None]] = {}
    for team in plan.notice.teams:
        members = list(dict.fromkeys((*team.heads, *team.members)))
        row = add_team(session, round_, team.name, [people[name] for name in members])
        labour |= {offices[district].id: (row, leader_of.get(district)) for district in team.districts}
    assign(session, round_, labour)


def _opening(round_: Round, plan: NoticePlan, items: int, actor: Actor, reason: str | None) -> NewEntry:
    """What the journal keeps of it, without names of people."""
    issued_on = plan.notice.heading.issued_on
    day = issued_on.isoformat() if issued_on else None
    data: dict[str, object] = {"number": round_.number, "issued_on": day, "items": items}
    if plan.settled:
        data["settled"] = plan.settled
    return NewEntry(
        subject_kind=SubjectKind.ROUND,
        subject_id=round_.id,
        act=JournalAct.OPEN,
        round_id=round_.id,
        actor=actor,
        reason=reason,
        data=data,
    )
