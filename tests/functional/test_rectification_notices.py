"""Notices, receipts, submissions, reviews and extensions over HTTP."""

from tests.fakes.client import Json
from tests.functional.conftest import DEADLINE, Stage
from tests.worlds.cast import NEIGHBOUR, UNIVERSITY, local


def issued(stage: Stage) -> tuple[Json, list[str]]:
    """A notice that carries two findings, one of them counted from receipt."""
    ids = [stage.logged()["id"], stage.logged(summary="灭火器过期")["id"]]
    demands = [
        {"id": ids[0], "requirement": "补装摄像头", "deadline": DEADLINE.isoformat()},
        {"id": ids[1], "requirement": "更换灭火器", "working_days": 3},
    ]
    body = {"organization_id": stage.cast.university_id, "findings": demands}
    return stage["inspector"].post("/rectification-notices", body), ids


def test_a_notice_carries_several_findings_of_one_unit(stage_on_each: Stage) -> None:
    stage = stage_on_each
    notice, ids = issued(stage)
    assert notice["number"] == "限改〔2021〕1 号"
    assert notice["organization"]["name"] == UNIVERSITY
    assert [one["id"] for one in notice["findings"]] == ids
    assert [one["deadline"] for one in notice["findings"]] == ["2021-04-23T09:00:00Z", None]
    assert [one["working_days"] for one in notice["findings"]] == [None, 3]
    assert stage["university"].get(f"/rectification-notices/{notice['id']}") == notice
    assert stage["university"].items("/rectification-notices") == [notice]
    assert stage["neighbour"].items("/rectification-notices") == []
    stage["neighbour"].get(f"/rectification-notices/{notice['id']}", expect=404)


def test_a_receipt_signs_for_every_finding_of_the_notice(stage: Stage) -> None:
    notice, _ = issued(stage)
    signed = stage["university"].move(f"/rectification-notices/{notice['id']}/receipt", {"plan": "一周内完成"})
    assert [one["state"] for one in signed["findings"]] == ["rectifying", "rectifying"]
    assert signed["findings"][1]["deadline"] == "2021-04-15T09:00:00Z"
    assert signed["received_at"]
    again = stage["university"].post(f"/rectification-notices/{notice['id']}/receipt", expect=409)
    assert again["code"] == "already_received"


def test_findings_of_two_units_do_not_go_into_one_notice(stage: Stage) -> None:
    other = stage.logged(organization_id=stage.cast.organization_ids[NEIGHBOUR])
    demands = [
        {"id": one["id"], "requirement": "整改", "deadline": DEADLINE.isoformat()} for one in (stage.logged(), other)
    ]
    body = {"organization_id": stage.cast.university_id, "findings": demands}
    refused = stage["inspector"].post("/rectification-notices", body, expect=422)
    assert list(refused["errors"]) == ["findings"]
    assert stage.finding(other["id"])["state"] == "found"


def test_a_notification_is_a_notice_of_one(stage: Stage) -> None:
    finding = stage.notified()
    assert (finding["state"], finding["requirement"]) == ("notified", "补装摄像头，消除盲区")
    assert len(stage["university"].items("/rectification-notices")) == 1


def test_a_submission_awaits_its_review(stage: Stage) -> None:
    submission = stage.submitted()
    assert submission["submitted_by"]["name"] == "教务处甲"
    seen = stage.finding(submission["finding_id"])
    assert (seen["awaiting_review"], seen["pending_submission"]) == (True, submission)
    assert len(seen["evidence"]) == 1
    assert stage["university"].items(f"/findings/{seen['id']}/submissions") == [submission]


def test_a_partial_review_says_what_remains(stage: Stage) -> None:
    submission = stage.submitted()
    body = {"outcome": "partial", "comment": "大部分到位", "remaining": "30 间考场中还有 22 间"}
    review = stage["inspector"].post(f"/findings/{submission['finding_id']}/reviews", body)
    assert (review["outcome"], review["submission_id"]) == ("partial", submission["id"])
    assert stage["university"].items(f"/findings/{submission['finding_id']}/reviews") == [review]


def test_a_review_of_an_older_submission_is_refused(stage: Stage) -> None:
    submission = stage.submitted()
    stage.submit(submission["finding_id"])
    body = {"outcome": "pass", "comment": "到位", "submission_id": submission["id"]}
    refused = stage["inspector"].post(f"/findings/{submission['finding_id']}/reviews", body, expect=409)
    assert (refused["code"], refused["state"]) == ("stale_submission", "rectifying")


def test_an_extension_is_denied(stage: Stage) -> None:
    finding = stage.rectifying()
    body = {"deadline": local(4, 28).isoformat(), "reason": "设备未到货"}
    asked = stage["university"].post(f"/findings/{finding['id']}/extensions", body)
    decision = {"granted": False, "comment": "请按期完成"}
    denied = stage["inspector"].move(f"/extensions/{asked['id']}/decision", decision)
    assert (denied["deadline"], denied["pending_extension"]) == (finding["deadline"], None)
    again = stage["inspector"].post(f"/extensions/{asked['id']}/decision", decision, expect=409)
    assert again["code"] == "no_extension_pending"
