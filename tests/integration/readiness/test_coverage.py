"""Coverage: whom teams and district offices have inspected of late, and whom never."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.models import ChecklistItem, Organization
from service.readiness.coverage import CoverageTable, coverage_of_round
from service.rounds.rulebooks import keep_policy
from tests.build.answers import add_answer
from tests.build.checklists import add_items
from tests.worlds.books import Town, local
from workflows.findings.facts import Actor
from workflows.policy import shipped_policy_text
from workflows.vocabulary import Answer, Coverage, Light, Origin

NOW = local(4, 20, 12)
LATELY, LONG_AGO, TO_COME = local(4, 13, 10), local(4, 10, 10), local(4, 21, 10)
OFFICE, COLLEGE, NEIGHBOUR = "青石区招生考试办公室", "明河龙湖学院", "明河云台学院"
Told = dict[str, dict[str, str]]


@pytest.fixture
def items(session: Session, town: Town) -> dict[str, ChecklistItem]:
    return add_items(session, town.round, {"1-1": "4月中旬", "2-1": "4月中旬"})


def told(table: CoverageTable) -> Told:
    """By whoever inspects: each unit, and how it stands."""
    return {
        one.by.name: {unit.unit.organization.name: str(unit.status) for unit in one.units} for one in table.inspectors
    }


def seen_by(session: Session, actor: Actor, *, now: datetime = NOW, **asked: str) -> Told:
    return told(coverage_of_round(session, actor=actor, now=now, **asked))


def inspect(
    session: Session,
    town: Town,
    item: ChecklistItem,
    unit: Organization,
    *,
    by: Actor,
    at: datetime,
    answer: Answer = Answer.IN_PLACE,
    closed: bool = True,
) -> None:
    add_answer(session, town, unit, item, answer, by=by, at=at, closed=closed)


def test_units_that_nobody_has_inspected_are_red(session: Session, town: Town) -> None:
    table = coverage_of_round(session, actor=town.inspector, now=NOW)
    assert told(table) == {
        "第一督查组": {OFFICE: "never", NEIGHBOUR: "never", COLLEGE: "never"},
        OFFICE: {NEIGHBOUR: "never", COLLEGE: "never"},
    }
    assert {unit.light for one in table.inspectors for unit in one.units} == {Light.RED}
    assert [one.counts[Coverage.NEVER] for one in table.inspectors] == [3, 2]


def test_each_side_is_told_by_its_own_inspections(
    session: Session, town: Town, items: dict[str, ChecklistItem]
) -> None:
    inspect(session, town, items["1-1"], town.college, by=town.inspector, at=LATELY)
    inspect(session, town, items["1-1"], town.neighbour_college, by=town.inspector, at=LONG_AGO)
    inspect(session, town, items["2-1"], town.district_office, by=town.district, at=LATELY)
    inspect(session, town, items["1-1"], town.neighbour_college, by=town.district, at=LATELY)
    inspect(session, town, items["1-1"], town.neighbour_college, by=town.neighbour, at=LATELY)
    table = coverage_of_round(session, actor=town.inspector, now=NOW)
    assert told(table) == {
        "第一督查组": {OFFICE: "never", NEIGHBOUR: "not_inspected", COLLEGE: "inspected"},
        OFFICE: {NEIGHBOUR: "inspected", COLLEGE: "never"},
    }
    team = table.inspectors[0]
    assert (team.origin, team.counts) == (Origin.CENTRE, dict.fromkeys(Coverage, 1))
    assert [unit.light for unit in team.units] == [Light.RED, Light.AMBER, Light.GREEN]
    assert [(unit.inspections, unit.last_inspected_on) for unit in team.units[1:]] == [
        (1, LONG_AGO.date()),
        (1, LATELY.date()),
    ]


def test_a_sheet_that_says_nothing_and_one_of_a_day_to_come_are_no_inspections(
    session: Session, town: Town, items: dict[str, ChecklistItem]
) -> None:
    item, team = items["1-1"], town.inspector
    inspect(session, town, item, town.college, by=team, at=LATELY, answer=Answer.NOT_SEEN, closed=False)
    inspect(session, town, item, town.neighbour_college, by=team, at=TO_COME)
    covered = seen_by(session, team)["第一督查组"]
    assert (covered[COLLEGE], covered[NEIGHBOUR]) == ("never", "never")
    inspect(session, town, item, town.college, by=team, at=LATELY, closed=False)
    assert seen_by(session, team)["第一督查组"][COLLEGE] == "inspected", "it is under way"


def test_how_often_is_the_policys_to_say_and_nothing_is_due_after_the_round(
    session: Session, town: Town, items: dict[str, ChecklistItem]
) -> None:
    inspect(session, town, items["1-1"], town.college, by=town.inspector, at=local(6, 1, 10))
    after_the_round = seen_by(session, town.inspector, now=local(9, 1))
    assert after_the_round["第一督查组"][COLLEGE] == "inspected"
    stricter = shipped_policy_text().replace("every_days = 7", "every_days = 3")
    town.round.policy_version = keep_policy(session, stricter, now=NOW)
    assert seen_by(session, town.inspector, now=local(9, 1))["第一督查组"][COLLEGE] == "not_inspected"


def test_teams_are_for_the_centre_and_a_district_office_sees_what_it_has_to_do_itself(
    session: Session, town: Town
) -> None:
    others = {"第二督查组", "白塔区招生考试办公室"}
    assert set(seen_by(session, town.leadership)) == {"第一督查组", OFFICE} | others
    assert set(seen_by(session, town.leadership, district_id=town.other_office.id)) == others
    for actor in (town.inspector, town.team_head, town.leader):
        assert set(seen_by(session, actor)) == {"第一督查组", OFFICE}
        assert seen_by(session, actor, district_id=town.other_office.id) == {}
    assert set(seen_by(session, town.district)) == {OFFICE}
    assert set(seen_by(session, town.other_inspector)) == others
    for actor in (town.university, town.bureau, town.committee, town.admin):
        with pytest.raises(NotAllowed, match="not_allowed"):
            seen_by(session, actor)
