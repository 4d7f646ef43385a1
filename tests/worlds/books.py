"""The world of tests of the books: a round with its people on a database, each of whom the law knows as an actor.

Findings are brought along by the use cases themselves, so that a test begins where people would have come to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.findings.escalations import refuse
from service.findings.handling_opinions import opine
from service.findings.log import NewFinding
from service.findings.rectification_notices import Demand, begin, notify
from service.findings.reviews import NewReview, review
from service.findings.submissions import submit
from service.findings.sweep import next_due_at, sweep
from service.inspections.findings import log_on_inspection
from service.models import Alert, Event, Evidence, Finding, Organization, Person, Round, Submission, Team, new_id
from service.people.callers import caller_of
from service.store.rows_on_record.digests import recorded_at
from tests.worlds.kept import Rows, rows_in, write_rows
from tests.worlds.people import (
    DISTRICT,
    NEIGHBOUR,
    OTHER_DISTRICT,
    OTHER_UNIVERSITY,
    UNIVERSITY,
    add_organizations,
    add_people,
    add_teams,
)
from tests.worlds.rows import NOW, make_round
from workflows.findings.facts import Actor
from workflows.vocabulary import Measure, Origin, Outcome, Severity, State

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(month: int, day: int, hour: int = 17, minute: int = 0) -> datetime:
    """An instant of 2026 by the clock of Zhengzhou."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


FOUND_AT = local(4, 13, 10)  # a Monday, with two plain working weeks ahead
DEADLINE = local(4, 24)  # a Friday
SUBMITTED_AT = local(4, 21, 10)


@dataclass(frozen=True, slots=True)
class Town:
    """The round, organizations, and everybody as the law knows them; `people` are their rows, by the same names."""

    round: Round
    team: Team  # of the first district
    people: Mapping[str, Person]
    district_office: Organization
    other_office: Organization
    college: Organization
    neighbour_college: Organization  # in the same district
    other_college: Organization
    inspector: Actor
    team_head: Actor
    district: Actor
    university: Actor
    neighbour: Actor
    leader: Actor
    leadership: Actor
    bureau: Actor
    committee: Actor
    admin: Actor
    other_inspector: Actor
    other_team_head: Actor
    other_district: Actor
    other_university: Actor
    other_leader: Actor

    def everybody(self) -> dict[str, Actor]:
        """All actors by name."""
        return {who: getattr(self, who) for who in self.people}


def build_town(session: Session, *, exam_days: tuple[date, ...] = ()) -> Town:
    """Build the town in an empty database and commit it, for other sessions to see."""
    recorded_at(session, local(4, 1))
    kind = session.get_bind().dialect.name, exam_days
    if kind not in _KEPT:
        town = _build(session, exam_days)
        _KEPT[kind] = rows_in(session), {who: getattr(town, who) for who in town.people}
        session.commit()
        return town
    rows, actors = _KEPT[kind]
    write_rows(session, rows)
    places = {place.name: place for place in session.scalars(select(Organization))}
    people = {person.username: person for person in session.scalars(select(Person))}
    team = session.scalars(select(Team).where(Team.members.any(id=actors["inspector"].id))).one()
    town = _town(session.scalars(select(Round)).one(), team, {who: people[who] for who in actors}, places, actors)
    session.commit()
    return town


_KEPT: dict[tuple[str, tuple[date, ...]], tuple[Rows, Mapping[str, Actor]]] = {}  # by database and exam days


def _build(session: Session, exam_days: tuple[date, ...]) -> Town:
    places = add_organizations(session)
    people = add_people(session, places, now=NOW)
    round_ = make_round(session, exam_days=[day.isoformat() for day in exam_days])
    team = add_teams(session, round_, places, people)
    actors = {who: caller_of(session, person).actor for who, person in people.items()}
    session.commit()
    return _town(round_, team, people, places, actors)


def _town(
    round_: Round,
    team: Team,
    people: Mapping[str, Person],
    places: Mapping[str, Organization],
    actors: Mapping[str, Actor],
) -> Town:
    return Town(
        round_,
        team,
        people,
        district_office=places[DISTRICT],
        other_office=places[OTHER_DISTRICT],
        college=places[UNIVERSITY],
        neighbour_college=places[NEIGHBOUR],
        other_college=places[OTHER_UNIVERSITY],
        **actors,
    )


