"""The stories of the notice, each through HTTP alone, with a clock that is moved."""

from tests.fakes.client import Json
from tests.functional.conftest import DEADLINE, MINUTE, Stage
from tests.worlds.cast import local


def moves(stage: Stage, finding_id: str, who: str = "leadership") -> list[str]:
    return [event["move"] for event in stage[who].items(f"/findings/{finding_id}/events")]


def told(stage: Stage, who: str) -> list[str]:
    return [alert["kind"] for alert in reversed(stage[who].items("/alerts"))]


def acknowledge(stage: Stage, who: str) -> None:
    for alert in stage[who].items("/alerts", unacknowledged="true"):
        stage[who].post(f"/alerts/{alert['id']}/acknowledgement", expect=200)


def review(stage: Stage, finding_id: str, outcome: str, **more: str) -> Json:
    stage.clock.at += MINUTE
    body = {"outcome": outcome, "comment": "现场复核", **more}
    return stage["inspector"].post(f"/findings/{finding_id}/reviews", body)


def test_a_finding_is_put_right_in_time(stage_on_each: Stage) -> None:
    stage = stage_on_each
    finding = stage.rectifying()
    assert finding["state"] == "rectifying"
    assert finding["deadline"] == "2021-04-23T09:00:00Z"
    stage.go(local(4, 20, 9))
    submission = stage.submit(finding["id"])
    assert submission["late"] is False
    review(stage, finding["id"], "pass", submission_id=submission["id"])
    seen = stage.finding(finding["id"])
    assert (seen["state"], seen["light"], seen["next_action_at"]) == ("verified", "green", None)
    assert seen["verified_at"] == "2021-04-20T01:02:00Z"
    stage.go(local(5, 10))
    assert moves(stage, finding["id"]) == ["log", "notify", "begin", "remind", "submit", "review_pass"]
    assert told(stage, "leadership") == []


def test_a_finding_rectified_inadequately_is_escalated(stage_on_each: Stage) -> None:
    stage = stage_on_each
    finding = stage.rectifying()
    stage.submit(finding["id"])
    review(stage, finding["id"], "fail")
    seen = stage.finding(finding["id"])
    assert (seen["state"], seen["failures"]) == ("rectifying", 1)
    stage.submit(finding["id"])
    review(stage, finding["id"], "fail")
    seen = stage.finding(finding["id"])
    assert (seen["state"], seen["escalation_level"], seen["light"]) == ("escalated", 1, "red")
    assert told(stage, "leadership") == ["review_fail"]
    assert told(stage, "leader")[-1] == "review_fail"
    assert told(stage, "bureau") == []
    assert [one["outcome"] for one in stage["inspector"].items(f"/findings/{finding['id']}/reviews")] == ["fail"] * 2


def test_a_major_finding_that_nobody_touches_reaches_bureau_and_committee_and_comes_back(stage_on_each: Stage) -> None:
    stage = stage_on_each
    finding = stage.notified(severity="major")
    id_ = finding["id"]
    acknowledge(stage, "leader")
    stage.go(DEADLINE)
    assert stage.finding(id_)["state"] == "notified"
    assert stage.finding(id_)["receipt_deemed"] is True
    assert told(stage, "university") == ["log.major", "notify", "deem_received", *["remind.deadline"] * 3]
    stage.go(local(4, 23, 17, 1))
    seen = stage.finding(id_)
    assert (seen["state"], seen["escalation_level"]) == ("escalated", 1)
    assert told(stage, "leadership") == ["escalate.1"]
    assert stage["bureau"].items("/findings") == []
    stage.go(local(4, 29))
    seen = stage.finding(id_, "leadership")
    assert (seen["state"], seen["escalation_level"]) == ("escalated", 2)
    assert told(stage, "bureau") == told(stage, "committee") == ["escalate.2"]
    opinion = {"measure": "supervised", "opinion": "挂牌督办，限期整改", "new_deadline": local(5, 12).isoformat()}
    made = stage["leadership"].post(f"/findings/{id_}/handling-opinions", opinion)
    reply = stage["bureau"].post(f"/handling-opinions/{made['id']}/replies", {"text": "同意，请加快整改"})
    assert reply["replied_by"]["name"] == "教育局"
    seen = stage.finding(id_, "bureau")
    assert (seen["state"], seen["escalation_level"], seen["cycle"]) == ("rectifying", 2, 2)
    assert [one["text"] for one in seen["latest_opinion"]["replies"]] == ["同意，请加快整改"]
    stage.submit(id_)
    review(stage, id_, "pass")
    seen = stage.finding(id_, "committee")
    assert seen["state"] == "verified"
    assert told(stage, "committee")[-1] == "review_pass"
    assert "breach" not in moves(stage, id_, "bureau")


def test_what_a_leader_does_not_acknowledge_the_next_above_hears_once(stage: Stage) -> None:
    stage.notified(severity="major")
    stage.go(local(4, 16))
    assert told(stage, "leader") == ["log.major"]
    assert told(stage, "leadership") == ["breach.acknowledgement"]


def test_an_extension_is_asked_for_and_granted(stage_on_each: Stage) -> None:
    stage = stage_on_each
    finding = stage.rectifying()
    later = local(4, 28).isoformat()
    asked = stage["university"].post(f"/findings/{finding['id']}/extensions", {"deadline": later, "reason": "设备未到"})
    assert stage.finding(finding["id"])["pending_extension"]["id"] == asked["id"]
    decision = {"granted": True, "comment": "同意，不再延期"}
    granted = stage["inspector"].move(f"/extensions/{asked['id']}/decision", decision)
    assert (granted["deadline"], granted["original_deadline"]) == ("2021-04-28T09:00:00Z", "2021-04-23T09:00:00Z")
    assert granted["pending_extension"] is None
    stage.go(local(4, 26))
    assert stage.finding(finding["id"])["state"] == "rectifying"
    (known,) = stage["university"].items(f"/findings/{finding['id']}/extensions")
    assert (known["granted"], known["comment"]) == (True, "同意，不再延期")


def test_an_inspector_who_never_reviews_is_told_on(stage_on_each: Stage) -> None:
    stage = stage_on_each
    finding = stage.rectifying()
    stage.submit(finding["id"])
    stage.go(local(4, 14, 17, 1))
    assert told(stage, "inspector")[-1] == "breach.review"
    assert told(stage, "leader") == []
    stage.go(local(4, 15, 17, 1))
    assert told(stage, "leader") == ["breach.review"]
    acknowledge(stage, "leader")
    stage.go(local(4, 16, 17, 1))
    assert told(stage, "leadership") == ["breach.review"]
    seen = stage.finding(finding["id"])
    assert (seen["state"], seen["awaiting_review"], seen["escalation_level"]) == ("rectifying", True, 0)
    assert "breach" not in moves(stage, finding["id"], "university")
