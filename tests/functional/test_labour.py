"""Labour, teams, participants and days of a round under way, over HTTP."""

from datetime import date
from typing import Any

from sqlalchemy import select

from service.models import Person
from tests.worlds.http import World
from tests.worlds.people import DISTRICT, NEIGHBOUR, UNIVERSITY
from tests.worlds.rows import make_round


def ids_of(world: World, *who: str) -> list[str]:
    return [world.ids.person_ids[name] for name in who]


def labour(world: World) -> dict[str, dict[str, Any]]:
    listed = world["leadership"].get(f"/rounds/{world.ids.round_id}/labour")["items"]
    return {one["district"]["name"]: one for one in listed}


def test_a_district_gets_another_leader_over_http(world_on_each: World) -> None:
    world = world_on_each
    (other_leader,) = ids_of(world, "other_leader")
    before = labour(world)[DISTRICT]
    share = {"district_id": before["district"]["id"], "team_id": before["team"]["id"], "leader_id": other_leader}
    path = f"/rounds/{world.ids.round_id}/labour"
    world["leadership"].put(path, {"assignments": [share]}, expect=403)
    changed = world["admin"].put(path, {"assignments": [share], "reason": "分工调整"})
    assert len(changed["items"]) == 2
    assert labour(world)[DISTRICT]["leader"]["id"] == other_leader
    alert = world["other_leader"].items("/alerts")[0]
    assert (alert["kind"], alert["about"]["kind"]) == ("round.change.successor", "round")


def test_a_leader_who_has_gone_is_stood_in_for_and_succeeded(world: World) -> None:
    finding = world.notified(severity="major")
    world["university"].post(f"/findings/{finding['id']}/receipt", {}, expect=200)
    with world.session() as session:
        leader = session.scalars(select(Person).where(Person.username == "leader")).one()
        leader.disabled_at = world.clock.at
        session.commit()
    assert "void" in world.finding(finding["id"], "leadership")["allowed_moves"]
    from_, to = ids_of(world, "leader", "other_leader")
    path = f"/rounds/{world.ids.round_id}/hand-over"
    done = world["admin"].post(path, {"from_person_id": from_, "to_person_id": to, "reason": "调离"}, expect=200)
    assert done == {"districts": 1, "teams": 0}
    assert world.finding(finding["id"], "other_leader")["responsible_leader"]["id"] == to
    assert "void" not in world.finding(finding["id"], "leadership")["allowed_moves"]
    again = world["admin"].post(path, {"from_person_id": from_, "to_person_id": to}, expect=409)
    assert again["code"] == "nothing_to_hand_over"


def test_teams_are_formed_and_changed_over_http(world: World) -> None:
    admin, (inspector,) = world["admin"], ids_of(world, "inspector")
    made = admin.post(f"/rounds/{world.ids.round_id}/teams", {"name": "第三督查组", "member_ids": [inspector]})
    assert [member["id"] for member in made["members"]] == [inspector]
    renamed = admin.patch(f"/teams/{made['id']}", {"name": "综合督查组"}, if_match=None)
    assert renamed["name"] == "综合督查组"
    assert admin.put(f"/teams/{made['id']}/members", {"member_ids": []})["members"] == []
    admin.delete(f"/teams/{made['id']}")
    admin.delete(f"/teams/{made['id']}", expect=404)


def test_units_that_take_no_part_are_told_so(world: World) -> None:
    path, college = f"/rounds/{world.ids.round_id}/units", world.ids.organization_ids[NEIGHBOUR]
    left = world["admin"].patch(path, {"remove": [college], "reason": "不设考点"}, if_match=None)["items"]
    assert NEIGHBOUR not in {one["organization"]["name"] for one in left}
    body = {"organization_id": college, "summary": "监控黑屏", "severity": "general"}
    assert world["neighbour"].post("/findings", body, expect=409)["code"] == "no_round_in_force"
    whole = world["admin"].patch(path, {"everybody": True}, if_match=None)["items"]
    assert NEIGHBOUR in {one["organization"]["name"] for one in whole}


def test_of_two_rounds_the_422_lists_numbers_and_ids(world: World) -> None:
    with world.session() as session:
        second = make_round(session, "2021-自考", starts_on=date(2021, 4, 1), ends_on=date(2021, 6, 30), exam_days=[])
        second_id = second.id
        session.commit()
    first = labour(world)[DISTRICT]
    team = world["admin"].post(f"/rounds/{second_id}/teams", {"name": "自考督查组"})
    members = {"member_ids": ids_of(world, "inspector")}
    world["admin"].put(f"/teams/{team['id']}/members", members)
    share = {"district_id": first["district"]["id"], "team_id": team["id"]}
    world["admin"].put(f"/rounds/{second_id}/labour", {"assignments": [share]})
    body = {"organization_id": world.ids.organization_ids[UNIVERSITY], "summary": "监控黑屏", "severity": "general"}
    problem = world["inspector"].post("/findings", body, expect=422)
    assert problem["rounds"] == [
        {"id": world.ids.round_id, "number": "2021-35"},
        {"id": second_id, "number": "2021-自考"},
    ]
    assert list(problem["errors"]) == ["round_id"]
    made = world["inspector"].post("/findings", {**body, "round_id": second_id})
    assert (made["number"], made["round"]["id"]) == ("2021-自考-0001", second_id)
    assert world["team_head"].post("/findings", body)["number"].startswith("2021-35-")  # one round alone is theirs
