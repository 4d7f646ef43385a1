"""督查组 while a round runs: added, renamed, with other members, removed when no district has it any more."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed, existing, refuse_stale
from service.models import Assignment, Person, Round, Team, TeamMember
from service.people.callers import lock_people
from service.round_changes.labour import fault_of
from service.round_changes.locking import locked_round, record_change_of_round
from service.round_changes.succession import Succession, pass_on
from service.rounds.rounds import add_team
from workflows.findings.facts import Actor
from workflows.vocabulary import TEAM_ROLES, Role


def form_team(
    session: Session,
    round_id: str,
    name: str,
    member_ids: Sequence[str],
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> Team:
    """A new team of the round, without districts yet."""
    round_ = locked_round(session, round_id, actor=actor)
    _check_name(session, round_, name)
    _check_members(session, member_ids)
    people = session.scalars(select(Person).where(Person.id.in_(member_ids)).order_by(Person.name)).all()
    team = add_team(session, round_, name, people)
    _record(session, team, round_, {}, {"name": name, "member_ids": sorted(set(member_ids))}, actor, now, reason)
    return team


def change_team(
    session: Session,
    team_id: str,
    *,
    actor: Actor,
    now: datetime,
    name: str | None = None,
    member_ids: Collection[str] | None = None,
    reason: str | None = None,
    seen: Mapping[str, Any] | None = None,
) -> Team:
    """Rename a team, or give it these members and no others; who joins hears what is open in its districts.

    Raises `Conflict` («stale_version») when what is to change is no longer as it was `seen`.
    """
    lock_people(session, session.scalars(select(TeamMember.person_id).where(TeamMember.team_id == team_id)).all())
    team, round_ = _locked(session, team_id, actor)
    members = frozenset(session.scalars(select(TeamMember.person_id).where(TeamMember.team_id == team.id)))
    wanted = members if member_ids is None else frozenset(member_ids)
    before: dict[str, Any] = {"name": team.name, "member_ids": sorted(members)}
    refuse_stale(before, {"name": name or team.name, "member_ids": sorted(wanted)}, seen)
    if name is not None and name != team.name:
        _check_name(session, round_, name)
        team.name = name
    _check_members(session, sorted(wanted - members))
    session.execute(delete(TeamMember).where(TeamMember.team_id == team.id, TeamMember.person_id.not_in(wanted)))
    session.add_all(TeamMember(team_id=team.id, person_id=id_) for id_ in sorted(wanted - members))
    after = {"name": team.name, "member_ids": sorted(wanted)}
    _record(session, team, round_, before, after, actor, now, reason)
    if wanted != members:
        _pass_on(session, team, round_, members - wanted, wanted - members, actor, now)
    session.expire(team)
    return team


def remove_team(session: Session, team_id: str, *, actor: Actor, now: datetime, reason: str | None = None) -> None:
    """Remove a team that no district has; raises `Conflict` («team_has_districts») otherwise."""
    team, round_ = _locked(session, team_id, actor)
    if session.scalar(select(exists().where(Assignment.team_id == team.id))):
        raise Conflict("team_has_districts")
    members = sorted(session.scalars(select(TeamMember.person_id).where(TeamMember.team_id == team.id)))
    _record(session, team, round_, {"name": team.name, "member_ids": members}, {}, actor, now, reason)
    session.execute(delete(TeamMember).where(TeamMember.team_id == team.id))
    session.execute(delete(Team).where(Team.id == team.id))


def _locked(session: Session, team_id: str, actor: Actor) -> tuple[Team, Round]:
    if not actor.holds(Role.ADMIN):
        raise NotAllowed("not_yours")
    team = existing(session.get(Team, team_id))
    round_ = locked_round(session, team.round_id, actor=actor)
    return existing(session.get(Team, team_id, populate_existing=True)), round_


def _check_name(session: Session, round_: Round, name: str) -> None:
    if session.scalar(select(exists().where(Team.round_id == round_.id, Team.name == name))):
        raise InvalidInput({"name": "team_name_taken"})


def _check_members(session: Session, ids: Sequence[str]) -> None:
    wrong = {
        f"member_ids.{position}": code
        for position, id_ in enumerate(ids)
        if (code := fault_of(session, id_, TEAM_ROLES, "not_of_a_team"))
    }
    if wrong:
        raise InvalidInput(wrong)


def _record(
    session: Session,
    team: Team,
    round_: Round,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    reason: str | None,
) -> None:
    data = {"team_id": team.id}
    record_change_of_round(session, round_, before, after, actor=actor, now=now, reason=reason, data=data)


def _pass_on(
    session: Session,
    team: Team,
    round_: Round,
    gone: frozenset[str],
    come: frozenset[str],
    actor: Actor,
    now: datetime,
) -> None:
    session.flush()
    districts = session.scalars(select(Assignment.district_id).where(Assignment.team_id == team.id)).all()
    successions = [Succession(district, gone, come, Role.INSPECTOR) for district in districts]
    pass_on(session, round_, successions, actor=actor, now=now)
