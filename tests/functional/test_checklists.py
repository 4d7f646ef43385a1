"""Checklists over HTTP: no secret to anyone who has signed in, in the notice's order, with rules and days."""

from datetime import date

import pytest

from service.checklists.catalogues import NOTICE_2021_35, shipped
from service.checklists.checklists import add_checklists
from service.rounds.rounds import NewRound, open_round
from service.rounds.rulebooks import keep_shipped
from service.store.db import sessions
from tests.worlds.http import World


@pytest.fixture
def furnished(world: World) -> World:
    """A world with a round that has the whole notice's checklists."""
    with sessions(world.engine).begin() as session:
        version = keep_shipped(session, now=world.clock.at)
        new = NewRound("2022-18", "下一年的通知", date(2022, 3, 28), date(2022, 6, 5), version, [date(2022, 6, 5)])
        add_checklists(session, open_round(session, new), shipped(NOTICE_2021_35))
    return world


def round_id(world: World, number: str) -> str:
    found: str = next(one["id"] for one in world["university"].items("/rounds") if one["number"] == number)
    return found


@pytest.mark.parametrize("who", ["university", "neighbour", "district", "inspector", "bureau", "admin"])
def test_whoever_has_signed_in_reads_the_checklists(furnished: World, who: str) -> None:
    found = furnished[who].items("/checklists", round_id=round_id(furnished, "2022-18"))
    assert [(one["annex"], one["audience"]) for one in found] == [(1, "university"), (2, "district")]
    assert found[0]["title"] == "专升本考试安全高校准备情况督查表"
    assert found[0]["round"]["number"] == "2022-18"
    full = [furnished[who].get(f"/checklists/{one['id']}") for one in found]
    assert [len(one["items"]) for one in full] == [71, 52]


def test_an_item_has_its_requirement_rule_day_and_units(furnished: World) -> None:
    (universities, _) = furnished["university"].items("/checklists", round_id=round_id(furnished, "2022-18"))
    items = furnished["university"].get(f"/checklists/{universities['id']}")["items"]
    assert [item["number"] for item in items] == [f"1-{row}" for row in range(1, 72)]
    secrecy = items[46]
    assert secrecy == {
        "id": secrecy["id"],
        "number": "1-47",
        "category": "试卷安全保密",
        "requirement": {
            "zh": "安全保密第一责任人已明确；安全保密直接责任人已明确；岗位职责已明确；保密制度已制订。",
            "en": "The person chiefly responsible for security and secrecy is named; "
            "the person directly responsible is named; the duties of each post are set out; secrecy rules exist.",
        },
        "completion_rule": {
            "kind": "month_part",
            "month": 4,
            "part": "middle_ten_days",
            "day": None,
            "year": None,
            "amount": None,
            "text": "4月中旬",
        },
        "due_on": "2022-04-20",
        "lead_units": ["教务处"],
        "supporting_units": ["党政办", "保卫处"],
    }
    assert items[37]["completion_rule"] == {
        "kind": "until_exam_over",
        "month": None,
        "part": None,
        "day": None,
        "year": None,
        "amount": None,
        "text": "即日起至考试结束",
    }
    assert items[37]["due_on"] == "2022-06-05"


def test_checklists_of_another_round_or_none_are_told_apart(furnished: World) -> None:
    university = furnished["university"]
    assert len(university.items("/checklists")) == 3  # the one item of the world's own round has a checklist too
    unknown = "11111111-2222-4333-8444-555555555555"
    assert university.items("/checklists", round_id=unknown) == []
    assert university.get(f"/checklists/{unknown}", expect=404)["code"] == "not_found"
    assert university.get("/checklists", round_id="2021-35", expect=422)["errors"].keys() == {"round_id"}
    assert furnished.anonymous.get("/checklists", expect=401)
