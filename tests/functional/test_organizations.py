"""Organizations over HTTP: renamed, moved, closed and merged by administrators, on record."""

from sqlalchemy import update

from service.audit.verify import verify
from service.models import Finding
from service.reports.plan import plan_due
from tests.fakes.client import Json
from tests.worlds.http import World
from tests.worlds.people import DISTRICT, NEIGHBOUR, OTHER_DISTRICT, UNIVERSITY


def path(world: World, name: str, act: str = "") -> str:
    return f"/organizations/{world.ids.organization_ids[name]}{act}"


def faults(world: World) -> list[str]:
    with world.session() as session:
        return [fault.kind for fault in verify(session)]


def changes(world: World, name: str) -> list[Json]:
    return world["admin"].items(path(world, name, "/changes"))


def test_a_university_is_renamed_and_the_record_says_so(world_on_each: World) -> None:
    world = world_on_each
    finding = world.notified()
    body = {"name": "明河　龙湖大学", "reason": "更名大学"}
    assert world["admin"].patch(path(world, UNIVERSITY), body, if_match=None)["name"] == "明河 龙湖大学"
    assert world.finding(finding["id"])["organization"]["name"] == "明河 龙湖大学"
    (entry,) = changes(world, UNIVERSITY)
    assert (entry["act"], entry["reason"]) == ("change", "更名大学")
    assert entry["changes"] == [{"field": "name", "from": UNIVERSITY, "to": "明河 龙湖大学"}]
    taken = world["admin"].patch(path(world, NEIGHBOUR), {"name": "明河 龙湖大学"}, if_match=None, expect=422)
    assert "name" in taken["errors"]
    assert faults(world) == []


def test_a_university_is_added_and_stands_under_its_district(world: World) -> None:
    district = world.ids.organization_ids[DISTRICT]
    body = {"kind": "university", "name": "新设学院", "parent_id": district}
    assert world["admin"].post("/organizations", body)["parent_id"] == district
    assert "新设学院" in {one["name"] for one in world["district"].items("/organizations")}
    world["admin"].post("/organizations", {**body, "name": "无区学院", "parent_id": None}, expect=422)
    world["admin"].post("/organizations", {"kind": "centre", "name": "又一个中心"}, expect=422)


def test_a_university_moves_to_another_district_with_what_is_open(world_on_each: World) -> None:
    world = world_on_each
    finding = world.notified()
    other = world.ids.organization_ids[OTHER_DISTRICT]
    world["other_inspector"].get(f"/findings/{finding['id']}", expect=404)
    moved = world["admin"].patch(path(world, UNIVERSITY), {"parent_id": other}, if_match=None)
    assert moved["parent_id"] == other
    world["other_inspector"].get(f"/findings/{finding['id']}")
    world["inspector"].get(f"/findings/{finding['id']}", expect=404)
    assert changes(world, UNIVERSITY)[0]["act"] == "move"
    wrong = {"parent_id": world.ids.organization_ids[NEIGHBOUR]}
    world["admin"].patch(path(world, UNIVERSITY), wrong, if_match=None, expect=422)
    assert faults(world) == []


def test_a_merged_university_goes_on_within_the_other(world_on_each: World) -> None:
    world = world_on_each
    with world.session() as session:
        plan_due(session, now=world.clock.at)
        session.commit()
    submitted = world.submitted()
    finding = world["inspector"].items("/findings")[0]
    report, *_ = world["university"].items("/reports")
    world["university"].post(f"/reports/{report['id']}/submissions", {"words": {"self_check": "已自查"}})
    into = {"into_id": world.ids.organization_ids[NEIGHBOUR], "reason": "两校合并"}
    assert world["admin"].post(path(world, UNIVERSITY, "/merger"), into, expect=200)["name"] == NEIGHBOUR
    for who in ("neighbour", "university"):
        assert world[who].get(f"/findings/{finding['id']}")["organization"]["name"] == NEIGHBOUR
        assert world[who].get(f"/reports/{report['id']}")["state"] != "planned"
    assert world["university"].get("/me")["organization"]["name"] == NEIGHBOUR
    assert "已并入" in " ".join(one["text"] for one in world["neighbour"].items("/alerts"))
    review = {"outcome": "pass", "comment": "已整改到位", "submission_id": submitted["id"]}
    world["inspector"].post(f"/findings/{finding['id']}/reviews", review)
    (entry,) = changes(world, UNIVERSITY)
    assert (entry["act"], entry["reason"]) == ("merge", "两校合并")
    new = {"organization_id": world.ids.organization_ids[UNIVERSITY], "summary": "新问题", "severity": "general"}
    world["inspector"].post("/findings", new, expect=422)
    world["admin"].post(path(world, UNIVERSITY, "/opening"), expect=409)
    world.sweep()
    assert faults(world) == []


def test_a_finding_that_moved_without_a_merger_is_a_fault(world: World) -> None:
    world.notified()
    with world.session() as session:
        session.execute(update(Finding).values(organization_id=world.ids.organization_ids[NEIGHBOUR]))
        session.commit()
    assert faults(world) == ["row"]


def test_a_district_is_merged_with_its_universities(world_on_each: World) -> None:
    world = world_on_each
    finding = world.notified()
    into = {"into_id": world.ids.organization_ids[OTHER_DISTRICT]}
    world["admin"].post(path(world, DISTRICT, "/merger"), into, expect=200)
    world["other_district"].get(f"/findings/{finding['id']}")
    world["other_inspector"].get(f"/findings/{finding['id']}")
    assert world["district"].get("/me")["organization"]["name"] == OTHER_DISTRICT
    assert {UNIVERSITY, NEIGHBOUR} <= {one["name"] for one in world["other_district"].items("/organizations")}
    assert faults(world) == []


def test_an_organization_with_open_findings_is_not_closed_and_one_without_takes_nothing_new(world: World) -> None:
    finding = world.logged()
    refused = world["admin"].post(path(world, UNIVERSITY, "/closing"), expect=409)
    assert finding["number"] in refused["detail"]
    assert world["admin"].post(path(world, DISTRICT, "/closing"), expect=409)["code"] == "organization_has_units"
    closed = world["admin"].post(path(world, NEIGHBOUR, "/closing"), {"reason": "停办"}, expect=200)
    assert closed["closed_at"]
    assert "已撤销" in " ".join(one["text"] for one in world["neighbour"].items("/alerts"))
    new = {"organization_id": world.ids.organization_ids[NEIGHBOUR], "summary": "新问题", "severity": "general"}
    world["inspector"].post("/findings", new, expect=422)
    world["admin"].post(path(world, NEIGHBOUR, "/opening"), expect=200)
    world["inspector"].post("/findings", new)
    assert [entry["act"] for entry in changes(world, NEIGHBOUR)] == ["enable", "disable"]


def test_what_cannot_be_merged_is_refused(world: World) -> None:
    into = {"into_id": world.ids.organization_ids[DISTRICT]}
    world["admin"].post(path(world, UNIVERSITY, "/merger"), into, expect=422)
    world["admin"].post(
        path(world, UNIVERSITY, "/merger"), {"into_id": world.ids.organization_ids[UNIVERSITY]}, expect=422
    )
    world["leadership"].post(path(world, UNIVERSITY, "/merger"), into, expect=403)
