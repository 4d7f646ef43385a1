"""Comparing a round with the one before it: over what the caller sees, and what came back."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotAllowed
from service.findings.escalations import void
from service.models import Round
from service.round_closing.carrying_over import carry_over
from service.round_closing.closing import Verdict, close
from service.statistics.round_comparison import Comparison, compare
from tests.build.checklists import add_checklist
from tests.integration.round_closing.test_carrying_over import assigned_now, next_round
from tests.worlds.books import SUBMITTED_AT, Town, judge, local, log_finding, receive_finding, submit_finding
from tests.worlds.rows import make_round
from workflows.vocabulary import ClosingOutcome, Outcome

CLOSED_AT, NOW = local(4, 22, 10), local(6, 8, 10)
CARRIED = Verdict(ClosingOutcome.CARRIED_OVER, "转入下一轮次")
LEADING, RUNNING = "组织领导情况", "考务管理"


@pytest.fixture
def later(session: Session, town: Town) -> Round:
    """Then leading failed twice, once put right, and running at the neighbour; now leading again, and running."""
    leading, running = add_checklist(session, town.round, [("1-1", LEADING), ("1-2", RUNNING)])
    right = receive_finding(session, town, checklist_item_id=leading.id)
    submit_finding(session, town, right)
    judge(session, town, right, Outcome.PASS, at=SUBMITTED_AT)
    log_finding(session, town, checklist_item_id=leading.id)
    log_finding(session, town, organization_id=town.neighbour_college.id, checklist_item_id=running.id)
    mistaken = log_finding(session, town, checklist_item_id=running.id)
    void(session, mistaken.id, actor=town.team_head, now=CLOSED_AT, reason="误登")
    log_finding(session, town, organization_id=town.other_college.id, by=town.other_inspector)
    close(session, town.round.id, (), CARRIED, actor=town.leadership, now=CLOSED_AT)
    round_ = next_round(session, town)
    leading, running = add_checklist(session, round_, [("1-1", LEADING), ("1-2", RUNNING)])
    for item in (leading, running):
        by = assigned_now(session, town.inspector)
        log_finding(session, town, by=by, at=NOW, checklist_item_id=item.id)
    return round_


def compared(session: Session, town: Town, who: str = "leadership", **asked: Any) -> Comparison:
    actor = assigned_now(session, getattr(town, who))
    return compare(session, actor=actor, now=NOW, **asked)


def test_units_and_items_then_and_now_and_what_came_back(session: Session, town: Town, later: Round) -> None:
    found = compared(session, town)
    assert (found.round.id, found.with_round.id) == (later.id, town.round.id)
    assert (found.group.then, found.group.now) == ((4, 1, 0), (2, 0, 0))
    first = found.units[0]
    assert (first.organization.id, first.group.came_back) == (town.college.id, 1)
    assert {one.category: (one.group.then.findings, one.group.now.findings) for one in first.categories} == {
        LEADING: (2, 1),
        RUNNING: (0, 1),
    }
    assert [one.category for one in found.categories] == [LEADING, RUNNING, None]
    assert found.group.came_back == 1


def test_what_was_carried_over_came_back(session: Session, town: Town, later: Round) -> None:
    carry_over(session, later.id, town.round.id, actor=town.leadership, now=NOW)
    found = compared(session, town)
    assert found.group.now.carried_over == 3
    assert {unit.organization.id for unit in found.units if unit.group.came_back} == {
        town.college.id,
        town.neighbour_college.id,
        town.other_college.id,
    }
    backwards = compared(session, town, round_id=town.round.id, with_round_id=later.id)
    assert backwards.group.now.carried_over == 0


@pytest.mark.parametrize(
    ("who", "units"),
    [
        ("leadership", {"college", "neighbour_college", "other_college"}),
        ("inspector", {"college", "neighbour_college"}),
        ("leader", {"college", "neighbour_college"}),
        ("district", {"college", "neighbour_college"}),
        ("other_district", {"other_college"}),
        ("university", {"college"}),  # one that was put right; it does not know of those that were only found
        ("neighbour", set()),
        ("bureau", set()),
    ],
)
def test_everybody_compares_what_he_or_she_sees(
    session: Session, town: Town, later: Round, who: str, units: set[str]
) -> None:
    seen = {unit.organization.id for unit in compared(session, town, who, with_round_id=town.round.id).units}
    assert seen == {getattr(town, unit).id for unit in units}


def test_one_district_or_unit_can_be_asked_for(session: Session, town: Town, later: Round) -> None:
    here = compared(session, town, organization_id=town.college.id)
    assert [unit.organization.id for unit in here.units] == [town.college.id]
    there = compared(session, town, district_id=town.other_office.id)
    assert [unit.organization.id for unit in there.units] == [town.other_college.id]


def test_a_round_is_compared_with_another_that_there_is(session: Session, town: Town) -> None:
    for asked, code in (
        ({}, "no_round_before"),
        ({"with_round_id": town.round.id}, "duplicate"),
        ({"with_round_id": town.college.id}, "unknown_reference"),
    ):
        with pytest.raises(InvalidInput) as caught:
            compared(session, town, **asked)
        assert caught.value.fields == {"with_round_id": code}
    make_round(session, "2025-08", starts_on=date(2025, 4, 1), ends_on=date(2025, 6, 1), exam_days=[])
    assert compared(session, town).with_round.number == "2025-08"


def test_the_administrator_compares_nothing(session: Session, town: Town, later: Round) -> None:
    with pytest.raises(NotAllowed, match="not_allowed"):
        compared(session, town, "admin")
