"""Readiness of units: from the newest word of all sheets and from findings, as far as each reader knows of them."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotAllowed, NotFound
from service.findings.escalations import void
from service.findings.log import Settlement, settle
from service.findings.rectification_notices import Demand, notify
from service.models import ChecklistItem, Organization
from service.readiness.proposals import sweep_proposals
from service.readiness.readiness import readiness_of_round
from service.rounds.rounds import ask_from, close_round
from tests.build.answers import add_answer
from tests.build.checklists import add_items
from tests.build.statements import asked, engine_of
from tests.worlds.books import FOUND_AT, Town, add_evidence, local, log_finding, notify_finding
from tests.worlds.rows import make_round
from workflows.findings.facts import Actor
from workflows.vocabulary import Answer, OrganizationKind, Readiness, Severity

BEGINS = local(4, 1, 0)
BEFORE, AFTER = local(4, 20), local(4, 20, 18)  # 4月中旬 ends between them
Items = dict[str, ChecklistItem]


@pytest.fixture
def items(session: Session, town: Town) -> Items:
    rows = {"1-1": "4月中旬", "1-2": "5月底", "1-3": "即日起至考试结束", "1-4": "1月底", "2-1": "4月中旬"}
    added = add_items(session, town.round, rows)
    ask_from(town.round, BEGINS)
    session.commit()
    return added


def of_unit(session: Session, actor: Actor, unit: Organization, now: datetime) -> dict[str, Readiness]:
    """How each item stands, by its number."""
    (one,) = readiness_of_round(session, actor=actor, now=now, organization_id=unit.id).units
    return {item.due.item.number: item.status for item in one.items}


def status(session: Session, town: Town, number: str = "1-1", *, at: datetime = AFTER, by: str = "leadership") -> str:
    """How an item stands at the college."""
    return str(of_unit(session, getattr(town, by), town.college, at)[number])


def answered(
    session: Session, town: Town, item: ChecklistItem, answer: Answer, at: datetime, by: str = "university"
) -> None:
    add_answer(session, town, town.college, item, answer, by=getattr(town, by), at=at)


def test_what_nobody_has_seen_is_late_once_its_time_has_passed(session: Session, town: Town, items: Items) -> None:
    assert of_unit(session, town.leadership, town.college, local(4, 1, 9)) == dict.fromkeys(
        ["1-1", "1-2", "1-3", "1-4"], Readiness.NOT_SEEN
    )
    first_report_passed = local(4, 2, 18)
    late = {
        number
        for number, how in of_unit(session, town.leadership, town.college, first_report_passed).items()
        if how is Readiness.LATE
    }
    assert late == {"1-3", "1-4"}, "weekly ones, and those whose time lay before the round began"
    assert status(session, town, at=BEFORE) == "not_seen"
    assert status(session, town, at=AFTER) == "late"
    assert status(session, town, "1-2", at=AFTER) == "not_seen"


def test_the_newest_word_counts_whoever_said_it(session: Session, town: Town, items: Items) -> None:
    item = items["1-1"]
    answered(session, town, item, Answer.NOT_APPLICABLE, local(4, 10, 10))
    assert status(session, town) == "not_applicable"
    answered(session, town, item, Answer.IN_PLACE, local(4, 12, 10), by="inspector")
    assert status(session, town) == "in_place"
    answered(session, town, item, Answer.NOT_IN_PLACE, local(4, 11, 10), by="district")
    assert status(session, town) == "in_place", "said before, written down later"
    answered(session, town, item, Answer.NOT_SEEN, local(4, 14, 10), by="inspector")
    assert status(session, town) == "in_place", "whoever did not look takes nothing back"
    answered(session, town, item, Answer.NOT_IN_PLACE, local(4, 15, 10), by="district")
    assert status(session, town) == "not_in_place"


def test_a_finding_on_the_item_says_it_is_not_in_place_until_it_is_verified(
    session: Session, town: Town, items: Items
) -> None:
    item = items["1-1"]
    answered(session, town, item, Answer.IN_PLACE, local(4, 10, 10))
    finding = log_finding(session, town, checklist_item_id=item.id)
    answered(session, town, item, Answer.IN_PLACE, local(4, 14, 10))
    assert status(session, town) == "not_in_place", "whatever the unit says of itself"
    seen = Settlement([add_evidence(session, town.inspector)], "当场更换")
    settle(session, finding.id, seen, actor=town.inspector, now=local(4, 15, 10))
    assert status(session, town) == "in_place"


def test_a_finding_that_was_withdrawn_leaves_nothing_behind(session: Session, town: Town, items: Items) -> None:
    item = items["1-1"]
    finding = log_finding(session, town, checklist_item_id=item.id)
    add_answer(
        session, town, town.college, item, Answer.NOT_IN_PLACE, by=town.inspector, at=FOUND_AT, finding_id=finding.id
    )
    assert status(session, town, at=BEFORE) == "not_in_place"
    void(session, finding.id, actor=town.team_head, now=FOUND_AT, reason="登记有误")
    assert status(session, town, at=BEFORE) == "not_seen"


def test_a_proposal_is_late_until_somebody_takes_it_up(session: Session, town: Town, items: Items) -> None:
    sweep_proposals(session, now=AFTER)
    assert status(session, town) == "late"
    (one,) = readiness_of_round(session, actor=town.district, now=AFTER, organization_id=town.college.id).units
    (proposed,) = one.items[0].findings
    assert proposed.proposed
    notify(session, Demand(proposed.id, "限期落实", local(4, 28)), actor=town.district, now=AFTER)
    assert status(session, town) == "not_in_place"


def test_a_weekly_item_has_to_be_confirmed_every_week(session: Session, town: Town, items: Items) -> None:
    answered(session, town, items["1-3"], Answer.IN_PLACE, local(4, 8, 10))
    thursday, next_thursday = local(4, 9), local(4, 16)
    assert status(session, town, "1-3", at=thursday + timedelta(minutes=1)) == "in_place"
    assert status(session, town, "1-3", at=next_thursday + timedelta(minutes=1)) == "late"
    answered(session, town, items["1-3"], Answer.IN_PLACE, local(4, 17, 10))
    assert status(session, town, "1-3", at=local(4, 17, 11)) == "in_place"


def test_everything_is_summed_by_unit_heading_and_district(session: Session, town: Town, items: Items) -> None:
    answered(session, town, items["1-1"], Answer.IN_PLACE, local(4, 10, 10))
    table = readiness_of_round(session, actor=town.leadership, now=AFTER)
    names = [one.unit.organization.name for one in table.units]
    assert names == [
        *("白塔区招生考试办公室", "明河桃源学院"),
        *("青石区招生考试办公室", "明河云台学院", "明河龙湖学院"),
    ]
    assert sum(table.counts.values()) == 3 * 4 + 2
    assert table.counts[Readiness.IN_PLACE] == 1
    for part in (table.districts, table.categories):
        summed = {how: sum(one.counts[how] for one in part) for how in Readiness}
        assert summed == table.counts
    assert [(one.audience, one.category) for one in table.categories] == [
        (OrganizationKind.DISTRICT, "组织领导情况"),
        (OrganizationKind.UNIVERSITY, "组织领导情况"),
        (OrganizationKind.UNIVERSITY, "考务管理"),
    ]
    assert all(sum(one.counts.values()) == len(one.items) for one in table.units)


def test_each_sees_the_units_in_sight(session: Session, town: Town, items: Items) -> None:
    def units(actor: Actor, **asked: str) -> set[str]:
        return {one.unit.organization.id for one in readiness_of_round(session, actor=actor, now=AFTER, **asked).units}

    here = {town.district_office.id, town.college.id, town.neighbour_college.id}
    there = {town.other_office.id, town.other_college.id}
    assert units(town.leadership) == here | there
    assert units(town.leadership, district_id=town.other_office.id) == there
    for actor in (town.inspector, town.team_head, town.leader, town.district):
        assert units(actor) == here
        assert units(actor, district_id=town.other_office.id) == set()
    assert units(town.university) == {town.college.id}
    for stranger in (town.neighbour, town.other_university, town.other_district, town.other_inspector):
        with pytest.raises(NotFound):
            units(stranger, organization_id=town.college.id)
    for nobody in (town.bureau, town.committee, town.admin):
        with pytest.raises(NotAllowed, match="not_allowed"):
            units(nobody)


def test_a_unit_does_not_know_what_others_have_not_told_it(session: Session, town: Town, items: Items) -> None:
    add_answer(
        session, town, town.college, items["1-1"], Answer.IN_PLACE, by=town.inspector, at=local(4, 14, 10), closed=False
    )
    log_finding(session, town, checklist_item_id=items["1-2"].id)
    notify_finding(session, town, checklist_item_id=items["1-4"].id)
    inspector, unit = (of_unit(session, actor, town.college, AFTER) for actor in (town.inspector, town.university))
    assert (inspector["1-1"], unit["1-1"]) == (Readiness.IN_PLACE, Readiness.LATE)
    assert (inspector["1-2"], unit["1-2"]) == (Readiness.NOT_IN_PLACE, Readiness.NOT_SEEN)
    assert inspector["1-4"] is unit["1-4"] is Readiness.NOT_IN_PLACE
    (one,) = readiness_of_round(session, actor=town.university, now=AFTER).units
    assert {item.due.item.number for item in one.items if item.facts.found} == {"1-4"}


def test_an_item_shows_who_had_the_last_word_and_what_was_found(session: Session, town: Town, items: Items) -> None:
    sheet = add_answer(
        session, town, town.college, items["1-1"], Answer.IN_PLACE, by=town.inspector, at=local(4, 14, 10)
    )
    found = [log_finding(session, town, checklist_item_id=items["1-1"].id, severity=severity) for severity in Severity]
    (one,) = readiness_of_round(session, actor=town.inspector, now=AFTER, organization_id=town.college.id).units
    first = one.items[0]
    assert first.inspection_id == sheet.id
    assert first.facts.answered_at == local(4, 14, 10)
    assert list(first.findings) == found
    assert first.due.due_on == BEFORE.date()
    (one,) = readiness_of_round(session, actor=town.university, now=AFTER, organization_id=town.college.id).units
    assert [finding.severity for finding in one.items[0].findings] == [Severity.MAJOR], "not those it knows nothing of"


def test_in_a_closed_round_things_stand_as_they_did_at_its_end(session: Session, town: Town, items: Items) -> None:
    close_round(session, town.round, now=BEFORE)
    table = readiness_of_round(session, actor=town.leadership, now=local(9, 1))
    assert table.as_of == BEFORE
    assert status(session, town, at=local(9, 1)) == "not_seen"


def test_the_round_in_force_is_meant_unless_another_is_named(session: Session, town: Town, items: Items) -> None:
    past = make_round(session, "2025-08", starts_on=local(1, 1).date(), closed_at=FOUND_AT)
    assert readiness_of_round(session, actor=town.leadership, now=AFTER).round is town.round
    assert readiness_of_round(session, actor=town.leadership, now=AFTER, round_id=past.id).units == []
    with pytest.raises(InvalidInput):
        readiness_of_round(session, actor=town.leadership, now=AFTER, round_id=town.college.id)


def test_many_units_cost_no_more_questions_than_one(session: Session, town: Town, items: Items) -> None:
    counted = []
    for more in (0, 30):
        for n in range(more):
            unit = Organization(kind=OrganizationKind.UNIVERSITY, name=f"明河第{n}学院", parent_id=town.other_office.id)
            session.add(unit)
            session.flush()
            add_answer(session, town, unit, items["1-1"], Answer.IN_PLACE, by=town.other_inspector, at=FOUND_AT)
        session.commit()
        with asked(engine_of(session)) as statements:
            table = readiness_of_round(session, actor=town.leadership, now=AFTER)
            assert len(table.units) == 5 + more
            assert sum(table.counts.values()) == 3 * 4 + 2 + more * 4
        counted.append(len(statements))
    assert counted[1] == counted[0] <= 10
