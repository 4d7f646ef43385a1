"""A round's end over HTTP: decisions, the 422 that names what is undecided, and what is seen afterwards."""

from tests.functional.conftest import Stage

REST = {"outcome": "carried_over", "reason": "整改周期长"}


def test_a_round_is_closed_by_decisions_on_every_open_finding(stage_on_each: Stage) -> None:
    stage = stage_on_each
    first, second = stage.notified(), stage.logged()
    path = f"/rounds/{stage.cast.round_id}"
    assert stage["university"].get(path)["closing"] is None
    decision = {"finding_id": first["id"], "outcome": "ended", "reason": "考试已结束"}
    problem = stage["leadership"].post(f"{path}/closing", {"decisions": [decision]}, expect=422)
    assert problem["undecided"] == [second["id"]]
    assert problem["errors"]["decisions"][0].startswith(f"还有1个未销号的问题没有作出决定：{second['number']}。")
    closed = stage["leadership"].post(f"{path}/closing", {"decisions": [decision], "rest": REST}, expect=200)
    assert closed["closing"] == {"carried_over": 1, "ended": 1}
    assert closed["closed_at"] == stage.clock.at.isoformat().replace("+00:00", "Z")
    assert stage["university"].get(path)["closing"] == {"carried_over": 0, "ended": 1}
    assert stage["admin"].get(path)["closing"] == {"carried_over": 0, "ended": 0}
    assert stage["leadership"].post(f"{path}/closing", {"rest": REST}, expect=409)["code"] == "round_closed"


def test_a_finding_of_a_closed_round_tells_what_was_decided_and_stays_as_it_is(stage: Stage) -> None:
    finding = stage.notified()
    assert finding["closing"] is None
    body = {"rest": {"outcome": "ended", "reason": "内部理由"}}
    stage["leadership"].post(f"/rounds/{stage.cast.round_id}/closing", body, expect=200)
    at = stage.clock.at.isoformat().replace("+00:00", "Z")
    closing = {"outcome": "ended", "at": at, "successor_id": None}
    assert stage.finding(finding["id"])["closing"] == {**closing, "reason": "内部理由"}
    assert stage.finding(finding["id"], "university")["closing"] == {**closing, "reason": None}
    assert stage.submit(finding["id"], expect=409)["code"] == "round_closed"


def test_what_was_carried_over_needs_a_closed_round_and_an_open_one(stage: Stage) -> None:
    path = f"/rounds/{stage.cast.round_id}/carry-over"
    body = {"from_round_id": stage.cast.round_id}
    assert stage["leadership"].post(path, body, expect=409)["code"] == "round_open"
    unknown = {"from_round_id": stage.cast.university_id}
    assert list(stage["leadership"].post(path, unknown, expect=422)["errors"]) == ["from_round_id"]
    stage["admin"].post(path, body, expect=403)
