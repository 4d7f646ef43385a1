"""Sheets over HTTP: opened, corrected by version, answered, closed; every refusal with its status and sentence."""

import pytest

from tests.fakes.client import Json
from tests.functional.conftest import DEADLINE, MINUTE, Stage
from tests.worlds.cast import DISTRICT, NEIGHBOUR, UNIVERSITY, local

FIELDS = (
    "id number kind origin light round checklist organization district by_organization inspected_on methods rooms "
    "participants note opened_at opened_by closed_at closed_by summary notice feedback_due_at items answered findings "
    "may_fill version"
)


def sheet_of(stage: Stage, who: str = "inspector", **known: object) -> Json:
    return stage[who].post("/inspections", {"organization_id": stage.cast.university_id, **known})


def answered(
    stage: Stage, inspection: Json, what: str, *, who: str = "inspector", expect: int = 200, **said: object
) -> Json:
    one = {"item_id": stage.cast.checklist_item_id, "answer": what, "version": 0, **said}
    return stage[who].post(f"/inspections/{inspection['id']}/answers", {"answers": [one]}, expect=expect)


def test_an_opened_inspection_has_every_field(stage_on_each: Stage) -> None:
    stage = stage_on_each
    inspection = sheet_of(
        stage, methods=["on_site", "hearing"], rooms=["试卷保管室"], participants=["督查员甲"], note="晴"
    )
    assert list(inspection) == FIELDS.split()
    assert (inspection["number"], inspection["kind"], inspection["origin"], inspection["light"]) == (
        "2021-35-督0001",
        "inspection",
        "centre",
        "green",
    )
    assert inspection["organization"] == {"id": stage.cast.university_id, "name": UNIVERSITY}
    assert (inspection["district"]["name"], inspection["by_organization"]["name"]) == (DISTRICT, "示例市招考中心")
    assert (inspection["inspected_on"], inspection["feedback_due_at"]) == ("2021-04-12", "2021-04-14T09:00:00Z")
    assert (inspection["methods"], inspection["rooms"], inspection["may_fill"]) == (
        ["hearing", "on_site"],
        ["试卷保管室"],
        True,
    )
    assert inspection["checklist"]["annex"] == 1
    assert (inspection["items"], inspection["answered"]["not_seen"]) == (1, 1)
    assert stage["inspector"].get(f"/inspections/{inspection['id']}") == inspection
    assert stage["district"].get(f"/inspections/{inspection['id']}") == {**inspection, "may_fill": False}


def test_the_head_wants_the_version_that_was_seen(stage: Stage) -> None:
    path = f"/inspections/{sheet_of(stage)['id']}"
    tag = stage["inspector"].call("GET", path).headers["ETag"]
    assert stage["inspector"].patch(path, {"note": "雨"}, if_match=None, expect=428)["code"] == "version_missing"
    assert stage["inspector"].patch(path, {"note": "雨"}, if_match=tag)["version"] == 2
    assert stage["team_head"].patch(path, {"note": "晴"}, if_match=tag, expect=412)["code"] == "stale_version"
    assert stage["inspector"].patch(path, {}, if_match=tag, expect=422)["errors"]["note"]
    assert stage["district"].patch(path, {"note": "晴"}, if_match=tag, expect=403)["code"] == "not_yours"


def test_the_tag_changes_with_what_is_answered_and_found(stage: Stage) -> None:
    inspection = sheet_of(stage)
    path, tags = f"/inspections/{inspection['id']}", []
    for what, version in (("in_place", 0), ("not_in_place", 1)):
        tags.append(stage["inspector"].call("GET", path).headers["ETag"])
        known = stage["inspector"].call("GET", path, headers={"If-None-Match": tags[-1]})
        assert known.status_code == 304
        answered(stage, inspection, what, version=version)
    tags.append(stage["inspector"].call("GET", path).headers["ETag"])
    assert len(set(tags)) == 3


