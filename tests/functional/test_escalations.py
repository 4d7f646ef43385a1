"""Refusal, escalation, handling opinions, replies, look-back and withdrawal over HTTP."""

from tests.fakes.client import Json
from tests.worlds.http import World, local


def refused(world: World) -> Json:
    finding = world.rectifying()
    return world["inspector"].move(f"/findings/{finding['id']}/refusal", {"reason": "两次约谈后仍拒绝整改"})


def test_a_refusal_goes_before_the_leadership_team(world_on_each: World) -> None:
    finding = refused(world_on_each)
    assert (finding["state"], finding["escalation_level"], finding["light"]) == ("escalated", 1, "red")


def test_a_leader_raises_the_level_that_he_or_she_saw(world: World) -> None:
    path = f"/findings/{refused(world)['id']}/escalations"
    stale = world["leadership"].post(path, {"from_level": 0, "reason": "事关重大"}, expect=409)
    assert stale["code"] == "stale_level"
    raised = world["leadership"].move(path, {"from_level": 1, "reason": "事关重大"})
    assert raised["escalation_level"] == 2
    last = world["leadership"].post(path, {"from_level": 2, "reason": "事关重大"}, expect=409)
    assert last["code"] == "at_last_level"


def test_an_opinion_reports_up_and_is_replied_to(world_on_each: World) -> None:
    world = world_on_each
    path = f"/findings/{refused(world)['id']}"
    world["bureau"].get(path, expect=404)
    body = {"measure": "talk", "opinion": "约谈学校主要负责人"}
    opinion = world["leadership"].post(f"{path}/handling-opinions", body)
    assert (opinion["new_deadline"], opinion["replies"]) == (None, [])
    reply = world["committee"].post(f"/handling-opinions/{opinion['id']}/replies", {"text": "同意"})
    seen = world["bureau"].get(path)
    assert seen["latest_opinion"] == {**opinion, "replies": [reply]}
    assert world["bureau"].items(f"{path}/handling-opinions") == [seen["latest_opinion"]]


def test_an_opinion_is_not_for_the_unit_and_a_reply_not_for_the_district_office(world: World) -> None:
    path = f"/findings/{refused(world)['id']}"
    opinion = world["leadership"].post(f"{path}/handling-opinions", {"measure": "circular", "opinion": "全市通报"})
    world["bureau"].post(f"/handling-opinions/{opinion['id']}/replies", {"text": "同意"})
    assert world["university"].get(path)["latest_opinion"] is None
    assert world["university"].items(f"{path}/handling-opinions") == []
    assert world["district"].get(path)["latest_opinion"]["replies"] == []
    assert world["district"].items(f"{path}/handling-opinions")[0]["replies"] == []


def test_a_look_back_reopens_what_was_verified(world: World) -> None:
    submission = world.submitted()
    path = f"/findings/{submission['finding_id']}"
    world["inspector"].post(f"{path}/reviews", {"outcome": "pass", "comment": "到位"})
    body = {"reason": "回头看发现又有盲区", "deadline": local(4, 28).isoformat()}
    finding = world["inspector"].move(f"{path}/reopening", body)
    assert (finding["state"], finding["recurrences"], finding["cycle"]) == ("rectifying", 1, 2)


def test_a_finding_logged_by_mistake_is_withdrawn_and_refuses_every_further_move(world: World) -> None:
    path = f"/findings/{world.logged()['id']}"
    world["inspector"].post(f"{path}/voiding", {"reason": "登错单位"}, expect=403)
    void = world["team_head"].move(f"{path}/voiding", {"reason": "登错单位"})
    assert (void["state"], void["allowed_moves"]) == ("found", [])
    assert void["voided_at"]
    body = {"requirement": "整改", "working_days": 3}
    assert world["inspector"].post(f"{path}/notification", body, expect=409)["code"] == "voided"
    assert world["inspector"].items("/findings") == []
