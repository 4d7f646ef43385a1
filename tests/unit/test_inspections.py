"""Inspections over a checklist: who opens and fills which, and which answers stand."""

from dataclasses import replace

import pytest

from tests.unit.findings.law import (
    ACTORS,
    DISTRICT,
    ERQI,
    INSPECTOR,
    JINSHUI,
    POLICY,
    ROUND,
    TEAM_HEAD,
    UNIT,
    UNIVERSITY,
    local,
)
from workflows.findings.sides import origin_of
from workflows.inspections import (
    InspectionFacts,
    InspectionRefusal,
    addressees_of_closing,
    answer_refused,
    filling_refused,
    kind_of,
    resolved,
)
from workflows.vocabulary import Addressee, Answer, InspectionKind, OrganizationKind, Origin

ABOUT_UNIVERSITY = InspectionFacts(
    Origin.CENTRE, UNIVERSITY, OrganizationKind.UNIVERSITY, JINSHUI, ROUND, local(4, 12, 10).date()
)
ABOUT_DISTRICT = replace(ABOUT_UNIVERSITY, unit_id=JINSHUI, unit_kind=OrganizationKind.DISTRICT)
SHEETS = {
    "centre about university": ABOUT_UNIVERSITY,
    "district about university": replace(ABOUT_UNIVERSITY, origin=Origin.DISTRICT),
    "university about itself": replace(ABOUT_UNIVERSITY, origin=Origin.UNIT),
    "centre about district": ABOUT_DISTRICT,
    "district about itself": replace(ABOUT_DISTRICT, origin=Origin.UNIT),
}
FILLERS = {
    "centre about university": {"inspector", "team_head"},
    "district about university": {"district"},
    "university about itself": {"university"},
    "centre about district": {"inspector", "team_head"},
    "district about itself": {"district"},
}


@pytest.mark.parametrize("name", SHEETS)
def test_an_inspection_is_filled_by_its_own_side_alone(name: str) -> None:
    inspection = SHEETS[name]
    fillers = {who for who, actor in ACTORS.items() if filling_refused(inspection, actor, round_closed=False) is None}
    assert fillers == FILLERS[name]


def test_whoever_opens_an_inspection_may_fill_it_and_nobody_opens_one_about_strangers() -> None:
    for inspection in (ABOUT_UNIVERSITY, ABOUT_DISTRICT):
        place = {
            "unit_id": inspection.unit_id,
            "unit_kind": inspection.unit_kind,
            "district_id": inspection.district_id,
            "round_id": inspection.round_id,
        }
        for actor in ACTORS.values():
            origin = origin_of(actor, **place)  # type: ignore[arg-type]  # one by one
            assert (
                origin is None or filling_refused(replace(inspection, origin=origin), actor, round_closed=False) is None
            )
        assert origin_of(INSPECTOR, **{**place, "district_id": ERQI}) is None  # type: ignore[arg-type]
    university = {
        "unit_id": UNIVERSITY,
        "unit_kind": OrganizationKind.UNIVERSITY,
        "district_id": JINSHUI,
        "round_id": ROUND,
    }
    assert [origin_of(who, **university) for who in (TEAM_HEAD, DISTRICT, UNIT)] == [  # type: ignore[arg-type]
        Origin.CENTRE,
        Origin.DISTRICT,
        Origin.UNIT,
    ]


def test_a_unit_checks_itself_and_others_inspect() -> None:
    assert [kind_of(origin) for origin in (Origin.CENTRE, Origin.DISTRICT, Origin.UNIT)] == [
        InspectionKind.INSPECTION,
        InspectionKind.INSPECTION,
        InspectionKind.SELF_CHECK,
    ]


def test_a_closed_inspection_is_final_and_a_closed_round_ends_all_writing() -> None:
    closed = replace(ABOUT_UNIVERSITY, closed=True)
    assert filling_refused(closed, INSPECTOR, round_closed=True) is InspectionRefusal.INSPECTION_CLOSED
    assert filling_refused(ABOUT_UNIVERSITY, INSPECTOR, round_closed=True) is InspectionRefusal.ROUND_CLOSED
    assert filling_refused(closed, DISTRICT, round_closed=True) is InspectionRefusal.NOT_YOURS


@pytest.mark.parametrize("answer", Answer)
def test_while_its_finding_stands_an_item_is_not_in_place(answer: Answer) -> None:
    assert answer_refused(answer, finding_stands=False) is None
    refused = answer_refused(answer, finding_stands=True)
    assert refused is (None if answer is Answer.NOT_IN_PLACE else InspectionRefusal.FINDING_STANDS)


def test_the_unit_and_the_responsible_leader_hear_of_an_inspection_and_those_next_above_of_a_self_check() -> None:
    everybody = (Addressee.UNIT, Addressee.DISTRICT, Addressee.TEAM, Addressee.RESPONSIBLE_LEADER)
    assert {name: addressees_of_closing(inspection, POLICY) for name, inspection in SHEETS.items()} == {
        "centre about university": everybody,
        "district about university": everybody,
        "university about itself": (Addressee.DISTRICT,),
        "centre about district": everybody,
        "district about itself": (Addressee.TEAM,),
    }


def test_the_team_or_the_district_office_is_behind_the_feedback() -> None:
    for word in (Addressee.OVERSEER, Addressee.REVIEWER, Addressee.DECIDER):
        assert resolved((word, Addressee.TEAM), SHEETS["centre about district"]) == (Addressee.TEAM,)
        assert resolved((word,), SHEETS["district about university"]) == (Addressee.DISTRICT,)
