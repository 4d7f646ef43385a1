"""Rounds by pages: days changed, labour divided anew, teams and units chosen, a round closed by the leadership team."""

from service.models import Person
from tests.fakes.browser import Browser, Page
from tests.worlds.http import World
from tests.worlds.people import DISTRICT, NEIGHBOUR, OTHER_DISTRICT


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def test_exam_days_are_set_and_what_is_refused_stays_typed(world_on_each: World) -> None:
    world, admin = world_on_each, browser_of(world_on_each, "admin")
    at = f"/settings/rounds/{world.ids.round_id}"
    assert "专升本考试安全督查" in admin.get("/settings/rounds").text
    form = {"title": "专升本督查", "starts_on": "2021-04-01", "ends_on": "2021-06-30"}
    page = admin.send(f"{at}/changes", {**form, "exam_days": ["2021-05-29", "2021-05-30", ""]})
    assert "2021-05-29、2021-05-30" in page.text
    page = admin.send(f"{at}/changes", {**form, "ends_on": "2021-02-30"}, expect=422)
    assert 'value="专升本督查"' in page.answer.get_data(as_text=True)


def test_a_district_gets_another_team_and_no_leader(world: World) -> None:
    admin, ids = browser_of(world, "admin"), world.ids
    at = f"/settings/rounds/{ids.round_id}"
    shares = {one["district"]["name"]: one for one in world["admin"].items(f"{at.removeprefix('/settings')}/labour")}
    other = shares[OTHER_DISTRICT]["team"]["id"]
    district = ids.organization_ids[DISTRICT]
    admin.get(f"{at}/labour")
    page = admin.send(f"{at}/labour", {f"team-{district}": other, f"leader-{district}": "", "reason": "调整"})
    assert "空缺" in page.text
    shares = {one["district"]["name"]: one for one in world["admin"].items(f"{at.removeprefix('/settings')}/labour")}
    assert (shares[DISTRICT]["team"]["id"], shares[DISTRICT]["leader"]) == (other, None)


def test_a_page_that_is_out_of_date_undoes_nothing(world_on_each: World) -> None:
    world, ids = world_on_each, world_on_each.ids
    admin, at = browser_of(world, "admin"), f"/settings/rounds/{ids.round_id}/labour"
    district, other = ids.organization_ids[DISTRICT], ids.organization_ids[OTHER_DISTRICT]
    seen = chosen(admin.get(at), at)
    assert "" not in options(admin.get(at), f"team-{district}")  # nothing takes a district out of the round
    admin.send(at, {**seen, f"leader-{district}": ""})
    page = admin.send(at, {**seen, f"leader-{other}": "", f"team-{district}": seen[f"team-{other}"]}, expect=409)
    assert "第一督查组，空缺" in page.text
    again = chosen(page, at)
    assert again[f"team-{district}"] == seen[f"team-{other}"]
    admin.send(at, {**seen, f"leader-{other}": ""})
    page = admin.get(at)
    assert chosen(page, at)[f"leader-{district}"] == chosen(page, at)[f"leader-{other}"] == ""
    for wrong in ({f"team-{district}": "x"}, {"team-x": seen[f"team-{other}"]}, {f"leader-{district}": "x"}):
        admin.send(at, {**chosen(page, at), **wrong}, expect=422)


def test_a_leader_whose_account_is_closed_stays_until_another_is_chosen(world: World) -> None:
    admin, ids = browser_of(world, "admin"), world.ids
    at = f"/settings/rounds/{ids.round_id}/labour"
    with world.session() as session:
        session.get_one(Person, ids.person_ids["leader"]).disabled_at = world.clock.at
        session.commit()
    page = admin.get(at)
    assert "现已不能担任" in page.text
    admin.send(at, {**chosen(page, at), f"leader-{ids.organization_ids[OTHER_DISTRICT]}": ""})
    page = admin.get(at)
    assert chosen(page, at)[f"leader-{ids.organization_ids[DISTRICT]}"] == ids.person_ids["leader"]


def options(page: Page, name: str) -> list[str]:
    """What a choice offers."""
    (select,) = [one for one in page.root.iter("select") if one.get("name") == name]
    return [one.get("value", "") for one in select.iter("option")]


def chosen(page: Page, action: str) -> dict[str, str]:
    """The fields of a form as the page has them, with what is chosen."""
    found = {
        select.get("name", ""): [one.get("value", "") for one in select.iter("option") if "selected" in one.attrib]
        for select in page.forms()[action].iter("select")
    }
    return page.filled_in(action) | {name: values[0] if values else "" for name, values in found.items()}


def test_a_team_is_formed_gets_members_and_goes_again(world: World) -> None:
    admin, ids = browser_of(world, "admin"), world.ids
    page = admin.send(f"/settings/rounds/{ids.round_id}/teams", {"name": "第九督查组", "member_ids": ""})
    team = next(link for link in page.links() if link.startswith("/settings/teams/"))
    mine = [one["id"] for one in world["admin"].items("/teams") if one["name"] == "第九督查组"]
    team = f"/settings/teams/{mine[0]}"
    admin.send(f"{team}/members", {"member_ids": ["", ids.person_ids["inspector"]]})
    assert "陈一鸣" in admin.get(f"/settings/rounds/{ids.round_id}/labour").text
    admin.send(f"{team}/name", {"name": "机动督查组"})
    admin.send(f"{team}/removal", {})
    assert "机动督查组" not in admin.get(f"/settings/rounds/{ids.round_id}/labour").text


def test_units_that_take_part_are_chosen(world: World) -> None:
    admin, ids = browser_of(world, "admin"), world.ids
    at = f"/settings/rounds/{ids.round_id}/units"
    page = admin.get(at)
    checked = [one.get("value", "") for one in page.forms()[at].iter("input") if "checked" in one.attrib]
    left = [id_ for id_ in checked if id_ != ids.organization_ids[NEIGHBOUR]]
    assert len(left) == len(checked) - 1
    admin.send(at, {"only": ["", *left], "add": "", "remove": ""})
    names = [one["organization"]["name"] for one in world["admin"].items(f"/rounds/{ids.round_id}/units")]
    assert NEIGHBOUR not in names
    admin.send(at, {"only": "", "everybody": "true"})
    names = [one["organization"]["name"] for one in world["admin"].items(f"/rounds/{ids.round_id}/units")]
    assert NEIGHBOUR in names


def test_the_leadership_team_closes_a_round_with_a_decision_on_every_finding(world: World) -> None:
    first, second = world.notified(), world.logged()
    leadership = browser_of(world, "leadership")
    at = f"/settings/rounds/{world.ids.round_id}/closing"
    assert first["number"] in leadership.get(at).text
    refused = leadership.send(at, {"outcome": "carried_over"}, expect=422)
    assert "理由" in refused.text
    decisions = {"outcome": "carried_over", "reason": "下一轮继续", f"outcome-{second['id']}": "ended"}
    page = leadership.send(at, decisions)
    assert "结转 1 个，终止 1 个" in page.text
    browser_of(world, "admin").ask("GET", at)
    assert browser_of(world, "admin").ask("GET", at).status_code == 403
