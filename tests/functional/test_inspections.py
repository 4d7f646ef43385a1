"""Sheets over HTTP: opened, corrected by version, answered, closed; every refusal with its status and sentence."""

import pytest

from tests.fakes.client import Json
from tests.worlds.http import DEADLINE, MINUTE, World, local
from tests.worlds.people import DISTRICT, NEIGHBOUR, UNIVERSITY

FIELDS = (
    "id number kind origin light round checklist organization district by_organization inspected_on methods rooms "
    "participants note opened_at opened_by closed_at closed_by summary notice feedback_due_at items answered findings "
    "may_fill version"
)


def sheet_of(world: World, who: str = "inspector", **known: object) -> Json:
    return world[who].post("/inspections", {"organization_id": world.ids.university_id, **known})


def answered(
    world: World, inspection: Json, what: str, *, who: str = "inspector", expect: int = 200, **said: object
) -> Json:
    one = {"item_id": world.ids.checklist_item_id, "answer": what, "version": 0, **said}
    return world[who].post(f"/inspections/{inspection['id']}/answers", {"answers": [one]}, expect=expect)


def test_an_opened_inspection_has_every_field(world_on_each: World) -> None:
    world = world_on_each
    inspection = sheet_of(
        world, methods=["on_site", "hearing"], rooms=["试卷保管室"], participants=["陈一鸣"], note="晴"
    )
    assert list(inspection) == FIELDS.split()
    assert (inspection["number"], inspection["kind"], inspection["origin"], inspection["light"]) == (
        "2021-35-督0001",
        "inspection",
        "centre",
        "green",
    )
    assert inspection["organization"] == {"id": world.ids.university_id, "name": UNIVERSITY}
    assert (inspection["district"]["name"], inspection["by_organization"]["name"]) == (DISTRICT, "明河市招生考试中心")
    assert (inspection["inspected_on"], inspection["feedback_due_at"]) == ("2021-04-12", "2021-04-14T09:00:00Z")
    assert (inspection["methods"], inspection["rooms"], inspection["may_fill"]) == (
        ["hearing", "on_site"],
        ["试卷保管室"],
        True,
    )
    assert inspection["checklist"]["annex"] == 1
    assert (inspection["items"], inspection["answered"]["not_seen"]) == (1, 1)
    assert world["inspector"].get(f"/inspections/{inspection['id']}") == inspection
    assert world["district"].get(f"/inspections/{inspection['id']}") == {**inspection, "may_fill": False}


def test_the_head_wants_the_version_that_was_seen(world: World) -> None:
    path = f"/inspections/{sheet_of(world)['id']}"
    tag = world["inspector"].call("GET", path).headers["ETag"]
    assert world["inspector"].patch(path, {"note": "雨"}, if_match=None, expect=428)["code"] == "version_missing"
    assert world["inspector"].patch(path, {"note": "雨"}, if_match=tag)["version"] == 2
    assert world["team_head"].patch(path, {"note": "晴"}, if_match=tag, expect=412)["code"] == "stale_version"
    assert world["inspector"].patch(path, {}, if_match=tag, expect=422)["errors"]["note"]
    assert world["district"].patch(path, {"note": "晴"}, if_match=tag, expect=403)["code"] == "not_yours"


def test_the_tag_changes_with_what_is_answered_and_found(world: World) -> None:
    inspection = sheet_of(world)
    path, tags = f"/inspections/{inspection['id']}", []
    for what, version in (("in_place", 0), ("not_in_place", 1)):
        tags.append(world["inspector"].call("GET", path).headers["ETag"])
        known = world["inspector"].call("GET", path, headers={"If-None-Match": tags[-1]})
        assert known.status_code == 304
        answered(world, inspection, what, version=version)
    tags.append(world["inspector"].call("GET", path).headers["ETag"])
    assert len(set(tags)) == 3


def test_an_answer_and_its_finding_are_shown_with_the_item(world_on_each: World) -> None:
    world = world_on_each
    inspection, photo = sheet_of(world), world["inspector"].upload()
    finding = {"summary": "摄像头黑屏", "severity": "general", "location": "三号楼", "details": "两间"}
    (one,) = answered(world, inspection, "not_in_place", note="已拍照", evidence_ids=[photo["id"]], finding=finding)[
        "items"
    ]
    assert list(one) == [
        *("item_id", "item", "requirement", "answer", "note", "version", "answered_at", "answered_by"),
        *("finding", "evidence"),
    ]
    assert (one["item"]["number"], one["answer"], one["note"], one["version"]) == ("1-12", "not_in_place", "已拍照", 1)
    assert (one["answered_by"]["name"], one["evidence"]) == ("陈一鸣", [photo])
    assert world["inspector"].items(f"/inspections/{inspection['id']}/answers") == [one]
    logged = world.finding(one["finding"]["id"])
    assert {name: logged[name] for name in finding} == finding
    assert (logged["inspection_id"], logged["checklist_item"]["id"]) == (inspection["id"], world.ids.checklist_item_id)
    assert logged["evidence"] == [photo]
    assert [one["id"] for one in world["inspector"].items("/findings", inspection_id=inspection["id"])] == [
        logged["id"]
    ]
    assert world["inspector"].items("/findings", inspection_id=logged["id"]) == []