def test_an_answer_and_its_finding_are_shown_with_the_item(stage_on_each: Stage) -> None:
    stage = stage_on_each
    inspection, photo = sheet_of(stage), stage["inspector"].upload()
    finding = {"summary": "摄像头黑屏", "severity": "general", "location": "三号楼", "details": "两间"}
    (one,) = answered(stage, inspection, "not_in_place", note="已拍照", evidence_ids=[photo["id"]], finding=finding)[
        "items"
    ]
    assert list(one) == [
        *("item_id", "item", "requirement", "answer", "note", "version", "answered_at", "answered_by"),
        *("finding", "evidence"),
    ]
    assert (one["item"]["number"], one["answer"], one["note"], one["version"]) == ("1-12", "not_in_place", "已拍照", 1)
    assert (one["answered_by"]["name"], one["evidence"]) == ("督查员甲", [photo])
    assert stage["inspector"].items(f"/inspections/{inspection['id']}/answers") == [one]
    logged = stage.finding(one["finding"]["id"])
    assert {name: logged[name] for name in finding} == finding
    assert (logged["inspection_id"], logged["checklist_item"]["id"]) == (inspection["id"], stage.cast.checklist_item_id)
    assert logged["evidence"] == [photo]
    assert [one["id"] for one in stage["inspector"].items("/findings", inspection_id=inspection["id"])] == [
        logged["id"]
    ]
    assert stage["inspector"].items("/findings", inspection_id=logged["id"]) == []


def test_whoever_comes_late_hears_who_answered_what(stage: Stage) -> None:
    inspection = sheet_of(stage)
    answered(stage, inspection, "in_place", note="已看")
    refused = answered(stage, inspection, "not_applicable", who="team_head", expect=409)
    assert refused["code"] == "stale_answer"
    assert "1-12" in refused["detail"]
    assert "督查员甲" in refused["detail"]
    assert "“已落实”" in refused["detail"]
    (stale,) = refused["stale"]
    assert (stale["answer"], stale["note"], stale["version"]) == ("in_place", "已看", 1)
    answered(stage, inspection, "not_applicable", who="team_head", version=stale["version"])
    (before,) = stage["leader"].items(f"/inspections/{inspection['id']}/revisions")
    assert (before["answer"], before["note"], before["answered_by"]["name"]) == ("in_place", "已看", "督查员甲")


def test_a_note_that_is_left_out_stays_and_one_that_is_null_goes(stage: Stage) -> None:
    inspection = sheet_of(stage)
    answered(stage, inspection, "in_place", note="已看")
    (kept,) = answered(stage, inspection, "not_applicable", version=1)["items"]
    (gone,) = answered(stage, inspection, "not_applicable", version=2, note=None)["items"]
    assert (kept["note"], gone["note"]) == ("已看", None)


def test_what_stands_is_not_answered_away(stage: Stage) -> None:
    inspection = sheet_of(stage)
    (one,) = answered(stage, inspection, "not_in_place")["items"]
    refused = answered(stage, inspection, "in_place", version=1, expect=409)
    assert (refused["code"], one["finding"]["number"] in refused["detail"]) == ("finding_stands", True)
    stage["team_head"].move(f"/findings/{one['finding']['id']}/voiding", {"reason": "看错"})
    assert answered(stage, inspection, "in_place", version=1)["items"][0]["finding"] is None


def test_what_is_put_right_on_the_spot_is_one_act(stage: Stage) -> None:
    inspection = sheet_of(stage)
    settled = {"evidence_ids": [stage["inspector"].upload()["id"]], "comment": "当场更换"}
    (one,) = answered(stage, inspection, "not_in_place", settled=settled)["items"]
    assert (one["answer"], one["finding"]["state"]) == ("not_in_place", "verified")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"answer": "maybe"}, "answers.0.answer"),
        ({"version": -1}, "answers.0.version"),
        ({"version": 3}, "answers.0.version"),
        ({"item_id": "11111111-2222-4333-8444-555555555555"}, "answers.0.item_id"),
        ({"evidence_ids": ["11111111-2222-4333-8444-555555555555"]}, "answers.0.evidence_ids"),
        ({"finding": {"summary": "多余"}}, "answers.0.finding"),
        ({"settled": {"evidence_ids": [], "comment": "多余"}}, "answers.0.settled"),
        ({"colour": "red"}, "answers.0.colour"),
    ],
)
def test_a_bad_answer_is_refused_by_its_place(stage: Stage, said: Json, field: str) -> None:
    inspection = sheet_of(stage)
    refused = answered(stage, inspection, **{"what": "in_place", "expect": 422, **said})
    assert list(refused["errors"]) == [field]
    assert stage["inspector"].items(f"/inspections/{inspection['id']}/answers")[0]["answer"] == "not_seen"


