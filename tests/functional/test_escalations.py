"""Refusal, escalation, handling opinions, replies, look-back and withdrawal over HTTP."""

from tests.fakes.client import Json
from tests.functional.conftest import Stage
from tests.worlds.cast import local


def refused(stage: Stage) -> Json:
    finding = stage.rectifying()
    return stage["inspector"].move(f"/findings/{finding['id']}/refusal", {"reason": "两次约谈后仍拒绝整改"})


def test_a_refusal_goes_before_the_leadership_team(stage_on_each: Stage) -> None:
    finding = refused(stage_on_each)
    assert (finding["state"], finding["escalation_level"], finding["light"]) == ("escalated", 1, "red")


def test_a_leader_raises_the_level_that_he_or_she_saw(stage: Stage) -> None:
    path = f"/findings/{refused(stage)['id']}/escalations"
    stale = stage["leadership"].post(path, {"from_level": 0, "reason": "事关重大"}, expect=409)
    assert stale["code"] == "stale_level"
    raised = stage["leadership"].move(path, {"from_level": 1, "reason": "事关重大"})
    assert raised["escalation_level"] == 2
    last = stage["leadership"].post(path, {"from_level": 2, "reason": "事关重大"}, expect=409)
    assert last["code"] == "at_last_level"


def test_an_opinion_reports_up_and_is_replied_to(stage_on_each: Stage) -> None:
    stage = stage_on_each
    path = f"/findings/{refused(stage)['id']}"
    stage["bureau"].get(path, expect=404)
    body = {"measure": "talk", "opinion": "约谈学校主要负责人"}
    opinion = stage["leadership"].post(f"{path}/handling-opinions", body)
    assert (opinion["new_deadline"], opinion["replies"]) == (None, [])
    reply = stage["committee"].post(f"/handling-opinions/{opinion['id']}/replies", {"text": "同意"})
    seen = stage["bureau"].get(path)
    assert seen["latest_opinion"] == {**opinion, "replies": [reply]}
    assert stage["bureau"].items(f"{path}/handling-opinions") == [seen["latest_opinion"]]


def test_an_opinion_is_not_for_the_unit_and_a_reply_not_for_the_district_office(stage: Stage) -> None:
    path = f"/findings/{refused(stage)['id']}"
    opinion = stage["leadership"].post(f"{path}/handling-opinions", {"measure": "circular", "opinion": "全市通报"})
    stage["bureau"].post(f"/handling-opinions/{opinion['id']}/replies", {"text": "同意"})
    assert stage["university"].get(path)["latest_opinion"] is None
    assert stage["university"].items(f"{path}/handling-opinions") == []
    assert stage["district"].get(path)["latest_opinion"]["replies"] == []
    assert stage["district"].items(f"{path}/handling-opinions")[0]["replies"] == []


def test_a_look_back_reopens_what_was_verified(stage: Stage) -> None:
    submission = stage.submitted()
    path = f"/findings/{submission['finding_id']}"
    stage["inspector"].post(f"{path}/reviews", {"outcome": "pass", "comment": "到位"})
    body = {"reason": "回头看发现又有盲区", "deadline": local(4, 28).isoformat()}
    finding = stage["inspector"].move(f"{path}/reopening", body)
    assert (finding["state"], finding["recurrences"], finding["cycle"]) == ("rectifying", 1, 2)


def test_a_finding_logged_by_mistake_is_withdrawn_and_refuses_every_further_move(stage: Stage) -> None:
    path = f"/findings/{stage.logged()['id']}"
    stage["inspector"].post(f"{path}/voiding", {"reason": "登错单位"}, expect=403)
    void = stage["team_head"].move(f"{path}/voiding", {"reason": "登错单位"})
    assert (void["state"], void["allowed_moves"]) == ("found", [])
    assert void["voided_at"]
    body = {"requirement": "整改", "working_days": 3}
    assert stage["inspector"].post(f"{path}/notification", body, expect=409)["code"] == "voided"
    assert stage["inspector"].items("/findings") == []
