"""Accountability over HTTP: precise codes, names and instants, for the centre alone."""

from datetime import timedelta

from tests.functional.conftest import Stage
from tests.worlds.cast import DISTRICT, UNIVERSITY, local

DAY = timedelta(days=1)


def test_a_finding_tells_who_owed_what_and_by_how_much_it_was_late(stage_on_each: Stage) -> None:
    stage = stage_on_each
    finding = stage.logged(severity="major", checklist_item_id=stage.cast.checklist_item_id)
    stage.go(local(4, 14, 10))  # the notice was due on the day before
    found = stage["leadership"].get(f"/findings/{finding['id']}/accountability")
    (clock,) = found["clocks"]
    people = sorted(clock.pop("people"), key=lambda person: person["role"])
    assert people == [
        {"id": stage.cast.person_ids["inspector"], "name": "督查员甲", "role": "inspector"},
        {"id": stage.cast.person_ids["team_head"], "name": "组长甲", "role": "team_head"},
    ]
    late = {"breached": True, "late_by": 17 * 3600, "late_working_days": 1, "tellings": 1, "light": "red"}
    assert clock == {
        "clock": "notification",
        "finding": {"id": finding["id"], "number": finding["number"]},
        "inspection": None,
        "behind": ["team"],
        "since": "2021-04-12T02:00:00Z",
        "due_at": "2021-04-13T09:00:00Z",
        "until": None,
        **late,
    }
    sides = {side["origin"]: (side["organization"]["name"], side["inspected"]) for side in found["sides"]}
    assert (sides["district"], sides["unit"]) == ((DISTRICT, False), (UNIVERSITY, False))


def test_a_timeline_says_who_did_it_and_who_was_told(stage: Stage) -> None:
    finding = stage.logged(severity="major")
    stage.go(local(4, 14, 10))
    logged, *breaches = stage["leadership"].get(f"/findings/{finding['id']}/accountability")["timeline"]
    assert (logged["act"], logged["aspect"], logged["actor"]["name"]) == ("log", "found", "督查员甲")
    assert [heard["person"]["name"] for heard in logged["heard"]] == ["包干领导甲", "教务处甲"]
    assert {(one["act"], one["step"], one["aspect"]) for one in breaches} == {
        ("breach", "notification", "urged"),
        ("breach", "acknowledgement", "urged"),  # the leader has not said that he knows
    }
    assert breaches[0]["actor"] == {"id": None, "name": None, "role": "system"}


def test_a_unit_tells_the_same_a_page_at_a_time(stage: Stage) -> None:
    for _ in range(3):
        stage.rectifying()
    asked = {"organization_id": stage.cast.university_id, "limit": 4}
    pages = list(stage["inspector"].pages("/statistics/accountability", **asked))
    assert [len(page) for page in pages] == [4, 4, 1]
    assert len({one["id"] for page in pages for one in page}) == 9
    whole = stage["inspector"].get("/statistics/accountability", organization_id=stage.cast.university_id)
    assert (whole["organization"]["name"], whole["round"]["number"]) == (UNIVERSITY, "2021-35")
    assert (whole["clocks"], whole["kept"]) == ([], 3)


def test_what_was_overlooked_is_ranked(stage: Stage) -> None:
    found = stage["leadership"].get("/statistics/missed")
    assert found == {"ranking": [], "items": [], "next_cursor": None}


def test_others_are_told_nothing_of_it(stage: Stage) -> None:
    finding = stage.notified()
    for who in ("university", "district", "bureau", "admin"):
        expect = 403 if who in ("university", "district") else 404
        stage[who].get(f"/findings/{finding['id']}/accountability", expect=expect)
        stage[who].get("/statistics/missed", expect=403)
        stage[who].get("/statistics/accountability", organization_id=stage.cast.university_id, expect=403)
