"""The five special campaigns over HTTP."""

from typing import Any

import pytest

from tests.fakes.client import Json
from tests.worlds.http import World
from tests.worlds.people import DISTRICT, OTHER_DISTRICT

PATH = "/campaigns/cheating_devices/actions"
BODY = {
    "acted_on": "2021-04-11",
    "lead_department": "公安局",
    "departments": ["市场监管局", "无线电管理局"],
    "places": ["科技市场", "学院路周边"],
    "summary": "联合检查电子市场",
    "results": [{"name": "收缴作弊器材", "value": 12, "unit": "件"}, {"name": "罚款", "value": 1.5, "unit": "万元"}],
}


def acted(world: World, who: str = "district", **given: Any) -> Json:
    return world[who].post(PATH, {**BODY, **given})


def test_the_five_have_names_in_both_languages_and_count_what_was_done(world_on_each: World) -> None:
    world = world_on_each
    acted(world)
    acted(world, "other_district", results=[])
    devices, *others = world["leadership"].items("/campaigns")
    assert devices["name"] == {"zh": "打击销售作弊器材", "en": "against the sale of cheating devices"}
    assert devices["total"] == {"actions": 2, "latest_on": "2021-04-11", "results": BODY["results"]}
    assert {one["district"]["name"]: one["total"]["actions"] for one in devices["districts"]} == {
        DISTRICT: 1,
        OTHER_DISTRICT: 1,
    }
    assert [week["starts_on"] for week in devices["weeks"]] == ["2021-04-05"]
    assert [campaign["total"]["actions"] for campaign in others] == [0] * 4
    assert world["inspector"].items("/campaigns")[0]["total"]["actions"] == 1
    assert world["leadership"].items("/campaigns", **{"from": "2021-04-12"})[0]["total"]["actions"] == 0


def test_an_action_is_shown_with_its_evidence_and_corrected_by_version(world_on_each: World) -> None:
    world = world_on_each
    piece = world["district"].upload()
    made = acted(world, evidence_ids=[piece["id"]])
    assert made["results"] == BODY["results"]
    path = f"/campaign-actions/{made['id']}"
    assert world["inspector"].get(path)["evidence"] == [piece]
    assert world["inspector"].call("GET", f"/evidence/{piece['id']}").status_code == 200
    tag = world["district"].call("GET", path).headers["ETag"]
    world["district"].patch(path, {"places": []}, if_match=None, expect=428)
    corrected = world["district"].patch(path, {"places": [], "evidence_ids": []}, if_match=tag)
    assert (corrected["places"], corrected["evidence"], corrected["version"]) == ([], [], 2)
    world["district"].patch(path, {"places": ["别处"]}, if_match=tag, expect=412)
    assert world["district"].call("GET", path, headers={"If-None-Match": '"2"'}).status_code == 304


def test_a_withdrawn_action_is_listed_apart_with_its_reason(world: World) -> None:
    made = acted(world)
    gone = world["district"].post(f"/campaign-actions/{made['id']}/withdrawal", {"reason": "重复登记"}, expect=200)
    assert gone["withdrawal_reason"] == "重复登记"
    assert world["district"].items(PATH) == []
    assert [one["id"] for one in world["leadership"].items(PATH, withdrawn="true")] == [made["id"]]
    path = f"/campaign-actions/{made['id']}/withdrawal"
    assert world["district"].post(path, {"reason": "再撤"}, expect=409)["code"] == "action_withdrawn"


def test_a_repeat_answers_with_the_first(world: World) -> None:
    assert acted(world, client_id="一号")["id"] == acted(world, client_id="一号")["id"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"acted_on": "2021-04-13"}, "acted_on"),
        ({"acted_on": "4月13日"}, "acted_on"),
        ({"results": [{"name": "立案", "value": -1}]}, "results.0.value"),
        ({"results": [{"name": "立案", "value": 0.001}]}, "results.0.value"),
        ({"results": [{"name": "立案", "value": True}]}, "results.0.value"),
        ({"results": [{"name": "立案", "value": 1}, {"name": "立案", "value": 1}]}, "results"),
        ({"lead_department": " "}, "lead_department"),
        ({"places": ["此处"] * 101}, "places"),
    ],
)
def test_what_cannot_be_is_named_by_field(world: World, given: Json, field: str) -> None:
    problem = world["district"].post(PATH, {**BODY, **given}, expect=422)
    assert list(problem["errors"]) == [field]


def test_no_sixth_campaign_is_known(world: World) -> None:
    assert world["district"].get("/campaigns/others/actions", expect=404)["code"] == "not_found"
