"""包干分工 while a round runs: which team and which responsible leader a district has, from a moment on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.errors import Conflict, InvalidInput
from service.models import AT_ONCE, Assignment, Organization, Person, Round, Team, TeamMember
from service.people.callers import lock_people
from service.round_changes.locking import locked_round, record_change_of_round
from service.round_changes.succession import Succession, pass_on
from service.rounds.vacancies import can_sign_in, holds
from workflows.findings.facts import Actor
from workflows.vocabulary import OrganizationKind, Role

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Share:
    """A district with its one team and its responsible leader, if there is one."""

    district_id: str
    team_id: str
    leader_id: str | None = None
    seen: tuple[str | None, str | None] | None = None  # team and leader that the caller goes by, if any


def labour_of(session: Session, round_: Round) -> Sequence[Assignment]:
    """The division of labour of a round, district by district."""
    query = select(Assignment).where(Assignment.round_id == round_.id).options(joinedload(Assignment.team))
    query = query.options(joinedload(Assignment.district), joinedload(Assignment.leader))
    return sorted(session.scalars(query), key=lambda one: (one.district.name, one.district_id))


def set_labour(
    session: Session,
    round_id: str,
    shares: Sequence[Share],
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> Round:
    """Give districts their team and leader from now on, each on record; districts that are not named keep theirs.

    Who comes hears what is open there. Raises `InvalidInput` naming the share that cannot be, `Conflict` for one that
    has changed since it was seen.
    """
    lock_people(session, _who_may_lose(session, round_id, [share.district_id for share in shares]))
    round_ = locked_round(session, round_id, actor=actor)
    _check(session, round_, shares)
    successions: list[Succession] = []
    for share in shares:
        successions += _set(session, round_, share, actor, now, reason)
    pass_on(session, round_, successions, actor=actor, now=now)
    session.expire_all()
    return round_


def _set(
    session: Session, round_: Round, share: Share, actor: Actor, now: datetime, reason: str | None
) -> list[Succession]:
    found = session.get(Assignment, (round_.id, share.district_id), with_for_update=True, populate_existing=True)
    team_before, leader_before = (found.team_id, found.leader_id) if found else (None, None)
    if share.seen not in (None, (team_before, leader_before)):
        raise Conflict("stale_version")
    changed = record_change_of_round(
        session,
        round_,
        {"team_id": team_before, "leader_id": leader_before},
        {"team_id": share.team_id, "leader_id": share.leader_id},
        actor=actor,
        now=now,
        reason=reason,
        data={"district_id": share.district_id},
    )
    if not changed:
        return []
    if found is None:
        found = Assignment(round_id=round_.id, district_id=share.district_id, team_id=share.team_id)
        session.add(found)
        round_.replan_at = AT_ONCE  # the district and its universities owe weekly reports from now on
    found.team_id, found.leader_id = share.team_id, share.leader_id
    before, after = _members(session, team_before), _members(session, share.team_id)
    led, leads = ({id_} if id_ else set() for id_ in (leader_before, share.leader_id))
    return [
        Succession(share.district_id, gone - come, come - gone, role)
        for role, gone, come in ((Role.LEADER, frozenset(led), frozenset(leads)), (Role.INSPECTOR, before, after))
        if gone != come
    ]


def _who_may_lose(session: Session, round_id: str, district_ids: Sequence[str]) -> set[str]:
    """Leaders and team members of these districts as they stand."""
    here = (Assignment.round_id == round_id, Assignment.district_id.in_(district_ids))
    leaders = select(Assignment.leader_id).where(*here, Assignment.leader_id.is_not(None))
    members = select(TeamMember.person_id).join(Assignment, Assignment.team_id == TeamMember.team_id).where(*here)
    return {id_ for query in (leaders, members) for id_ in session.scalars(query) if id_}


def _members(session: Session, team_id: str | None) -> frozenset[str]:
    members = select(TeamMember.person_id).where(TeamMember.team_id == team_id)
    return frozenset(session.scalars(members)) if team_id else _NONE


def _check(session: Session, round_: Round, shares: Sequence[Share]) -> None:
    wrong: dict[str, str] = {}
    seen: set[str] = set()
    for position, share in enumerate(shares):
        place = f"assignments.{position}"
        district, team = session.get(Organization, share.district_id), session.get(Team, share.team_id)
        if district is None or district.kind is not OrganizationKind.DISTRICT:
            wrong[f"{place}.district_id"] = "unknown_district"
        elif district.closed_at is not None:
            wrong[f"{place}.district_id"] = "organization_closed"
        elif share.district_id in seen:
            wrong[f"{place}.district_id"] = "duplicate"
        if team is None or team.round_id != round_.id:
            wrong[f"{place}.team_id"] = "unknown_team"
        if share.leader_id and (code := fault_of(session, share.leader_id, (Role.LEADER,), "not_a_leader")):
            wrong[f"{place}.leader_id"] = code
        seen.add(share.district_id)
    if wrong:
        raise InvalidInput(wrong)


def fault_of(session: Session, person_id: str, roles: Sequence[Role], not_theirs: str) -> str | None:
    """Why a person cannot have a post that wants one of these roles; None when he or she can."""
    query = select(holds(roles), can_sign_in()).where(Person.id == person_id)
    found = session.execute(query).one_or_none()
    if found is None:
        return "unknown_person"
    fits, open_ = found
    return not_theirs if not fits else None if open_ else "cannot_sign_in"