def test_closing_names_what_is_missing_and_then_is_final(stage_on_each: Stage) -> None:
    stage = stage_on_each
    inspection = sheet_of(stage)
    (one,) = answered(stage, inspection, "not_in_place")["items"]
    path = f"/inspections/{inspection['id']}/closing"
    refused = stage["inspector"].post(path, {}, expect=422)
    assert one["finding"]["number"] in refused["errors"]["findings"][0]
    both = {"deadline": DEADLINE.isoformat(), "working_days": 3}
    assert list(stage["inspector"].post(path, both, expect=422)["errors"]) == ["working_days"]
    terms = [{"id": one["finding"]["id"], "requirement": "三日内更换", "working_days": 3}]
    closed = stage["inspector"].post(path, {"summary": "其余良好", "findings": terms}, expect=200)
    assert (closed["summary"], closed["closed_by"]["name"], closed["may_fill"]) == ("其余良好", "督查员甲", False)
    (notice,) = stage["university"].items("/rectification-notices")
    assert (notice["id"], notice["findings"][0]["requirement"]) == (closed["notice"]["id"], "三日内更换")
    assert stage["university"].get(f"/inspections/{inspection['id']}")["findings"][0]["state"] == "notified"
    assert stage["inspector"].post(path, {}, expect=409)["code"] == "sheet_closed"
    assert answered(stage, inspection, "not_in_place", version=1, note="补记", expect=409)["code"] == "sheet_closed"


def test_a_finding_is_logged_with_an_open_inspection_alone(stage: Stage) -> None:
    inspection = sheet_of(stage)
    assert stage.logged(inspection_id=inspection["id"])["inspection_id"] == inspection["id"]
    neighbour = stage.cast.organization_ids[NEIGHBOUR]
    body = {
        "organization_id": neighbour,
        "summary": "别校问题",
        "severity": "general",
        "inspection_id": inspection["id"],
    }
    assert list(stage["inspector"].post("/findings", body, expect=422)["errors"]) == ["inspection_id"]


def test_the_list_is_filtered_and_paged(stage: Stage) -> None:
    inspections = []
    for who in ("inspector", "district", "university"):
        stage.clock.at += MINUTE
        inspections.append(sheet_of(stage, who)["id"])
    leader = stage["leader"]
    assert [one["id"] for one in leader.items("/inspections")] == inspections[::-1]
    assert [one["id"] for one in leader.items("/inspections", kind="self_check", open="true")] == inspections[2:]
    assert leader.items("/inspections", light="red") == leader.items("/inspections", open="false") == []
    assert [[one["id"] for one in page] for page in leader.pages("/inspections", limit=2)] == [
        inspections[:0:-1],
        inspections[:1],
    ]
    assert [one["id"] for one in stage["university"].items("/inspections")] == inspections[2:]
    assert leader.get("/inspections", expect=422, light="blue")["errors"]["light"]


def test_missing_feedback_turns_red_and_is_told(stage_on_each: Stage) -> None:
    stage = stage_on_each
    inspection = sheet_of(stage)
    stage.go(local(4, 15, 18))
    assert [one["id"] for one in stage["leader"].items("/inspections", light="red")] == [inspection["id"]]
    told = [alert for alert in stage["leader"].items("/alerts") if alert["kind"] == "inspection.breach"]
    assert [alert["about"] for alert in told] == [{"kind": "inspection", "id": inspection["id"]}]
    assert "督查不到位" in told[0]["text"]
