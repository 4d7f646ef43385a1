"""Rounds: opening one with its division of labour, and closing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import (
    AT_ONCE,
    Assignment,
    Finding,
    Inspection,
    Organization,
    Person,
    Round,
    Team,
    TeamMember,
    WeeklyReport,
)
from workflows.vocabulary import OrganizationKind

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class NewRound:
    """A notice in force: its number, period and the policy that its findings are logged under."""

    number: str
    title: str
    starts_on: date
    ends_on: date
    policy_version: str
    exam_days: Sequence[date] = ()
    document_number: str | None = None


def open_round(session: Session, new: NewRound) -> Round:
    """Open a round; teams and assignments follow."""
    check_period(new.starts_on, new.ends_on)
    if session.scalar(select(Round.id).where(Round.number == new.number)):
        raise InvalidInput({"number": "number_taken"})
    round_ = Round(
        number=new.number,
        title=new.title,
        document_number=new.document_number,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        exam_days=_iso(new.exam_days),
        policy_version=new.policy_version,
        replan_at=AT_ONCE,
        next_action_at=datetime.combine(new.starts_on, time.min, UTC),  # before anything falls due in it
    )
    session.add(round_)
    session.flush()
    return round_


def all_rounds(session: Session) -> list[Round]:
    """Every round, the one that began last first."""
    return list(session.scalars(select(Round).order_by(Round.starts_on.desc(), Round.number)))


def check_period(starts_on: date, ends_on: date) -> None:
    """Raise `InvalidInput` when a round of these days ends before it begins, or lasts for too long."""
    if ends_on < starts_on:
        raise InvalidInput({"ends_on": "ends_before_start"})
    if ends_on - starts_on > LONGEST:
        raise InvalidInput({"ends_on": "round_too_long"})  # every unit would owe a report for each of its weeks


def ask_from(round_: Round, at: datetime) -> None:
    """Propose findings only on items that fall due from `at` on: before, no inspection could confirm them here."""
    begun = round_.next_action_at
    round_.next_action_at = max(begun, at) if begun else at


def add_team(session: Session, round_: Round, name: str, members: Sequence[Person]) -> Team:
    """A team of the round (annex 3, part 2)."""
    team = Team(round_id=round_.id, name=name)
    session.add(team)
    session.flush()
    session.add_all(TeamMember(team_id=team.id, person_id=member.id) for member in members)
    session.flush()
    return team


def assign(session: Session, round_: Round, labour: Mapping[str, tuple[Team, Person | None]]) -> None:
    """包干分工: give each district (by id) exactly one team and one responsible leader, if there is one (annex 3).

    Raises `InvalidInput` for a district office that is unknown or already assigned in the round.
    """
    offices = set(session.scalars(select(Organization.id).where(Organization.kind == OrganizationKind.DISTRICT)))
    taken = set(session.scalars(select(Assignment.district_id).where(Assignment.round_id == round_.id)))
    if set(labour) - offices:
        raise InvalidInput({"district_id": "unknown_organization"})
    if set(labour) & taken:
        raise InvalidInput({"district_id": "district_assigned"})
    session.add_all(
        Assignment(round_id=round_.id, district_id=district_id, team_id=team.id, leader_id=leader and leader.id)
        for district_id, (team, leader) in labour.items()
    )
    round_.replan_at = AT_ONCE  # these districts and their universities owe weekly reports
    session.flush()


def close_round(session: Session, round_: Round, *, now: datetime) -> None:
    """Close a round: its clocks fall silent, and its findings do not move any more.

    `service.round_closing` decides what becomes of those still open.
    """
    round_.closed_at, round_.next_action_at = now, None
    recount_timers(session, round_, now=now)
    owed = update(WeeklyReport).where(WeeklyReport.round_id == round_.id, WeeklyReport.next_action_at.is_not(None))
    session.execute(owed.values(next_action_at=None).execution_options(synchronize_session=False))


def go_by_policy(session: Session, round_: Round, version: str, *, now: datetime) -> None:
    """Let a round go by another policy: its new findings, and at once its sheets, weekly reports and proposals."""
    round_.policy_version, round_.replan_at = version, now
    if round_.next_action_at is None or round_.next_action_at > now:
        round_.next_action_at = now
    recount_timers(session, round_, now=now)


def recount_timers(session: Session, round_: Round, *, now: datetime) -> None:
    """Let the next sweep look again at every open finding and every open inspection of the round."""
    session.flush()
    for timed in (Finding, Inspection):
        open_ones = update(timed).where(timed.round_id == round_.id, timed.next_action_at.is_not(None))
        session.execute(open_ones.values(next_action_at=now).execution_options(synchronize_session=False))


def _iso(days: Sequence[date]) -> list[str]:
    return sorted({day.isoformat() for day in days})