def test_whoever_comes_late_hears_who_answered_what(world: World) -> None:
    inspection = sheet_of(world)
    answered(world, inspection, "in_place", note="已看")
    refused = answered(world, inspection, "not_applicable", who="team_head", expect=409)
    assert refused["code"] == "stale_answer"
    assert "1-12" in refused["detail"]
    assert "陈一鸣" in refused["detail"]
    assert "“已落实”" in refused["detail"]
    (stale,) = refused["stale"]
    assert (stale["answer"], stale["note"], stale["version"]) == ("in_place", "已看", 1)
    answered(world, inspection, "not_applicable", who="team_head", version=stale["version"])
    (before,) = world["leader"].items(f"/inspections/{inspection['id']}/revisions")
    assert (before["answer"], before["note"], before["answered_by"]["name"]) == ("in_place", "已看", "陈一鸣")


def test_a_note_that_is_left_out_stays_and_one_that_is_null_goes(world: World) -> None:
    inspection = sheet_of(world)
    answered(world, inspection, "in_place", note="已看")
    (kept,) = answered(world, inspection, "not_applicable", version=1)["items"]
    (gone,) = answered(world, inspection, "not_applicable", version=2, note=None)["items"]
    assert (kept["note"], gone["note"]) == ("已看", None)


def test_what_stands_is_not_answered_away(world: World) -> None:
    inspection = sheet_of(world)
    (one,) = answered(world, inspection, "not_in_place")["items"]
    refused = answered(world, inspection, "in_place", version=1, expect=409)
    assert (refused["code"], one["finding"]["number"] in refused["detail"]) == ("finding_stands", True)
    world["team_head"].move(f"/findings/{one['finding']['id']}/voiding", {"reason": "看错"})
    assert answered(world, inspection, "in_place", version=1)["items"][0]["finding"] is None


def test_what_is_put_right_on_the_spot_is_one_act(world: World) -> None:
    inspection = sheet_of(world)
    settled = {"evidence_ids": [world["inspector"].upload()["id"]], "comment": "当场更换"}
    (one,) = answered(world, inspection, "not_in_place", settled=settled)["items"]
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
def test_a_bad_answer_is_refused_by_its_place(world: World, said: Json, field: str) -> None:
    inspection = sheet_of(world)
    refused = answered(world, inspection, **{"what": "in_place", "expect": 422, **said})
    assert list(refused["errors"]) == [field]
    assert world["inspector"].items(f"/inspections/{inspection['id']}/answers")[0]["answer"] == "not_seen"


def test_closing_names_what_is_missing_and_then_is_final(world_on_each: World) -> None:
    world = world_on_each
    inspection = sheet_of(world)
    (one,) = answered(world, inspection, "not_in_place")["items"]
    path = f"/inspections/{inspection['id']}/closing"
    refused = world["inspector"].post(path, {}, expect=422)
    assert one["finding"]["number"] in refused["errors"]["findings"][0]
    both = {"deadline": DEADLINE.isoformat(), "working_days": 3}
    assert list(world["inspector"].post(path, both, expect=422)["errors"]) == ["working_days"]
    terms = [{"id": one["finding"]["id"], "requirement": "三日内更换", "working_days": 3}]
    closed = world["inspector"].post(path, {"summary": "其余良好", "findings": terms}, expect=200)
    assert (closed["summary"], closed["closed_by"]["name"], closed["may_fill"]) == ("其余良好", "陈一鸣", False)
    (notice,) = world["university"].items("/rectification-notices")
    assert (notice["id"], notice["findings"][0]["requirement"]) == (closed["notice"]["id"], "三日内更换")
    assert world["university"].get(f"/inspections/{inspection['id']}")["findings"][0]["state"] == "notified"
    assert world["inspector"].post(path, {}, expect=409)["code"] == "sheet_closed"
    assert answered(world, inspection, "not_in_place", version=1, note="补记", expect=409)["code"] == "sheet_closed"


def test_a_finding_is_logged_with_an_open_inspection_alone(world: World) -> None:
    inspection = sheet_of(world)
    assert world.logged(inspection_id=inspection["id"])["inspection_id"] == inspection["id"]
    neighbour = world.ids.organization_ids[NEIGHBOUR]
    body = {
        "organization_id": neighbour,
        "summary": "别校问题",
        "severity": "general",
        "inspection_id": inspection["id"],
    }
    assert list(world["inspector"].post("/findings", body, expect=422)["errors"]) == ["inspection_id"]


def test_the_list_is_filtered_and_paged(world: World) -> None:
    inspections = []
    for who in ("inspector", "district", "university"):
        world.clock.at += MINUTE
        inspections.append(sheet_of(world, who)["id"])
    leader = world["leader"]
    assert [one["id"] for one in leader.items("/inspections")] == inspections[::-1]
    assert [one["id"] for one in leader.items("/inspections", kind="self_check", open="true")] == inspections[2:]
    assert leader.items("/inspections", light="red") == leader.items("/inspections", open="false") == []
    assert [[one["id"] for one in page] for page in leader.pages("/inspections", limit=2)] == [
        inspections[:0:-1],
        inspections[:1],
    ]
    assert [one["id"] for one in world["university"].items("/inspections")] == inspections[2:]
    assert leader.get("/inspections", expect=422, light="blue")["errors"]["light"]


def test_missing_feedback_turns_red_and_is_told(world_on_each: World) -> None:
    world = world_on_each
    inspection = sheet_of(world)
    world.go(local(4, 15, 18))
    assert [one["id"] for one in world["leader"].items("/inspections", light="red")] == [inspection["id"]]
    told = [alert for alert in world["leader"].items("/alerts") if alert["kind"] == "inspection.breach"]
    assert [alert["about"] for alert in told] == [{"kind": "inspection", "id": inspection["id"]}]
    assert "督查不到位" in told[0]["text"]
