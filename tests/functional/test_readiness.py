"""Readiness and coverage over HTTP."""

from tests.fakes.client import Json
from tests.worlds.http import World
from tests.worlds.people import DISTRICT, NEIGHBOUR, UNIVERSITY

NOTHING = {"in_place": 0, "not_in_place": 0, "not_applicable": 0, "not_seen": 0, "late": 0}


def test_units_are_told_how_far_they_are_and_one_of_them_item_by_item(world: World) -> None:
    page = world["district"].get("/statistics/readiness")
    assert [one["organization"]["name"] for one in page["items"]] == [DISTRICT, NEIGHBOUR, UNIVERSITY]
    assert [one["items"] for one in page["items"]] == [None] * 3
    assert page["counts"] == {**NOTHING, "late": 2}, "a weekly item, and a Thursday has passed"
    assert page["districts"] == [{"district": named(world, DISTRICT), "counts": page["counts"]}]
    only = world["university"].get("/statistics/readiness", organization_id=world.ids.university_id)
    (unit,) = only["items"]
    (item,) = unit["items"]
    assert (item["checklist_item"]["number"], item["status"], item["weekly"]) == ("1-12", "late", True)
    assert (item["answer"], item["findings"], item["due_on"]) == (None, [], None)


def test_a_finding_on_an_item_stands_beside_it(world: World) -> None:
    finding = world.notified(checklist_item_id=world.ids.checklist_item_id)
    (unit,) = world["university"].items("/statistics/readiness", organization_id=world.ids.university_id)
    (item,) = unit["items"]
    assert item["status"] == "not_in_place"
    assert item["findings"] == [
        {"id": finding["id"], "number": finding["number"], "state": "notified", "proposed": False}
    ]


def test_coverage_says_who_has_inspected_whom(world: World) -> None:
    page = world["inspector"].get("/statistics/coverage")
    team, office = page["items"]
    assert (page["as_of"], page["every_days"]) == ("2021-04-12", 7)
    assert (team["origin"], team["by"]["name"], team["counts"]["never"]) == ("centre", "第一督查组", 3)
    assert (office["origin"], office["by"]) == ("district", named(world, DISTRICT))
    assert {unit["light"] for unit in team["units"]} == {"red"}
    assert team["units"][0]["last_inspected_on"] is None


def named(world: World, name: str) -> Json:
    return {"id": world.ids.organization_ids[name], "name": name}
