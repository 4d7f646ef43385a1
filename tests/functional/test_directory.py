"""Organizations, rounds, teams and who the caller is, over HTTP."""

from tests.functional.conftest import Stage
from tests.worlds.cast import BUREAU, CENTRE, COMMITTEE, DISTRICT, NEIGHBOUR, OTHER_UNIVERSITY, UNIVERSITY


def test_everybody_sees_the_organizations_that_he_or_she_has_to_do_with(stage: Stage) -> None:
    seen = {
        who: {organization["name"] for organization in stage[who].items("/organizations")}
        for who in ("university", "inspector", "leadership")
    }
    above = {CENTRE, BUREAU, COMMITTEE}
    assert seen["university"] == above | {UNIVERSITY, DISTRICT}
    assert seen["inspector"] == above | {UNIVERSITY, NEIGHBOUR, DISTRICT}
    assert OTHER_UNIVERSITY in seen["leadership"]


def test_organizations_are_found_by_kind(stage: Stage) -> None:
    (district,) = stage["inspector"].items("/organizations", kind="district")
    centre = stage.cast.organization_ids[CENTRE]
    assert district == {
        "id": stage.cast.organization_ids[DISTRICT],
        "kind": "district",
        "name": DISTRICT,
        "parent_id": centre,
    }


def test_a_round_is_no_secret(stage: Stage) -> None:
    (round_,) = stage["university"].items("/rounds")
    assert (round_["number"], round_["starts_on"], round_["exam_days"]) == ("2021-35", "2021-04-01", [])


def test_the_administrator_sets_the_exam_days_and_nobody_else(stage_on_each: Stage) -> None:
    stage = stage_on_each
    finding = stage.notified()
    path = f"/rounds/{stage.cast.round_id}"
    body = {"exam_days": ["2021-06-06", "2021-06-05"]}
    assert stage["leadership"].patch(path, body, if_match=None, expect=403)["code"] == "not_allowed"
    assert stage["admin"].patch(path, body, if_match=None)["exam_days"] == ["2021-06-05", "2021-06-06"]
    assert stage.finding(finding["id"])["next_action_at"] == stage.clock.at.isoformat().replace("+00:00", "Z")
    stage.sweep()
    assert stage.finding(finding["id"])["next_action_at"] == finding["next_action_at"]
    stage["admin"].patch("/rounds/11111111-2222-4333-8444-555555555555", body, if_match=None, expect=404)


def test_a_team_shows_its_members_districts_and_their_leaders(stage: Stage) -> None:
    (team,) = stage["university"].items("/teams")
    assert team["name"] == "第一督查组"
    assert {(member["name"], member["role"]) for member in team["members"]} == {
        ("督查员甲", "inspector"),
        ("组长甲", "team_head"),
    }
    (assignment,) = team["assignments"]
    assert (assignment["district"]["name"], assignment["leader"]["name"]) == (DISTRICT, "包干领导甲")
    assert len(stage["leadership"].items("/teams")) == 2


def test_the_caller_is_told_who_he_or_she_is(stage: Stage) -> None:
    me = stage["inspector"].get("/me")
    assert (me["username"], me["name"], me["role"], me["language"]) == ("inspector", "督查员甲", "inspector", "zh")
    assert (me["organization"]["name"], me["organization"]["kind"]) == (CENTRE, "centre")
    assert me["district_ids"] == [stage.cast.organization_ids[DISTRICT]]
