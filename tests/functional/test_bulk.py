"""The same move on many findings: each for itself, with the same guards."""

import pytest

from tests.fakes.client import Json
from tests.worlds.http import DEADLINE, World, local

NOTICE = {"requirement": "立即整改", "deadline": DEADLINE.isoformat()}
UNKNOWN = "11111111-2222-4333-8444-555555555555"


def bulk(world: World, who: str, url: str, ids: list[str], **body: object) -> list[Json]:
    results: list[Json] = world[who].post(f"/findings/bulk/{url}", {"ids": ids, **body}, expect=200)["results"]
    return results


def test_each_finding_moves_or_says_why_not(world_on_each: World) -> None:
    world = world_on_each
    notified = world.notified()
    ids = [world.logged()["id"], notified["id"], UNKNOWN, world.logged()["id"]]
    results = bulk(world, "inspector", "notification", ids, **NOTICE)
    assert [result["id"] for result in results] == ids
    assert [result["status"] for result in results] == [200, 409, 404, 200]
    assert results[0]["finding"]["state"] == "notified"
    assert (results[1]["problem"]["code"], results[1]["problem"]["state"]) == ("wrong_state", "notified")
    assert results[2]["problem"]["code"] == "not_found"
    assert results[3]["finding"].items() <= world.finding(ids[3]).items()
    assert world.finding(notified["id"])["version"] == notified["version"]


def test_a_stranger_moves_nothing(world: World) -> None:
    finding = world.logged()
    (result,) = bulk(world, "other_inspector", "notification", [finding["id"]], **NOTICE)
    assert (result["status"], "finding" in result) == (404, False)
    assert world.finding(finding["id"])["state"] == "found"


def test_every_move_has_a_bulk_form(world: World) -> None:
    evidence = {who: [world[who].upload()["id"]] for who in ("university", "inspector")}
    ids = [world.logged()["id"] for _ in range(2)]
    later = local(4, 28).isoformat()
    steps: list[tuple[str, str, int, Json]] = [
        ("inspector", "notification", 200, NOTICE),
        ("university", "receipt", 200, {"plan": "一周内"}),
        ("university", "extensions", 201, {"deadline": later, "reason": "设备未到货"}),
        ("university", "submissions", 201, {"measures": "已整改", "evidence_ids": evidence["university"]}),
        ("inspector", "reviews", 201, {"outcome": "fail", "comment": "不到位"}),
        ("inspector", "refusal", 200, {"reason": "拒不整改"}),
        ("leadership", "escalations", 200, {"from_level": 1, "reason": "事关重大"}),
        ("leadership", "handling-opinions", 201, {"measure": "talk", "opinion": "约谈", "new_deadline": later}),
        ("leader", "voiding", 200, {"reason": "误登"}),
    ]
    for who, url, status, body in steps:
        results = bulk(world, who, url, ids, **body)
        assert [result["status"] for result in results] == [status, status], (url, results)
    spot = [world.logged()["id"] for _ in range(2)]
    settled = bulk(world, "inspector", "settlement", spot, evidence_ids=evidence["inspector"], comment="当场整改")
    assert [result["finding"]["state"] for result in settled] == ["verified", "verified"]
    reopened = bulk(world, "inspector", "reopening", spot, reason="回头看又发现", deadline=later)
    assert [result["finding"]["state"] for result in reopened] == ["rectifying", "rectifying"]


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ([], "此栏必填，请填写后再提交。"),
        ([UNKNOWN] * 2, "内容重复，请删去重复项。"),
        ([f"11111111-2222-4333-8444-{n:012}" for n in range(201)], "一次提交的数量过多，请分批办理。"),
    ],
)
def test_one_to_two_hundred_findings_each_once(world: World, ids: list[str], said: str) -> None:
    refused = world["inspector"].post("/findings/bulk/refusal", {"ids": ids, "reason": "拒不整改"}, expect=422)
    assert refused["errors"] == {"ids": [said]}


def test_a_bulk_receipt_signs_for_every_finding_of_a_notice(world: World) -> None:
    ids = [world.logged()["id"] for _ in range(2)]
    unit = world.finding(ids[0])["organization"]["id"]
    demands = [{"id": id_, **NOTICE} for id_ in ids]
    world["inspector"].post("/rectification-notices", {"organization_id": unit, "findings": demands}, expect=201)
    results = bulk(world, "university", "receipt", ids)
    assert [(result["status"], result["finding"]["state"]) for result in results] == [(200, "rectifying")] * 2
    assert [result["status"] for result in bulk(world, "university", "receipt", ids)] == [409, 409]
