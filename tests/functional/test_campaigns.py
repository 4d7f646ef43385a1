"""The five special campaigns over HTTP."""

from typing import Any

import pytest

from tests.fakes.client import Json
from tests.functional.conftest import Stage
from tests.worlds.cast import DISTRICT, OTHER_DISTRICT

PATH = "/campaigns/cheating_devices/actions"
BODY = {
    "acted_on": "2021-04-11",
    "lead_department": "公安局",
    "departments": ["市场监管局", "无线电管理局"],
    "places": ["科技市场", "学院路周边"],
    "summary": "联合检查电子市场",
    "results": [{"name": "收缴作弊器材", "value": 12, "unit": "件"}, {"name": "罚款", "value": 1.5, "unit": "万元"}],
}


def acted(stage: Stage, who: str = "district", **given: Any) -> Json:
    return stage[who].post(PATH, {**BODY, **given})


def test_the_five_have_names_in_both_languages_and_count_what_was_done(stage_on_each: Stage) -> None:
    stage = stage_on_each
    acted(stage)
    acted(stage, "other_district", results=[])
    devices, *others = stage["leadership"].items("/campaigns")
    assert devices["name"] == {"zh": "打击销售作弊器材", "en": "against the sale of cheating devices"}
    assert devices["total"] == {"actions": 2, "latest_on": "2021-04-11", "results": BODY["results"]}
    assert {one["district"]["name"]: one["total"]["actions"] for one in devices["districts"]} == {
        DISTRICT: 1,
        OTHER_DISTRICT: 1,
    }
    assert [week["starts_on"] for week in devices["weeks"]] == ["2021-04-05"]
    assert [campaign["total"]["actions"] for campaign in others] == [0] * 4
    assert stage["inspector"].items("/campaigns")[0]["total"]["actions"] == 1
    assert stage["leadership"].items("/campaigns", **{"from": "2021-04-12"})[0]["total"]["actions"] == 0


def test_an_action_is_shown_with_its_evidence_and_corrected_by_version(stage_on_each: Stage) -> None:
    stage = stage_on_each
    piece = stage["district"].upload()
    made = acted(stage, evidence_ids=[piece["id"]])
    assert made["results"] == BODY["results"]
    path = f"/campaign-actions/{made['id']}"
    assert stage["inspector"].get(path)["evidence"] == [piece]
    assert stage["inspector"].call("GET", f"/evidence/{piece['id']}").status_code == 200
    tag = stage["district"].call("GET", path).headers["ETag"]
    stage["district"].patch(path, {"places": []}, if_match=None, expect=428)
    corrected = stage["district"].patch(path, {"places": [], "evidence_ids": []}, if_match=tag)
    assert (corrected["places"], corrected["evidence"], corrected["version"]) == ([], [], 2)
    stage["district"].patch(path, {"places": ["别处"]}, if_match=tag, expect=412)
    assert stage["district"].call("GET", path, headers={"If-None-Match": '"2"'}).status_code == 304


def test_a_withdrawn_action_is_listed_apart_with_its_reason(stage: Stage) -> None:
    made = acted(stage)
    gone = stage["district"].post(f"/campaign-actions/{made['id']}/withdrawal", {"reason": "重复登记"}, expect=200)
    assert gone["withdrawal_reason"] == "重复登记"
    assert stage["district"].items(PATH) == []
    assert [one["id"] for one in stage["leadership"].items(PATH, withdrawn="true")] == [made["id"]]
    path = f"/campaign-actions/{made['id']}/withdrawal"
    assert stage["district"].post(path, {"reason": "再撤"}, expect=409)["code"] == "action_withdrawn"


def test_a_repeat_answers_with_the_first(stage: Stage) -> None:
    assert acted(stage, client_id="一号")["id"] == acted(stage, client_id="一号")["id"]


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
def test_what_cannot_be_is_named_by_field(stage: Stage, given: Json, field: str) -> None:
    problem = stage["district"].post(PATH, {**BODY, **given}, expect=422)
    assert list(problem["errors"]) == [field]


def test_no_sixth_campaign_is_known(stage: Stage) -> None:
    assert stage["district"].get("/campaigns/others/actions", expect=404)["code"] == "not_found"
