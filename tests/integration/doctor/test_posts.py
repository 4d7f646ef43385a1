"""Every post that nobody fills is named, each once, with what to do about it; a filled one is not."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from service.doctor.doctor import Status
from service.models import Assignment, Person, Post, RoundUnit, TeamMember
from tests.build.ailments import Ailments
from tests.worlds.books import Town
from tests.worlds.rows import NOW, make_organization, make_round
from workflows.vocabulary import OrganizationKind, Role

DISTRICT, OTHER_DISTRICT = "青石区招生考试办公室", "白塔区招生考试办公室"


def disable(session: Session, town: Town, *who: str) -> None:
    ids = [town.people[name].id for name in who]
    session.execute(update(Person).where(Person.id.in_(ids)).values(disabled_at=NOW))


def test_a_district_without_team_and_leader_is_named(session: Session, town: Town, ailments: Ailments) -> None:
    session.execute(delete(Assignment).where(Assignment.district_id == town.district_office.id))
    said = ailments.only("assignments", Status.WARNING)
    assert f"2026-08 {DISTRICT}" in said
    assert OTHER_DISTRICT not in said


def test_a_district_that_takes_no_part_needs_no_team(session: Session, town: Town, ailments: Ailments) -> None:
    session.execute(delete(Assignment).where(Assignment.district_id == town.other_office.id))
    town.round.units_listed = True
    session.add(RoundUnit(round_id=town.round.id, organization_id=town.college.id, takes_part=True))
    assert ailments() == {}


def test_a_district_without_responsible_leader_is_named(session: Session, town: Town, ailments: Ailments) -> None:
    session.execute(update(Assignment).values(leader_id=None))
    said = ailments.only("leaders", Status.WARNING)
    assert DISTRICT in said
    assert OTHER_DISTRICT in said


def test_a_leader_who_cannot_sign_in_fills_no_post(session: Session, town: Town, ailments: Ailments) -> None:
    session.execute(update(Person).where(Person.id == town.leader.id).values(username=None))
    assert f"2026-08 {DISTRICT}（李正言）" in ailments.only("leaders", Status.WARNING)


def test_a_team_without_a_head_is_named_as_that(session: Session, town: Town, ailments: Ailments) -> None:
    disable(session, town, "team_head")
    assert "2026-08 第一督查组" in ailments.only("team_heads", Status.WARNING)


def test_a_team_without_anybody_is_named_once(session: Session, town: Town, ailments: Ailments) -> None:
    session.execute(TeamMember.__table__.delete())  # type: ignore[attr-defined]  # a table
    said = ailments.only("teams", Status.WARNING)
    assert "2026-08 第二督查组、2026-08 第一督查组。" in said


def test_units_that_nobody_can_sign_in_for_are_named(session: Session, town: Town, ailments: Ailments) -> None:
    disable(session, town, "district", "university")
    said = ailments.only("units", Status.WARNING)
    assert f"{DISTRICT}、明河龙湖学院。" in said
    assert "明河云台学院" not in said


def test_a_further_post_fills_one_too(session: Session, town: Town, ailments: Ailments) -> None:
    disable(session, town, "university")
    neighbour = town.people["neighbour"]
    session.add(Post(person_id=neighbour.id, organization_id=town.college.id, role=Role.UNIVERSITY))
    assert ailments() == {}


def test_a_unit_that_takes_no_part_needs_nobody(session: Session, town: Town, ailments: Ailments) -> None:
    disable(session, town, "university")
    session.add(RoundUnit(round_id=town.round.id, organization_id=town.college.id, takes_part=False))
    assert ailments() == {}


def test_however_many_they_are_all_are_named(session: Session, town: Town, ailments: Ailments) -> None:
    for number in range(9):
        make_organization(session, f"明河第{number}学院", OrganizationKind.UNIVERSITY, town.district_office)
    said = ailments.only("units", Status.WARNING)
    assert all(f"明河第{number}学院" in said for number in range(9))


@pytest.mark.parametrize(
    ("role", "said"), [(Role.LEADERSHIP, "领导班子"), (Role.BUREAU, "市教育局"), (Role.COMMITTEE, "市招委")]
)
@pytest.mark.parametrize(
    ("gone", "status"), [({"disabled_at": NOW}, Status.FAULT), ({"username": None}, Status.WARNING)]
)
def test_nobody_to_escalate_to_is_a_fault_and_nobody_to_answer_a_warning(
    session: Session, town: Town, ailments: Ailments, role: Role, said: str, gone: dict[str, Any], status: Status
) -> None:
    session.execute(update(Person).where(Person.role == role).values(**gone))
    assert said in ailments.only("hearing", status)


def test_without_an_administrator_nothing_can_be_mended(session: Session, town: Town, ailments: Ailments) -> None:
    disable(session, town, "admin")
    assert "duban people enable" in ailments.only("administrators", Status.FAULT)


def test_administrators_without_an_address_are_named(session: Session, town: Town, ailments: Ailments) -> None:
    session.execute(update(Person).where(Person.role == Role.ADMIN).values(email=None))
    assert "duban people change" in ailments.only("administrators", Status.WARNING)


def test_a_round_of_next_year_needs_nobody_until_it_is_near(session: Session, town: Town, ailments: Ailments) -> None:
    begins = date(2026, 9, 1)
    later = make_round(session, "2026-09", starts_on=begins, ends_on=date(2026, 9, 30), exam_days=["2026-09-26"])
    later.replan_at = None
    assert ailments() == {}
    later.starts_on = NOW.date() + timedelta(days=20)
    assert f"2026-09 {OTHER_DISTRICT}、2026-09 {DISTRICT}" in ailments.only("assignments", Status.WARNING)
