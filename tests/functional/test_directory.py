"""Organizations, rounds, teams and who the caller is, over HTTP."""

from tests.worlds.http import World
from tests.worlds.people import BUREAU, CENTRE, COMMITTEE, DISTRICT, NEIGHBOUR, OTHER_UNIVERSITY, UNIVERSITY


def test_everybody_sees_the_organizations_that_he_or_she_has_to_do_with(world: World) -> None:
    seen = {
        who: {organization["name"] for organization in world[who].items("/organizations")}
        for who in ("university", "inspector", "leadership")
    }
    above = {CENTRE, BUREAU, COMMITTEE}
    assert seen["university"] == above | {UNIVERSITY, DISTRICT}
    assert seen["inspector"] == above | {UNIVERSITY, NEIGHBOUR, DISTRICT}
    assert OTHER_UNIVERSITY in seen["leadership"]


def test_organizations_are_found_by_kind(world: World) -> None:
    (district,) = world["inspector"].items("/organizations", kind="district")
    centre = world.ids.organization_ids[CENTRE]
    assert district == {
        "id": world.ids.organization_ids[DISTRICT],
        "kind": "district",
        "name": DISTRICT,
        "parent_id": centre,
        "closed_at": None,
        "merged_into_id": None,
    }


def test_a_round_is_no_secret(world: World) -> None:
    (round_,) = world["university"].items("/rounds")
    assert (round_["number"], round_["starts_on"], round_["exam_days"]) == ("2021-35", "2021-04-01", [])


def test_the_administrator_sets_the_exam_days_and_nobody_else(world_on_each: World) -> None:
    world = world_on_each
    finding = world.notified()
    path = f"/rounds/{world.ids.round_id}"
    body = {"exam_days": ["2021-06-06", "2021-06-05"]}
    assert world["leadership"].patch(path, body, if_match=None, expect=403)["code"] == "not_allowed"
    assert world["admin"].patch(path, body, if_match=None)["exam_days"] == ["2021-06-05", "2021-06-06"]
    assert world.finding(finding["id"])["next_action_at"] == "2021-04-13T09:00:00Z"  # reckoned anew in the same call
    world.sweep()
    assert world.finding(finding["id"])["next_action_at"] == finding["next_action_at"]
    world["admin"].patch("/rounds/11111111-2222-4333-8444-555555555555", body, if_match=None, expect=404)


def test_a_team_shows_its_members_districts_and_their_leaders(world: World) -> None:
    (team,) = world["university"].items("/teams")
    assert team["name"] == "第一督查组"
    assert {(member["name"], member["role"]) for member in team["members"]} == {
        ("陈一鸣", "inspector"),
        ("周明远", "team_head"),
    }
    (assignment,) = team["assignments"]
    assert (assignment["district"]["name"], assignment["leader"]["name"]) == (DISTRICT, "李正言")
    assert len(world["leadership"].items("/teams")) == 2


def test_the_caller_is_told_who_he_or_she_is(world: World) -> None:
    me = world["inspector"].get("/me")
    assert (me["username"], me["name"], me["role"], me["language"]) == ("inspector", "陈一鸣", "inspector", "zh")
    assert (me["organization"]["name"], me["organization"]["kind"]) == (CENTRE, "centre")
    assert me["district_ids"] == [world.ids.organization_ids[DISTRICT]]
