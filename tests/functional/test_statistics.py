"""Figures over HTTP: of findings, and of what universities have in common."""

from tests.worlds.http import World
from tests.worlds.people import DISTRICT, NEIGHBOUR, UNIVERSITY


def test_figures_are_summed_over_what_the_caller_sees(world: World) -> None:
    world.submitted(checklist_item_id=world.ids.checklist_item_id)
    world.logged(severity="major")
    told = world["leadership"].get("/statistics")
    assert told["total"] == {
        "findings": 2,
        "open": 2,
        "proposed": 0,
        "overdue": 0,
        "escalated": 0,
        "ever_overdue": 0,
        "ever_escalated": 0,
        "put_right": 0,
        "put_right_in_time": 0,
        "in_time_share": None,
    }
    assert told["by_state"]["rectifying"] == told["by_severity"]["major"] == told["by_escalation_level"]["0"] - 1 == 1
    assert [one["district"]["name"] for one in told["districts"]] == [DISTRICT]
    assert [one["category"] for one in told["categories"]] == ["标准化考点建设", None]
    assert told["round"] is None
    named = world["leadership"].get("/statistics", round_id=world.ids.round_id)
    assert (named["round"]["number"], named["total"]) == ("2021-35", told["total"])
    assert world["bureau"].get("/statistics")["total"]["findings"] == 0


def test_a_common_problem_names_its_universities(world: World) -> None:
    for unit in (UNIVERSITY, NEIGHBOUR):
        place = {"organization_id": world.ids.organization_ids[unit]}
        world.logged(checklist_item_id=world.ids.checklist_item_id, **place)
    (problem,) = world["district"].items("/statistics/common-problems")
    assert problem["checklist_item"] == {
        "id": world.ids.checklist_item_id,
        "number": "1-12",
        "category": "标准化考点建设",
    }
    assert problem["requirement"] == {"zh": "标准化考点建设", "en": None}
    assert {one["name"] for one in problem["universities"]} == {UNIVERSITY, NEIGHBOUR}
    assert (problem["findings"], problem["open"], problem["put_right"]) == (2, 2, 0)
    since, until = "2021-04-13T00:00:00+08:00", "2021-04-12T00:00:00+08:00"
    world["district"].get("/statistics/common-problems", expect=422, since=since, until=until)
