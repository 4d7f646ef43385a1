"""Common problems as a page: what fails at several universities, each figure with the list that it counts."""

import re
from datetime import date

from service.models import Round
from service.rounds.rounds import NewRound, open_round
from tests.fakes.browser import Browser
from tests.worlds.http import World
from tests.worlds.people import DISTRICT, NEIGHBOUR


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def numbers(text: str) -> set[str]:
    """Of the findings on a page."""
    return set(re.findall(r"2021-35-\d+", text))


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
    district = world.ids.organization_ids[DISTRICT]
    world.logged(**item, organization_id=district)  # the office's own: no university fails
    for narrowed in ("", f"?district_id={district}"):
        page = leadership.get(f"/common-problems{narrowed}")
        lists = [link for link in page.links() if link.startswith("/findings?")]
        assert [len(numbers(leadership.get(link).text)) for link in lists] == [1, 1, 2]
        assert all(("district_id=" in link) is bool(narrowed) for link in lists)
    assert "督查轮次：2021-35" in leadership.get(lists[0]).text
    assert world.ids.checklist_item_id not in leadership.get(lists[0]).text
    assert "/campaigns" in page.links()
    assert "/common-problems" in leadership.get("/overview").links()
    for who in ("district", "bureau"):
        browser_of(world, who).get("/common-problems")
    for wrong in ("round_id=nonsense", f"round_id={mine['id']}", "district_id=1"):
        leadership.get(f"/common-problems?{wrong}", expect=404)


def test_of_rounds_side_by_side_one_that_runs_is_shown_and_none_that_is_prepared(world: World) -> None:
    with world.session() as session:
        policy_version = session.get_one(Round, world.ids.round_id).policy_version
        for number, year in (("2021-36", 2021), ("2022-01", 2022)):
            days = date(year, 4, 1), date(year, 6, 30)
            open_round(session, NewRound(number, "研究生考试安全督查", *days, policy_version))
        session.commit()
    for who, number in (("leadership", "2021-36"), ("district", "2021-35")):
        page = browser_of(world, who).get("/common-problems")
        (chosen,) = [one for one in page.root.iter("option") if one.get("selected") is not None and one.get("value")]
        assert "".join(chosen.itertext()).startswith(number), who
