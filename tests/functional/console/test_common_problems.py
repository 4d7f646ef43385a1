"""Common problems as a page: what fails at several universities, each figure with the list that it counts."""

from tests.fakes.browser import Browser
from tests.worlds.http import World
from tests.worlds.people import NEIGHBOUR


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def test_what_fails_at_several_universities_leads_to_the_lists_that_it_counts(world: World) -> None:
    leadership = browser_of(world, "leadership")
    assert "没有共性问题" in leadership.get("/common-problems").text
    item = {"checklist_item_id": world.ids.checklist_item_id}
    mine = world.logged(**item)
    world.logged(**item, organization_id=world.ids.organization_ids[NEIGHBOUR])
    page = leadership.get("/common-problems")
    assert "2 所高校" in page.text
    assert "标准化考点建设" in page.text
    lists = [link for link in page.links() if link.startswith("/findings?")]
    assert len(lists) == 3
    assert sum(mine["number"] in leadership.get(link).text for link in lists) == 2, "of all, and of the one university"
    assert "/campaigns" in page.links()
    assert "/common-problems" in leadership.get("/overview").links()
    for who in ("district", "bureau"):
        browser_of(world, who).get("/common-problems")
    for wrong in ("round_id=nonsense", f"round_id={mine['id']}", "district_id=1"):
        leadership.get(f"/common-problems?{wrong}", expect=404)
