"""The stories of the notice, each through HTTP alone, with a clock that is moved."""

from tests.cast import local
from tests.functional.conftest import DEADLINE, Stage


def moves(stage: Stage, finding_id: str, who: str = "leadership") -> list[str]:
    return [event["move"] for event in stage[who].items(f"/findings/{finding_id}/events")]


def test_a_finding_is_put_right_in_time(stage_on_each: Stage) -> None:
    stage = stage_on_each
    finding = stage.rectifying()
    assert finding["state"] == "rectifying"
    assert finding["deadline"] == "2021-04-23T09:00:00Z"
    stage.go(local(4, 20, 9))
    submission = stage.submit(finding["id"])
    review = {"outcome": "pass", "comment": "现场核实到位", "submission_id": submission["id"]}
    stage["inspector"].post(f"/findings/{finding['id']}/reviews", review)
    seen = stage.finding(finding["id"])
    assert (seen["state"], seen["light"], seen["next_action_at"]) == ("verified", "green", None)
    assert seen["verified_at"] == "2021-04-20T01:00:00Z"
    stage.go(local(5, 10))
    assert moves(stage, finding["id"]) == ["log", "notify", "begin", "remind", "submit", "review_pass"]
