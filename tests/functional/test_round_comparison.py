"""Two rounds side by side over HTTP."""

from datetime import date

from service.rounds.rounds import NewRound, open_round
from service.rounds.rulebooks import keep_shipped
from service.store.db import sessions
from tests.worlds.http import World


def test_a_round_is_compared_with_the_one_before(world: World) -> None:
    assert list(world["leadership"].get("/statistics/rounds", expect=422)["errors"]) == ["with_round_id"]
    with sessions(world.engine).begin() as session:
        policy = keep_shipped(session, now=world.clock.at)
        open_round(session, NewRound("2020-30", "上一轮次", date(2020, 4, 1), date(2020, 6, 30), policy))
    world.logged(checklist_item_id=world.ids.checklist_item_id)
    found = world["leadership"].get("/statistics/rounds")
    assert (found["round"]["number"], found["with_round"]["number"]) == ("2021-35", "2020-30")
    one = {"findings": 1, "open": 1, "put_right": 0, "carried_over": 0}
    assert (found["now"], found["came_back"]) == (one, 0)
    (unit,) = found["units"]
    (category,) = unit["categories"]
    (item,) = category["items"]
    assert (unit["organization"]["id"], category["category"]) == (world.ids.university_id, "标准化考点建设")
    assert (item["item_then"], item["item_now"]["number"], item["now"], item["came_back"]) == (None, "1-12", one, False)
    world["admin"].get("/statistics/rounds", expect=403)
