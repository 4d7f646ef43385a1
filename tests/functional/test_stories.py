"""The stories of the notice, each through HTTP alone, with a clock that is moved."""

from tests.fakes.client import Json
from tests.worlds.http import DEADLINE, MINUTE, World, local


def moves(world: World, finding_id: str, who: str = "leadership") -> list[str]:
    return [event["move"] for event in world[who].items(f"/findings/{finding_id}/events")]


def told(world: World, who: str) -> list[str]:
    return [alert["kind"] for alert in reversed(world[who].items("/alerts"))]


def acknowledge(world: World, who: str) -> None:
    for alert in world[who].items("/alerts", unacknowledged="true"):
        world[who].post(f"/alerts/{alert['id']}/acknowledgement", expect=200)


def review(world: World, finding_id: str, outcome: str, **more: str) -> Json:
    world.clock.at += MINUTE
    body = {"outcome": outcome, "comment": "现场复核", **more}
    return world["inspector"].post(f"/findings/{finding_id}/reviews", body)


def test_a_finding_is_put_right_in_time(world_on_each: World) -> None:
    world = world_on_each
    finding = world.rectifying()
    assert finding["state"] == "rectifying"
    assert finding["deadline"] == "2021-04-23T09:00:00Z"
    world.go(local(4, 20, 9))
    submission = world.submit(finding["id"])
    assert submission["late"] is False
    review(world, finding["id"], "pass", submission_id=submission["id"])
    seen = world.finding(finding["id"])
    assert (seen["state"], seen["light"], seen["next_action_at"]) == ("verified", "green", None)
    assert seen["verified_at"] == "2021-04-20T01:02:00Z"
    world.go(local(5, 10))
    assert moves(world, finding["id"]) == ["log", "notify", "begin", "remind", "submit", "review_pass"]
    assert told(world, "leadership") == []


def test_a_finding_rectified_inadequately_is_escalated(world_on_each: World) -> None:
    world = world_on_each
    finding = world.rectifying()
    world.submit(finding["id"])
    review(world, finding["id"], "fail")
    seen = world.finding(finding["id"])
    assert (seen["state"], seen["failures"]) == ("rectifying", 1)
    world.submit(finding["id"])
    review(world, finding["id"], "fail")
    seen = world.finding(finding["id"])
    assert (seen["state"], seen["escalation_level"], seen["light"]) == ("escalated", 1, "red")
    assert told(world, "leadership") == ["review_fail"]
    assert told(world, "leader")[-1] == "review_fail"
    assert told(world, "bureau") == []
    assert [one["outcome"] for one in world["inspector"].items(f"/findings/{finding['id']}/reviews")] == ["fail"] * 2


def test_a_major_finding_that_nobody_touches_reaches_bureau_and_committee_and_comes_back(world_on_each: World) -> None:
    world = world_on_each
    finding = world.notified(severity="major")
    id_ = finding["id"]
    acknowledge(world, "leader")
    world.go(DEADLINE)
    assert world.finding(id_)["state"] == "notified"
    assert world.finding(id_)["receipt_deemed"] is True
    assert told(world, "university") == ["log.major", "notify", "deem_received", *["remind.deadline"] * 3]
    world.go(local(4, 23, 17, 1))
    seen = world.finding(id_)
    assert (seen["state"], seen["escalation_level"]) == ("escalated", 1)
    assert told(world, "leadership") == ["escalate.1"]
    assert world["bureau"].items("/findings") == []
    world.go(local(4, 29))
    seen = world.finding(id_, "leadership")
    assert (seen["state"], seen["escalation_level"]) == ("escalated", 2)
    assert told(world, "bureau") == told(world, "committee") == ["escalate.2"]
    opinion = {"measure": "supervised", "opinion": "挂牌督办，限期整改", "new_deadline": local(5, 12).isoformat()}
    made = world["leadership"].post(f"/findings/{id_}/handling-opinions", opinion)
    reply = world["bureau"].post(f"/handling-opinions/{made['id']}/replies", {"text": "同意，请加快整改"})
    assert reply["replied_by"]["name"] == "教育局值班室"
    seen = world.finding(id_, "bureau")
    assert (seen["state"], seen["escalation_level"], seen["cycle"]) == ("rectifying", 2, 2)
    assert [one["text"] for one in seen["latest_opinion"]["replies"]] == ["同意，请加快整改"]
    world.submit(id_)
    review(world, id_, "pass")
    seen = world.finding(id_, "committee")
    assert seen["state"] == "verified"
    assert told(world, "committee")[-1] == "review_pass"
    assert "breach" not in moves(world, id_, "bureau")


def test_what_a_leader_does_not_acknowledge_the_next_above_hears_once(world: World) -> None:
    world.notified(severity="major")
    world.go(local(4, 16))
    assert told(world, "leader") == ["log.major"]
    assert told(world, "leadership") == ["breach.acknowledgement"]


def test_an_extension_is_asked_for_and_granted(world_on_each: World) -> None:
    world = world_on_each
    finding = world.rectifying()
    later = local(4, 28).isoformat()
    asked = world["university"].post(f"/findings/{finding['id']}/extensions", {"deadline": later, "reason": "设备未到"})
    assert world.finding(finding["id"])["pending_extension"]["id"] == asked["id"]
    decision = {"granted": True, "comment": "同意，不再延期"}
    granted = world["inspector"].move(f"/extensions/{asked['id']}/decision", decision)
    assert (granted["deadline"], granted["original_deadline"]) == ("2021-04-28T09:00:00Z", "2021-04-23T09:00:00Z")
    assert granted["pending_extension"] is None
    world.go(local(4, 26))
    assert world.finding(finding["id"])["state"] == "rectifying"
    (known,) = world["university"].items(f"/findings/{finding['id']}/extensions")
    assert (known["granted"], known["comment"]) == (True, "同意，不再延期")


def test_an_inspector_who_never_reviews_is_told_on(world_on_each: World) -> None:
    world = world_on_each
    finding = world.rectifying()
    world.submit(finding["id"])
    world.go(local(4, 14, 17, 1))
    assert told(world, "inspector")[-1] == "breach.review"
    assert told(world, "leader") == []
    world.go(local(4, 15, 17, 1))
    assert told(world, "leader") == ["breach.review"]
    acknowledge(world, "leader")
    world.go(local(4, 16, 17, 1))
    assert told(world, "leadership") == ["breach.review"]
    seen = world.finding(finding["id"])
    assert (seen["state"], seen["awaiting_review"], seen["escalation_level"]) == ("rectifying", True, 0)
    assert "breach" not in moves(world, finding["id"], "university")
