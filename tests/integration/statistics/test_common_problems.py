"""Common problems: an item that fails at several universities, counted as of any moment, for whoever may compare."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotAllowed
from service.findings.escalations import reopen, void
from service.findings.log import Settlement, settle
from service.findings.rectification_notices import Demand, notify
from service.models import ChecklistItem, Finding
from service.readiness.proposals import sweep_proposals
from service.rounds.rounds import ask_from
from service.statistics.common_problems import common_problems
from service.statistics.statistics import statistics
from tests.build.checklists import add_checklist, add_items
from tests.worlds.books import DEADLINE, FOUND_AT, Town, add_evidence, local, log_finding, report_up
from tests.worlds.rows import make_round
from workflows.findings.facts import Actor
from workflows.report_figures import CommonProblemCounts

NEXT_DAY = FOUND_AT + timedelta(days=1)
COLLEGE, NEIGHBOUR, OTHER = "明河龙湖学院", "明河云台学院", "明河桃源学院"
Log = Callable[..., Finding]
Told = dict[str, list[tuple[str, int, int]]]


@pytest.fixture
def items(session: Session, town: Town) -> Mapping[str, ChecklistItem]:
    headings = [("1-3", "报名资格审核"), ("1-12", "标准化考点建设"), ("2-1", "组织领导情况")]
    return {item.number: item for item in add_checklist(session, town.round, headings)}


@pytest.fixture
def log(session: Session, town: Town, items: Mapping[str, ChecklistItem]) -> Log:
    """Log a finding on an item, against a place of the town by its name, by the inspector of its district."""

    def logged(number: str, place: str, **given: Any) -> Finding:
        by = town.other_inspector if place.startswith("other_") else town.inspector
        unit: str = getattr(town, place).id
        return log_finding(session, town, by=by, organization_id=unit, checklist_item_id=items[number].id, **given)

    return logged


def told(problems: list[CommonProblemCounts]) -> Told:
    """By item: each university with its open findings, and those put right."""
    return {
        problem.checklist_item.number: [(place.name, place.open, place.put_right) for place in problem.universities]
        for problem in problems
    }


def seen_by(session: Session, actor: Actor, **given: Any) -> Told:
    return told(common_problems(session, actor=actor, now=given.pop("now", NEXT_DAY), **given))


def test_an_item_that_fails_at_two_universities_is_common(session: Session, town: Town, log: Log) -> None:
    log("1-12", "college")
    log("1-12", "college")
    assert seen_by(session, town.leadership) == {}, "twice at one university is not at two"
    log("1-12", "neighbour_college")
    assert seen_by(session, town.leadership) == {"1-12": [(COLLEGE, 2, 0), (NEIGHBOUR, 1, 0)]}
    (problem,) = common_problems(session, actor=town.leadership, now=NEXT_DAY)
    assert (problem.findings, problem.open, problem.put_right) == (3, 3, 0)
    assert problem.checklist_item.category == "标准化考点建设"


def test_the_most_widespread_stands_first_then_the_most_frequent(session: Session, town: Town, log: Log) -> None:
    for place in ("college", "neighbour_college"):
        log("1-3", place)
        log("1-12", place)
    assert list(seen_by(session, town.leadership)) == ["1-3", "1-12"], "in the notice's order"
    log("1-12", "college")
    assert list(seen_by(session, town.leadership)) == ["1-12", "1-3"]
    log("1-3", "other_college")
    assert list(seen_by(session, town.leadership)) == ["1-3", "1-12"]


def test_only_universities_and_what_names_an_item_can_be_compared(session: Session, town: Town, log: Log) -> None:
    log_finding(session, town)
    log_finding(session, town, organization_id=town.neighbour_college.id)
    log("2-1", "district_office")
    log("2-1", "other_office")
    assert seen_by(session, town.leadership) == {}


def test_what_was_withdrawn_counts_only_until_then(session: Session, town: Town, log: Log) -> None:
    log("1-12", "college")
    mistaken = log("1-12", "neighbour_college")
    void(session, mistaken.id, actor=town.team_head, now=NEXT_DAY, reason="登记有误")
    assert seen_by(session, town.leadership) == {}
    assert seen_by(session, town.leadership, until=NEXT_DAY - timedelta(minutes=1)) != {}


def test_each_finding_counts_as_it_stood_when_the_period_ended(session: Session, town: Town, log: Log) -> None:
    """A report's count of its week says the same whenever it is made again."""
    log("1-12", "college")
    settled = log("1-12", "neighbour_college")
    seen = Settlement([add_evidence(session, town.inspector)], "当场更换")
    settle(session, settled.id, seen, actor=town.inspector, now=NEXT_DAY)
    later = local(4, 20, 10)
    reopen(session, settled.id, actor=town.inspector, now=later, reason="回头看又发现", deadline=DEADLINE)
    moments = {
        "found": NEXT_DAY - timedelta(hours=1),
        "put right": NEXT_DAY,
        "still": later - timedelta(hours=1),
        "came back": later,
    }
    counted = {name: seen_by(session, town.leadership, now=later, until=until) for name, until in moments.items()}
    assert counted["found"] == counted["came back"] == {"1-12": [(NEIGHBOUR, 1, 0), (COLLEGE, 1, 0)]}
    assert counted["put right"] == counted["still"] == {"1-12": [(NEIGHBOUR, 0, 1), (COLLEGE, 1, 0)]}


