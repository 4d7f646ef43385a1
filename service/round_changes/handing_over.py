"""Handing over: a successor takes all that somebody has in the open rounds, as leader and as member of teams."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed
from service.models import Assignment, Person, Round, Team, TeamMember
from service.round_changes.labour import Share, fault_of, set_labour
from service.round_changes.teams import change_team
from workflows.findings.facts import Actor
from workflows.vocabulary import TEAM_ROLES, Role


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How much has passed to the successor."""

    rounds: Sequence[Round]
    districts: int  # that he or she now leads
    teams: int  # that he or she is now a member of


def hand_over(
    session: Session,
    from_person_id: str,
    to_person_id: str,
    *,
    actor: Actor,
    now: datetime,
    round_id: str | None = None,
    reason: str | None = None,
) -> HandedOver:
    """Give one person's districts and places in teams to another, in every open round or in one, on record.

    Raises `InvalidInput` when the successor cannot have the post, `Conflict` («nothing_to_hand_over») when there is
    none.
    """
    if not actor.holds(Role.ADMIN):
        raise NotAllowed("not_yours")
    if from_person_id == to_person_id:
        raise InvalidInput({"to_person_id": "duplicate"})
    if session.get(Person, from_person_id) is None:
        raise InvalidInput({"from_person_id": "unknown_person"})
    open_ = [Round.closed_at.is_(None), *([Round.id == round_id] if round_id else [])]
    rounds = session.scalars(select(Round).where(*open_).order_by(Round.id)).all()
    led = select(Assignment).join(Round, Assignment.round_id == Round.id).where(Assignment.leader_id == from_person_id)
    leads = session.scalars(led.where(*open_).order_by(Assignment.district_id)).all()
    joined = select(Team).join(TeamMember, TeamMember.team_id == Team.id).join(Round, Team.round_id == Round.id)
    teams = session.scalars(joined.where(TeamMember.person_id == from_person_id, *open_).order_by(Team.id)).all()
    _check(session, to_person_id, leads=bool(leads), teams=bool(teams))
    shares = {
        round_.id: [Share(one.district_id, one.team_id, to_person_id) for one in leads if one.round_id == round_.id]
        for round_ in rounds
    }
    for round_ in rounds:
        if shares[round_.id]:
            set_labour(session, round_.id, shares[round_.id], actor=actor, now=now, reason=reason)
    for team in teams:
        members = {member.id for member in team.members} - {from_person_id} | {to_person_id}
        change_team(session, team.id, member_ids=members, actor=actor, now=now, reason=reason)
    concerned = {*(one.round_id for one in leads), *(team.round_id for team in teams)}
    return HandedOver([one for one in rounds if one.id in concerned], sum(map(len, shares.values())), len(teams))


def _check(session: Session, to_person_id: str, *, leads: bool, teams: bool) -> None:
    if not leads and not teams:
        raise Conflict("nothing_to_hand_over")
    wanted: list[tuple[tuple[Role, ...], str]] = [((Role.LEADER,), "not_a_leader")] if leads else []
    wanted += [(TEAM_ROLES, "not_of_a_team")] if teams else []
    for roles, not_theirs in wanted:
        if code := fault_of(session, to_person_id, roles, not_theirs):
            raise InvalidInput({"to_person_id": code})
