"""Accountability over HTTP: precise codes, names and instants, for the centre alone."""

from datetime import timedelta

from tests.worlds.http import World, local
from tests.worlds.people import DISTRICT, UNIVERSITY

DAY = timedelta(days=1)


def test_a_finding_tells_who_owed_what_and_by_how_much_it_was_late(world_on_each: World) -> None:
    world = world_on_each
    finding = world.logged(severity="major", checklist_item_id=world.ids.checklist_item_id)
    world.go(local(4, 14, 10))  # the notice was due on the day before
    found = world["leadership"].get(f"/findings/{finding['id']}/accountability")
    (clock,) = found["clocks"]
    people = sorted(clock.pop("people"), key=lambda person: person["role"])
    assert people == [
        {"id": world.ids.person_ids["inspector"], "name": "陈一鸣", "role": "inspector"},
        {"id": world.ids.person_ids["team_head"], "name": "周明远", "role": "team_head"},
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


def test_a_timeline_says_who_did_it_and_who_was_told(world: World) -> None:
    finding = world.logged(severity="major")
    world.go(local(4, 14, 10))
    logged, *breaches = world["leadership"].get(f"/findings/{finding['id']}/accountability")["timeline"]
    assert (logged["act"], logged["aspect"], logged["actor"]["name"]) == ("log", "found", "陈一鸣")
    assert [heard["person"]["name"] for heard in logged["heard"]] == ["孙晓", "李正言"]
    assert {(one["act"], one["step"], one["aspect"]) for one in breaches} == {
        ("breach", "notification", "urged"),
        ("breach", "acknowledgement", "urged"),  # the leader has not said that he knows
    }
    assert breaches[0]["actor"] == {"id": None, "name": None, "role": "system"}


def test_a_unit_tells_the_same_a_page_at_a_time(world: World) -> None:
    for _ in range(3):
        world.rectifying()
    asked = {"organization_id": world.ids.university_id, "limit": 4}
    pages = list(world["inspector"].pages("/statistics/accountability", **asked))
    assert [len(page) for page in pages] == [4, 4, 1]
    assert len({one["id"] for page in pages for one in page}) == 9
    whole = world["inspector"].get("/statistics/accountability", organization_id=world.ids.university_id)
    assert (whole["organization"]["name"], whole["round"]["number"]) == (UNIVERSITY, "2021-35")
    assert (whole["clocks"], whole["kept"]) == ([], 3)


def test_what_was_overlooked_is_ranked(world: World) -> None:
    found = world["leadership"].get("/statistics/missed")
    assert found == {"ranking": [], "items": [], "next_cursor": None}


def test_others_are_told_nothing_of_it(world: World) -> None:
    finding = world.notified()
    for who in ("university", "district", "bureau", "admin"):
        expect = 403 if who in ("university", "district") else 404
        world[who].get(f"/findings/{finding['id']}/accountability", expect=expect)
        world[who].get("/statistics/missed", expect=403)
        world[who].get("/statistics/accountability", organization_id=world.ids.university_id, expect=403)