def make_finding(session: Session, town: Town, number: int = 1, **columns: Any) -> Finding:
    """The row of a finding against the college that it is putting right, due at `NOW`; without any event."""
    given: dict[str, Any] = {
        "origin": Origin.CENTRE,
        "severity": Severity.GENERAL,
        "created_at": NOW - timedelta(days=5),
        "found_at": NOW - timedelta(days=5),
        "summary": "3号考场监控摄像头黑屏",
        "state": State.RECTIFYING,
        "deadline": NOW,
        "original_deadline": NOW,
        **columns,
    }
    made = Finding(
        id=new_id(),
        number=f"{town.round.number}-{number:04d}",
        round_id=town.round.id,
        organization_id=town.college.id,
        district_id=town.district_office.id,
        policy_version=town.round.policy_version,
        created_by_id=town.inspector.id,
        **given,
    )
    session.add(made)
    session.flush()
    return made


def add_evidence(session: Session, actor: Actor, *, at: datetime = FOUND_AT) -> str:
    """A photograph that the actor's organization uploaded; its id."""
    row = Evidence(
        id=new_id(),
        sha256="0" * 64,
        media_type="image/jpeg",
        size=1,
        filename="整改照片.jpg",
        uploaded_at=at,
        uploaded_by_id=actor.id or "",
        organization_id=actor.organization_id or "",
    )
    session.add(row)
    session.flush()
    return row.id


def log_finding(
    session: Session, town: Town, *, by: Actor | None = None, at: datetime = FOUND_AT, **given: Any
) -> Finding:
    """A finding that has just been logged: general, by the inspector, against the college, unless said otherwise."""
    new = NewFinding(
        organization_id=given.pop("organization_id", town.college.id),
        summary=given.pop("summary", "3号楼考场监控摄像头黑屏"),
        severity=given.pop("severity", Severity.GENERAL),
        **given,
    )
    return log_on_inspection(session, new, actor=by or town.inspector, now=at)


def notify_finding(
    session: Session, town: Town, *, deadline: datetime | None = DEADLINE, working_days: int | None = None, **given: Any
) -> Finding:
    """The same, notified in the minute it was found."""
    finding = log_finding(session, town, **given)
    demand = Demand(finding.id, "更换摄像头并逐场测试", deadline, working_days)
    return notify(session, demand, actor=given.get("by") or town.inspector, now=finding.created_at)


def receive_finding(session: Session, town: Town, **given: Any) -> Finding:
    """The same, received an hour later."""
    finding = notify_finding(session, town, **given)
    return begin(session, finding.id, actor=town.university, now=finding.created_at + timedelta(hours=1))


def submit_finding(session: Session, town: Town, finding: Finding, *, at: datetime = SUBMITTED_AT) -> Submission:
    """Mark a finding as put right, with one photograph."""
    photograph = add_evidence(session, town.university, at=at)
    return submit(
        session, finding.id, actor=town.university, now=at, measures="已更换并测试", evidence_ids=[photograph]
    )


def judge(session: Session, town: Town, finding: Finding, outcome: Outcome, *, at: datetime) -> None:
    """The team head's word on the pending submission."""
    remaining = "尚缺两间" if outcome is Outcome.PARTIAL else None
    review(session, finding.id, NewReview(outcome, "现场复查", remaining=remaining), actor=town.team_head, now=at)


def report_up(session: Session, town: Town, finding: Finding) -> None:
    """Notify a finding of the inspector, have it refused, and report it to bureau and committee, all at once."""
    at = finding.created_at
    notify(session, Demand(finding.id, "立即更换", DEADLINE), actor=town.inspector, now=at)
    refuse(session, finding.id, actor=town.inspector, now=at, reason="拒不整改")
    opine(session, finding.id, actor=town.leadership, now=at, measure=Measure.TALK, opinion="约谈分管负责人")


def sweep_until(session: Session, until: datetime) -> None:
    """Let the clock run as workers that are never late do: a sweep at each instant when something falls due."""
    while (due_at := next_due_at(session)) and due_at <= until:
        while sweep(session, now=due_at).findings:
            pass


def kinds(session: Session, finding: Finding) -> list[str]:
    """What happened to a finding, in order: each event's move, with its step."""
    query = select(Event.move, Event.step).where(Event.finding_id == finding.id).order_by(Event.position)
    return [f"{move}.{step}" if step else str(move) for move, step in session.execute(query)]


def heard(session: Session, finding: Finding, town: Town, kind: str | None = None) -> list[str]:
    """Who was alerted of a finding, by the names of `Town`, in order; of one kind of event or of all."""
    names = {actor.id: name for name, actor in town.everybody().items()}
    query = select(Alert.person_id).where(Alert.finding_id == finding.id)
    if kind:
        query = query.where(Alert.kind == kind)
    return sorted(names[person_id] for person_id in session.scalars(query))
