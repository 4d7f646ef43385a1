"""A round's end over HTTP: decisions, the 422 that names what is undecided, and what is seen afterwards."""

from tests.worlds.http import World

REST = {"outcome": "carried_over", "reason": "整改周期长"}


def test_a_round_is_closed_by_decisions_on_every_open_finding(world_on_each: World) -> None:
    world = world_on_each
    first, second = world.notified(), world.logged()
    path = f"/rounds/{world.ids.round_id}"
    assert world["university"].get(path)["closing"] is None
    decision = {"finding_id": first["id"], "outcome": "ended", "reason": "考试已结束"}
    problem = world["leadership"].post(f"{path}/closing", {"decisions": [decision]}, expect=422)
    assert problem["undecided"] == [second["id"]]
    assert problem["errors"]["decisions"][0].startswith(f"还有1个未销号的问题没有作出决定：{second['number']}。")
    closed = world["leadership"].post(f"{path}/closing", {"decisions": [decision], "rest": REST}, expect=200)
    assert closed["closing"] == {"carried_over": 1, "ended": 1}
    assert closed["closed_at"] == world.clock.at.isoformat().replace("+00:00", "Z")
    assert world["university"].get(path)["closing"] == {"carried_over": 0, "ended": 1}
    assert world["admin"].get(path)["closing"] == {"carried_over": 0, "ended": 0}
    assert world["leadership"].post(f"{path}/closing", {"rest": REST}, expect=409)["code"] == "round_closed"


def test_a_finding_of_a_closed_round_tells_what_was_decided_and_stays_as_it_is(world: World) -> None:
    finding = world.notified()
    assert finding["closing"] is None
    body = {"rest": {"outcome": "ended", "reason": "内部理由"}}
    world["leadership"].post(f"/rounds/{world.ids.round_id}/closing", body, expect=200)
    at = world.clock.at.isoformat().replace("+00:00", "Z")
    closing = {"outcome": "ended", "at": at, "successor_id": None}
    assert world.finding(finding["id"])["closing"] == {**closing, "reason": "内部理由"}
    assert world.finding(finding["id"], "university")["closing"] == {**closing, "reason": None}
    assert world.submit(finding["id"], expect=409)["code"] == "round_closed"


def test_what_was_carried_over_needs_a_closed_round_and_an_open_one(world: World) -> None:
    path = f"/rounds/{world.ids.round_id}/carry-over"
    body = {"from_round_id": world.ids.round_id}
    assert world["leadership"].post(path, body, expect=409)["code"] == "round_open"
    unknown = {"from_round_id": world.ids.university_id}
    assert list(world["leadership"].post(path, unknown, expect=422)["errors"]) == ["from_round_id"]
    world["admin"].post(path, body, expect=403)