def test_a_period_begins_after_its_first_instant_and_ends_with_its_last(session: Session, town: Town, log: Log) -> None:
    log("1-12", "college", at=FOUND_AT)
    log("1-12", "neighbour_college", at=NEXT_DAY)
    moment = timedelta(microseconds=1)
    assert seen_by(session, town.leadership, since=FOUND_AT - moment) != {}
    assert seen_by(session, town.leadership, since=FOUND_AT) == {}
    assert seen_by(session, town.leadership, until=NEXT_DAY) != {}
    assert seen_by(session, town.leadership, until=NEXT_DAY - moment) == {}
    with pytest.raises(InvalidInput) as refused:
        seen_by(session, town.leadership, since=NEXT_DAY, until=FOUND_AT)
    assert refused.value.fields == {"until": "ends_before_start"}


def test_each_sees_what_the_universities_in_sight_have_in_common(session: Session, town: Town, log: Log) -> None:
    for place in ("college", "neighbour_college", "other_college"):
        log("1-12", place)
    district = {"1-12": [(NEIGHBOUR, 1, 0), (COLLEGE, 1, 0)]}
    city = {"1-12": [(NEIGHBOUR, 1, 0), (OTHER, 1, 0), (COLLEGE, 1, 0)]}
    assert seen_by(session, town.leadership) == city
    assert seen_by(session, town.leadership, district_id=town.district_office.id) == district
    for actor in (town.inspector, town.team_head, town.leader, town.district):
        assert seen_by(session, actor) == district
    for actor in (town.other_inspector, town.other_leader, town.other_district):
        assert seen_by(session, actor) == {}, "one university has nothing in common with itself"
        assert seen_by(session, actor, district_id=town.district_office.id) == {}


def test_universities_do_not_compare_themselves_and_administrators_see_no_findings(
    session: Session, town: Town, log: Log
) -> None:
    for actor in (town.university, town.other_university, town.admin):
        with pytest.raises(NotAllowed, match="not_allowed"):
            common_problems(session, actor=actor, now=NEXT_DAY)


def test_bureau_and_committee_compare_what_has_reached_them(session: Session, town: Town, log: Log) -> None:
    first, second, _ = (log("1-12", place) for place in ("college", "neighbour_college", "other_college"))
    assert seen_by(session, town.bureau) == seen_by(session, town.committee) == {}
    for finding in (first, second):
        report_up(session, town, finding)
    assert seen_by(session, town.bureau) == seen_by(session, town.committee)
    assert seen_by(session, town.bureau) == {"1-12": [(NEIGHBOUR, 1, 0), (COLLEGE, 1, 0)]}


def test_the_round_in_force_is_meant_unless_another_is_named(session: Session, town: Town, log: Log) -> None:
    for place in ("college", "neighbour_college"):
        log("1-12", place)
    past = make_round(session, "2025-08", starts_on=local(1, 1).date(), closed_at=FOUND_AT)
    assert seen_by(session, town.leadership) == seen_by(session, town.leadership, round_id=town.round.id) != {}
    assert seen_by(session, town.leadership, round_id=past.id) == {}
    with pytest.raises(InvalidInput) as refused:
        seen_by(session, town.leadership, round_id=town.college.id)
    assert refused.value.fields == {"round_id": "unknown_reference"}


def test_what_the_clock_proposed_counts_once_somebody_has_taken_it_up(session: Session, town: Town) -> None:
    add_items(session, town.round, {"1-1": "4月中旬"})
    fell_due = local(4, 20, 18)
    ask_from(town.round, FOUND_AT)
    sweep_proposals(session, now=fell_due)
    assert statistics(session, actor=town.leadership, now=fell_due).total.proposed == 3
    assert seen_by(session, town.leadership, now=fell_due) == {}
    taken_up = fell_due + timedelta(hours=1)
    for finding in session.scalars(select(Finding).where(Finding.district_id == town.district_office.id)):
        notify(session, Demand(finding.id, "限期落实", local(4, 28)), actor=town.district, now=taken_up)
    assert seen_by(session, town.leadership, now=taken_up) == {"1-1": [(NEIGHBOUR, 1, 0), (COLLEGE, 1, 0)]}
    assert seen_by(session, town.leadership, now=taken_up, until=fell_due) == {}
    assert statistics(session, actor=town.leadership, now=taken_up).total.proposed == 1
