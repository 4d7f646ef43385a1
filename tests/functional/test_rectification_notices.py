"""Notices, receipts, submissions, reviews and extensions over HTTP."""

from tests.fakes.client import Json
from tests.worlds.http import DEADLINE, World, local
from tests.worlds.people import NEIGHBOUR, UNIVERSITY


def issued(world: World) -> tuple[Json, list[str]]:
    """A notice that carries two findings, one of them counted from receipt."""
    ids = [world.logged()["id"], world.logged(summary="灭火器过期")["id"]]
    demands = [
        {"id": ids[0], "requirement": "补装摄像头", "deadline": DEADLINE.isoformat()},
        {"id": ids[1], "requirement": "更换灭火器", "working_days": 3},
    ]
    body = {"organization_id": world.ids.university_id, "findings": demands}
    return world["inspector"].post("/rectification-notices", body), ids


def test_a_notice_carries_several_findings_of_one_unit(world_on_each: World) -> None:
    world = world_on_each
    notice, ids = issued(world)
    assert notice["number"] == "限改〔2021〕1 号"
    assert notice["organization"]["name"] == UNIVERSITY
    assert [one["id"] for one in notice["findings"]] == ids
    assert [one["deadline"] for one in notice["findings"]] == ["2021-04-23T09:00:00Z", None]
    assert [one["working_days"] for one in notice["findings"]] == [None, 3]
    assert world["university"].get(f"/rectification-notices/{notice['id']}") == notice
    assert world["university"].items("/rectification-notices") == [notice]
    assert world["neighbour"].items("/rectification-notices") == []
    world["neighbour"].get(f"/rectification-notices/{notice['id']}", expect=404)


def test_a_receipt_signs_for_every_finding_of_the_notice(world: World) -> None:
    notice, _ = issued(world)
    signed = world["university"].move(f"/rectification-notices/{notice['id']}/receipt", {"plan": "一周内完成"})
    assert [one["state"] for one in signed["findings"]] == ["rectifying", "rectifying"]
    assert signed["findings"][1]["deadline"] == "2021-04-15T09:00:00Z"
    assert signed["received_at"]
    again = world["university"].post(f"/rectification-notices/{notice['id']}/receipt", expect=409)
    assert again["code"] == "already_received"


def test_findings_of_two_units_do_not_go_into_one_notice(world: World) -> None:
    other = world.logged(organization_id=world.ids.organization_ids[NEIGHBOUR])
    demands = [
        {"id": one["id"], "requirement": "整改", "deadline": DEADLINE.isoformat()} for one in (world.logged(), other)
    ]
    body = {"organization_id": world.ids.university_id, "findings": demands}
    refused = world["inspector"].post("/rectification-notices", body, expect=422)
    assert list(refused["errors"]) == ["findings"]
    assert world.finding(other["id"])["state"] == "found"


def test_a_notification_is_a_notice_of_one(world: World) -> None:
    finding = world.notified()
    assert (finding["state"], finding["requirement"]) == ("notified", "补装摄像头，消除盲区")
    assert len(world["university"].items("/rectification-notices")) == 1


def test_a_submission_awaits_its_review(world: World) -> None:
    submission = world.submitted()
    assert submission["submitted_by"]["name"] == "孙晓"
    seen = world.finding(submission["finding_id"])
    assert (seen["awaiting_review"], seen["pending_submission"]) == (True, submission)
    assert len(seen["evidence"]) == 1
    assert world["university"].items(f"/findings/{seen['id']}/submissions") == [submission]


def test_a_partial_review_says_what_remains(world: World) -> None:
    submission = world.submitted()
    body = {"outcome": "partial", "comment": "大部分到位", "remaining": "30 间考场中还有 22 间"}
    review = world["inspector"].post(f"/findings/{submission['finding_id']}/reviews", body)
    assert (review["outcome"], review["submission_id"]) == ("partial", submission["id"])
    assert world["university"].items(f"/findings/{submission['finding_id']}/reviews") == [review]


def test_a_review_of_an_older_submission_is_refused(world: World) -> None:
    submission = world.submitted()
    world.submit(submission["finding_id"])
    body = {"outcome": "pass", "comment": "到位", "submission_id": submission["id"]}
    refused = world["inspector"].post(f"/findings/{submission['finding_id']}/reviews", body, expect=409)
    assert (refused["code"], refused["state"]) == ("stale_submission", "rectifying")


def test_an_extension_is_denied(world: World) -> None:
    finding = world.rectifying()
    body = {"deadline": local(4, 28).isoformat(), "reason": "设备未到货"}
    asked = world["university"].post(f"/findings/{finding['id']}/extensions", body)
    decision = {"granted": False, "comment": "请按期完成"}
    denied = world["inspector"].move(f"/extensions/{asked['id']}/decision", decision)
    assert (denied["deadline"], denied["pending_extension"]) == (finding["deadline"], None)
    again = world["inspector"].post(f"/extensions/{asked['id']}/decision", decision, expect=409)
    assert again["code"] == "no_extension_pending"
