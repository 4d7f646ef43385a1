"""Figures over HTTP: of findings, of readiness, of coverage, of what universities have in common."""

from tests.fakes.client import Json
from tests.functional.conftest import Stage
from tests.worlds.cast import DISTRICT, NEIGHBOUR, UNIVERSITY

NOTHING = {"in_place": 0, "not_in_place": 0, "not_applicable": 0, "not_seen": 0, "late": 0}


def test_figures_are_summed_over_what_the_caller_sees(stage: Stage) -> None:
    stage.submitted(checklist_item_id=stage.cast.checklist_item_id)
    stage.logged(severity="major")
    told = stage["leadership"].get("/statistics")
    assert told["total"] == {
        "findings": 2,
        "open": 2,
        "proposed": 0,
        "overdue": 0,
        "escalated": 0,
        "put_right": 0,
        "put_right_in_time": 0,
        "in_time_share": None,
    }
    assert told["by_state"]["rectifying"] == told["by_severity"]["major"] == told["by_escalation_level"]["0"] - 1 == 1
    assert [one["district"]["name"] for one in told["districts"]] == [DISTRICT]
    assert [one["category"] for one in told["categories"]] == ["标准化考点建设", None]
    assert told["round"] is None
    named = stage["leadership"].get("/statistics", round_id=stage.cast.round_id)
    assert (named["round"]["number"], named["total"]) == ("2021-35", told["total"])
    assert stage["bureau"].get("/statistics")["total"]["findings"] == 0


def test_a_common_problem_names_its_universities(stage: Stage) -> None:
    for unit in (UNIVERSITY, NEIGHBOUR):
        place = {"organization_id": stage.cast.organization_ids[unit]}
        stage.logged(checklist_item_id=stage.cast.checklist_item_id, **place)
    (problem,) = stage["district"].items("/statistics/common-problems")
    assert problem["checklist_item"] == {
        "id": stage.cast.checklist_item_id,
        "number": "1-12",
        "category": "标准化考点建设",
    }
    assert problem["requirement"] == {"zh": "标准化考点建设", "en": None}
    assert {one["name"] for one in problem["universities"]} == {UNIVERSITY, NEIGHBOUR}
    assert (problem["findings"], problem["open"], problem["put_right"]) == (2, 2, 0)
    since, until = "2021-04-13T00:00:00+08:00", "2021-04-12T00:00:00+08:00"
    stage["district"].get("/statistics/common-problems", expect=422, since=since, until=until)


def test_units_are_told_how_far_they_are_and_one_of_them_item_by_item(stage: Stage) -> None:
    page = stage["district"].get("/statistics/readiness")
    assert [one["organization"]["name"] for one in page["items"]] == [DISTRICT, UNIVERSITY, NEIGHBOUR]
    assert [one["items"] for one in page["items"]] == [None] * 3
    assert page["counts"] == {**NOTHING, "late": 2}, "a weekly item, and a Thursday has passed"
    assert page["districts"] == [{"district": named(stage, DISTRICT), "counts": page["counts"]}]
    only = stage["university"].get("/statistics/readiness", organization_id=stage.cast.university_id)
    (unit,) = only["items"]
    (item,) = unit["items"]
    assert (item["checklist_item"]["number"], item["status"], item["weekly"]) == ("1-12", "late", True)
    assert (item["answer"], item["findings"], item["due_on"]) == (None, [], None)


def test_a_finding_on_an_item_stands_beside_it(stage: Stage) -> None:
    finding = stage.notified(checklist_item_id=stage.cast.checklist_item_id)
    (unit,) = stage["university"].items("/statistics/readiness", organization_id=stage.cast.university_id)
    (item,) = unit["items"]
    assert item["status"] == "not_in_place"
    assert item["findings"] == [
        {"id": finding["id"], "number": finding["number"], "state": "notified", "proposed": False}
    ]


def test_coverage_says_who_has_inspected_whom(stage: Stage) -> None:
    page = stage["inspector"].get("/statistics/coverage")
    team, office = page["items"]
    assert (page["as_of"], page["every_days"]) == ("2021-04-12", 7)
    assert (team["origin"], team["by"]["name"], team["counts"]["never"]) == ("centre", "第一督查组", 3)
    assert (office["origin"], office["by"]) == ("district", named(stage, DISTRICT))
    assert {unit["light"] for unit in team["units"]} == {"red"}
    assert team["units"][0]["last_inspected_on"] is None


def named(stage: Stage, name: str) -> Json:
    return {"id": stage.cast.organization_ids[name], "name": name}
