"""Rows for tests: a small town with everybody who hears of a finding, and findings in it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from service.models import (
    Assignment,
    Finding,
    Organization,
    Person,
    Round,
    Team,
    TeamMember,
    new_id,
)
from service.rounds.rulebooks import keep_shipped
from workflows.vocabulary import OrganizationKind, Origin, Role, Severity, State

NOW = datetime(2026, 5, 20, 9, 0, tzinfo=UTC)  # 17:00 in Zhengzhou, a Wednesday


@dataclass(frozen=True, slots=True)
class Town:
    """One district with one university, its team and leader, and those above."""

    round: Round
    team: Team
    centre: Organization
    district: Organization
    university: Organization
    bureau: Organization
    committee: Organization
    inspector: Person
    team_head: Person
    district_officer: Person
    university_officer: Person
    leader: Person
    leadership: Person
    bureau_officer: Person
    committee_officer: Person
    admin: Person


def make_organization(
    session: Session, name: str, kind: OrganizationKind, parent: Organization | None = None
) -> Organization:
    made = Organization(id=new_id(), kind=kind, name=name, parent_id=parent.id if parent else None)
    session.add(made)
    session.flush()
    return made


def make_person(session: Session, name: str, role: Role, organization: Organization, **columns: Any) -> Person:
    username = columns.pop("username", f"{role}-{new_id()[:8]}")
    given = {"email": f"{username}@exam.example", "language": "zh", "created_at": NOW, **columns}
    made = Person(id=new_id(), username=username, name=name, role=role, organization=organization, **given)
    session.add(made)
    session.flush()
    return made


def make_round(session: Session, number: str = "2026-08", **columns: Any) -> Round:
    given: dict[str, Any] = {
        "title": "2026年专升本考试安全督查",
        "starts_on": date(2026, 4, 1),
        "ends_on": date(2026, 6, 5),
        "exam_days": ["2026-06-06"],
        "policy_version": keep_shipped(session, now=NOW),
        **columns,
    }
    made = Round(id=new_id(), number=number, **given)
    session.add(made)
    session.flush()
    return made


def make_town(session: Session) -> Town:
    centre = make_organization(session, "明河市招生考试中心", OrganizationKind.CENTRE)
    district = make_organization(session, "青石区招生考试办公室", OrganizationKind.DISTRICT, centre)
    university = make_organization(session, "明河龙湖学院", OrganizationKind.UNIVERSITY, district)
    bureau = make_organization(session, "明河市教育局", OrganizationKind.BUREAU)
    committee = make_organization(session, "明河市招生考试委员会", OrganizationKind.COMMITTEE)
    round_ = make_round(session)
    team = Team(id=new_id(), round_id=round_.id, name="第一督查组")
    inspector = make_person(session, "陈一鸣", Role.INSPECTOR, centre)
    team_head = make_person(session, "周明远", Role.TEAM_HEAD, centre)
    leader = make_person(session, "李正言", Role.LEADER, centre)
    session.add(team)
    session.flush()
    session.add_all(TeamMember(team_id=team.id, person_id=person.id) for person in (inspector, team_head))
    session.add(Assignment(round_id=round_.id, district_id=district.id, team_id=team.id, leader_id=leader.id))
    session.flush()
    return Town(
        round=round_,
        team=team,
        centre=centre,
        district=district,
        university=university,
        bureau=bureau,
        committee=committee,
        inspector=inspector,
        team_head=team_head,
        district_officer=make_person(session, "赵青", Role.DISTRICT, district),
        university_officer=make_person(session, "孙晓", Role.UNIVERSITY, university),
        leader=leader,
        leadership=make_person(session, "王建平", Role.LEADERSHIP, centre),
        bureau_officer=make_person(session, "市教育局值班室", Role.BUREAU, bureau),
        committee_officer=make_person(session, "市招委办公室", Role.COMMITTEE, committee),
        admin=make_person(session, "吴管理", Role.ADMIN, centre),
    )


def make_finding(session: Session, town: Town, number: int = 1, **columns: Any) -> Finding:
    given: dict[str, Any] = {
        "organization_id": town.university.id,
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
        district_id=town.district.id,
        policy_version=town.round.policy_version,
        created_by_id=town.inspector.id,
        **given,
    )
    session.add(made)
    session.flush()
    return made
