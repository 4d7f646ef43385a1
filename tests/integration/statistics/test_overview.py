"""The overview: every way of counting comes to the same findings, week by week to the present."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.findings.list import NO_CATEGORY, FindingFilter, list_findings
from service.models import Finding
from service.statistics.overview import durations_of, overview
from tests.build.checklists import add_checklist
from tests.worlds.books import (
    DEADLINE,
    SUBMITTED_AT,
    Town,
    judge,
    log_finding,
    receive_finding,
    submit_finding,
    sweep_until,
)
from workflows.vocabulary import Light, Outcome, State

LATER = DEADLINE + timedelta(minutes=1)


@pytest.fixture
def findings(session: Session, town: Town) -> dict[str, Finding]:
    """Of one unit an overdue one, one that was put right, and one on an item; of another unit one that was logged."""
    (item,) = add_checklist(session, town.round, [("1-12", "标准化考点建设")])
    made = {
        "overdue": receive_finding(session, town),
        "passed": receive_finding(session, town),
        "on_item": log_finding(session, town, checklist_item_id=item.id),
        "other": log_finding(session, town, by=town.other_inspector, organization_id=town.other_college.id),
    }
    submit_finding(session, town, made["passed"])
    judge(session, town, made["passed"], Outcome.PASS, at=SUBMITTED_AT)
    sweep_until(session, LATER)
    session.commit()
    return made


def test_the_last_week_is_the_present_and_the_first_has_what_was_there_then(
    session: Session, town: Town, findings: dict[str, Finding]
) -> None:
    found = overview(session, actor=town.leadership, now=LATER)
    assert {str(state): number for state, number in found.weeks[-1].states.items()} == found.statistics.by["state"]
    assert sum(found.weeks[0].states.values()) == 0
    assert [week.at for week in found.weeks] == sorted(week.at for week in found.weeks)


def test_cells_lights_and_lists_count_the_same_open_findings(
    session: Session, town: Town, findings: dict[str, Finding]
) -> None:
    found = overview(session, actor=town.leadership, now=LATER)
    still = found.statistics.total.open
    assert sum(found.heat.values()) == sum(found.lights.values()) == still == len(findings) - 1
    assert sum(number for (_, light), number in found.lights.items() if light == Light.RED) == 1
    for (district_id, category), number in found.heat.items():
        under = FindingFilter(
            state=tuple(set(State) - {State.VERIFIED}), district_id=district_id, category=category or NO_CATEGORY
        )
        assert len(list_findings(session, under, actor=town.leadership, now=LATER).items) == number


def test_units_that_lag_come_first_and_the_others_not_at_all(
    session: Session, town: Town, findings: dict[str, Finding]
) -> None:
    found = overview(session, actor=town.leadership, now=LATER)
    (unit,) = found.units
    assert unit.organization.id == findings["overdue"].organization_id
    assert (unit.findings, unit.red, unit.ever_overdue, unit.recurrences) == (3, 1, 1, 0)


def test_how_long_it_took_is_counted_from_the_notification(
    session: Session, town: Town, findings: dict[str, Finding]
) -> None:
    passed = findings["passed"]
    assert passed.verified_at
    assert passed.notified_at
    took = overview(session, actor=town.leadership, now=LATER).durations
    assert took[None] == took[passed.district_id]
    assert took[None].findings == 1
    days = (passed.verified_at - passed.notified_at) / timedelta(days=1)
    assert took[None].median == pytest.approx(days, abs=0.05)


def test_the_middle_and_what_nine_of_ten_stay_within() -> None:
    of_ten = durations_of({10 * days: 1 for days in range(1, 11)})
    assert (of_ten.findings, of_ten.median, of_ten.p90) == (10, 5.5, 9.0)
    alone = durations_of({30: 1})
    assert (alone.findings, alone.median, alone.p90) == (1, 3.0, 3.0)
    most = durations_of({1: 7, 40: 3})
    assert (most.findings, most.median, most.p90) == (10, 0.1, 4.0)


def test_everyone_has_the_overview_of_what_is_in_sight(
    session: Session, town: Town, findings: dict[str, Finding]
) -> None:
    assert overview(session, actor=town.district, now=LATER).statistics.total.findings == 3
    assert overview(session, actor=town.bureau, now=LATER).statistics.total.findings == 0
    one_place = overview(session, actor=town.leadership, now=LATER, district_id=findings["other"].district_id)
    assert one_place.statistics.total.findings == 1
