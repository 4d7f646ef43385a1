"""Rounds that are not set up as they should be are named, with what to do about it."""

from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from service.doctor import Status
from service.models import Assignment, Person, Round, TeamMember
from tests.build.ailments import Ailments
from tests.worlds.books import Town
from tests.worlds.rows import NOW, make_organization
from workflows.vocabulary import OrganizationKind, Role


def test_a_year_without_holidays_is_named(session: Session, town: Town, ailments: Ailments) -> None:
    town.round.ends_on = date(2031, 1, 10)
    assert "2031年" in ailments.only("calendar", Status.WARNING)


def test_a_round_without_exam_days_is_named(session: Session, town: Town, ailments: Ailments) -> None:
    town.round.exam_days = []
    assert "2026-08" in ailments.only("exam_days", Status.WARNING)


def test_a_district_without_team_and_leader_is_named(session: Session, town: Town, ailments: Ailments) -> None:
    session.execute(Assignment.__table__.delete())  # type: ignore[attr-defined]  # a table
    assert "青石区招生考试办公室" in ailments.only("assignments", Status.WARNING)


def test_a_closed_round_ails_no_more(session: Session, town: Town, ailments: Ailments) -> None:
    session.execute(update(Round).values(closed_at=NOW, exam_days=[]))
    session.expire_all()
    session.execute(update(Person).values(disabled_at=NOW))
    assert ailments() == {}


@pytest.mark.parametrize(
    ("role", "said"), [(Role.LEADERSHIP, "领导班子"), (Role.BUREAU, "市教育局"), (Role.COMMITTEE, "市招委")]
)
def test_nobody_to_escalate_to_is_a_fault(
    session: Session, town: Town, ailments: Ailments, role: Role, said: str
) -> None:
    session.execute(update(Person).where(Person.role == role).values(disabled_at=NOW))
    assert said in ailments.only("hearing", Status.FAULT)


def test_units_teams_and_leaders_that_cannot_be_told_are_named(
    session: Session, town: Town, ailments: Ailments
) -> None:
    make_organization(session, "明河新校", OrganizationKind.UNIVERSITY, town.district_office)
    session.execute(update(Person).where(Person.id == town.leader.id).values(username=None, email=None))
    session.execute(TeamMember.__table__.delete())  # type: ignore[attr-defined]  # a table
    said = ailments.only("hearing", Status.WARNING)
    assert "明河新校" in said
    assert "2026-08 第一督查组" in said
    assert "李正言" in said


def test_many_names_are_cut_short(session: Session, town: Town, ailments: Ailments) -> None:
    for number in range(9):
        make_organization(session, f"明河第{number}学院", OrganizationKind.UNIVERSITY, town.district_office)
    said = ailments.only("hearing", Status.WARNING)
    assert "明河第4学院等" in said
    assert "明河第5学院" not in said
