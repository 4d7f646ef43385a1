"""Organizations by pages: shown by district, added, renamed, merged and closed, on record."""

from tests.fakes.browser import Browser
from tests.worlds.http import World
from tests.worlds.people import DISTRICT, NEIGHBOUR, OTHER_DISTRICT, UNIVERSITY


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def test_a_university_is_added_renamed_and_moved_to_another_district(world_on_each: World) -> None:
    world = world_on_each
    admin = browser_of(world, "admin")
    ids = world.ids.organization_ids
    assert UNIVERSITY in admin.get("/settings/organizations").text
    page = admin.send(
        "/settings/organizations", {"kind": "university", "name": "明河职业大学", "parent_id": ids[DISTRICT]}
    )
    at = next(one for one in page.forms() if one.endswith("/changes"))
    page = admin.send(at, {"name": "明河理工大学", "parent_id": ids[OTHER_DISTRICT], "reason": "更名"})
    assert page.title.startswith("明河理工大学")
    assert f"{DISTRICT} → {OTHER_DISTRICT}" in page.text


def test_what_cannot_be_is_refused_beside_the_form(world: World) -> None:
    admin = browser_of(world, "admin")
    page = admin.send("/settings/organizations", {"kind": "university", "name": "无主学院"}, expect=422)
    assert 'value="无主学院"' in page.answer.get_data(as_text=True)
    district = world.ids.organization_ids[DISTRICT]
    assert NEIGHBOUR in admin.send(f"/settings/organizations/{district}/closing", {}, expect=409).text


def test_one_becomes_part_of_another(world: World) -> None:
    admin, ids = browser_of(world, "admin"), world.ids.organization_ids
    page = admin.send(f"/settings/organizations/{ids[NEIGHBOUR]}/merger", {"into_id": ids[UNIVERSITY]})
    assert "已撤销" in page.text
    assert UNIVERSITY in page.text
    admin.send(f"/settings/organizations/{ids[NEIGHBOUR]}/nonsense", {}, expect=404)
