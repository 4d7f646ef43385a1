"""The weekly reports of a round: a row for each unit and week, ahead of time, and kept right when things change."""

from datetime import date, datetime

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import AT_ONCE, Organization, Team, WeeklyReport
from service.people.organizations import add_organization
from service.reports.plan import next_plan_at, plan_due
from service.rounds.rounds import NewRound, assign, close_round, open_round
from service.setup.round_loading import load_round
from tests.build.statements import asked
from tests.build.weekly import FRIDAYS, OPENED_AT, THURSDAYS, owed, report_of
from tests.worlds.books import Town, local
from tests.worlds.rows import make_organization, make_person
from workflows.vocabulary import OrganizationKind, Role


def plan(session: Session, town: Town, *, now: datetime = OPENED_AT) -> int:
    town.round.replan_at = AT_ONCE
    session.flush()
    return plan_due(session, now=now)


def test_every_university_owes_thursdays_and_every_office_fridays(session: Session, town: Town) -> None:
    assert plan(session, town) == 1
    for university in (town.college, town.neighbour_college, town.other_college):
        assert owed(session, university) == THURSDAYS
    for office in (town.district_office, town.other_office):
        assert owed(session, office) == FRIDAYS


def test_a_report_knows_to_whom_it_goes_and_when_the_clock_first_speaks_of_it(session: Session, town: Town) -> None:
    plan(session, town)
    of_college = report_of(session, town.college, 3)
    assert (of_college.district_id, of_college.recipient_id) == (town.district_office.id,) * 2
    assert (of_college.next_action_at, of_college.missing_at.replace(microsecond=0)) == (local(4, 16, 9), local(4, 17))
    assert (of_college.kind, of_college.version, of_college.draft, of_college.late) == ("university", 1, None, False)
    of_office = report_of(session, town.district_office, 3)
    assert (of_office.district_id, of_office.recipient_id) == (town.district_office.id, town.district_office.parent_id)
    assert of_office.kind == "district"


def test_laying_out_again_changes_nothing(session: Session, town: Town) -> None:
    plan(session, town)
    before = session.execute(select(*WeeklyReport.__table__.columns).order_by(WeeklyReport.id)).all()
    assert plan_due(session, now=OPENED_AT) == 0, "nothing is to do"
    plan(session, town)
    assert session.execute(select(*WeeklyReport.__table__.columns).order_by(WeeklyReport.id)).all() == before


def test_a_week_that_had_passed_when_the_round_came_into_the_books_is_not_asked_for(
    session: Session, town: Town
) -> None:
    plan(session, town, now=local(5, 14, 17))
    assert owed(session, town.college) == THURSDAYS[5:]
    assert owed(session, town.district_office) == FRIDAYS[4:]


def test_a_university_that_is_added_owes_from_the_week_it_is_added_in(session: Session, town: Town) -> None:
    plan(session, town)
    assert next_plan_at(session) is None
    newcomer = add_organization(session, OrganizationKind.UNIVERSITY, "明河新学院", parent=town.district_office)
    assert next_plan_at(session) == AT_ONCE
    plan_due(session, now=local(4, 27, 10))
    assert owed(session, newcomer) == THURSDAYS[2:]
    assert owed(session, town.college) == THURSDAYS


def test_an_office_that_no_team_is_assigned_to_owes_nothing_until_it_is(session: Session, town: Town) -> None:
    centre = session.get_one(Organization, town.district_office.parent_id)
    office = add_organization(session, OrganizationKind.DISTRICT, "远山县招生考试办公室", parent=centre)
    college = add_organization(session, OrganizationKind.UNIVERSITY, "远山学院", parent=office)
    plan_due(session, now=OPENED_AT)
    assert (owed(session, office), owed(session, college)) == ([], [])
    leader = make_person(session, "新领导", Role.LEADER, centre)
    team = session.scalars(select(Team).where(Team.round_id == town.round.id).order_by(Team.name)).first()
    assert team
    assign(session, town.round, {office.id: (team, leader)})
    plan_due(session, now=OPENED_AT)
    assert (owed(session, office), owed(session, college)) == (FRIDAYS, THURSDAYS)


def test_bureau_and_committee_change_nothing_for_a_round(session: Session, town: Town) -> None:
    plan(session, town)
    add_organization(session, OrganizationKind.BUREAU, "另一市教育局")
    assert next_plan_at(session) is None


def test_a_closed_round_lays_out_nothing(session: Session, town: Town) -> None:
    town.round.replan_at = AT_ONCE
    close_round(session, town.round, now=OPENED_AT)
    assert next_plan_at(session) is None
    assert plan_due(session, now=OPENED_AT) == 0
    assert owed(session, town.college) == []


ROUND = """
[round]
number = "2026-99"
title = "专升本考试安全督查"
starts_on = 2026-04-01
ends_on = 2026-06-05
[[organizations]]
kind = "university"
name = "明河后来学院"
parent = "青石区招生考试办公室"
[[teams]]
name = "第一组"
members = ["inspector"]
[[assignments]]
district = "青石区招生考试办公室"
team = "第一组"
leader = "leader"
"""


def test_a_round_that_is_loaded_from_its_file_has_its_reports_at_once(session: Session, town: Town) -> None:
    close_round(session, town.round, now=OPENED_AT)
    load_round(session, ROUND, now=OPENED_AT)
    newcomer = session.scalars(select(Organization).where(Organization.name == "明河后来学院")).one()
    assert owed(session, newcomer) == THURSDAYS
    assert owed(session, town.district_office) == FRIDAYS
    assert owed(session, town.other_office) == []
    assert next_plan_at(session) is None


def test_a_round_of_more_than_a_year_is_a_slip_of_the_pen(session: Session, town: Town) -> None:
    with pytest.raises(InvalidInput) as refused:
        open_round(session, NewRound("2026-78", "督查", date(2026, 4, 1), date(2062, 6, 5), town.round.policy_version))
    assert refused.value.fields == {"ends_on": "round_too_long"}


def test_a_round_that_only_is_opened_is_laid_out_by_the_clock(session: Session, town: Town) -> None:
    open_round(session, NewRound("2026-77", "督查", date(2026, 4, 1), date(2026, 6, 5), town.round.policy_version))
    assert next_plan_at(session) == AT_ONCE


@pytest.mark.parametrize("units", [1, 30])
def test_laying_out_asks_as_often_for_thirty_units_as_for_one(session: Session, town: Town, units: int) -> None:
    for number in range(units):
        make_organization(session, f"大学{number}", OrganizationKind.UNIVERSITY, town.district_office)
    town.round.replan_at = AT_ONCE
    session.commit()
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    with asked(engine) as statements:
        plan_due(session, now=OPENED_AT)
    assert len(statements) <= 9, statements
