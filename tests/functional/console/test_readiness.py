"""Readiness as pages: who lacks what, for the centre of all units, for a unit of itself."""

import pytest

from tests.fakes.browser import Browser
from tests.worlds.http import World


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def test_the_centre_sees_all_units_and_what_each_lacks(world: World) -> None:
    browser = browser_of(world, "leadership")
    page = browser.get("/readiness")
    units = [link for link in page.links() if link.startswith("/readiness/")]
    assert len(units) > 1
    assert "标准化考点建设" in browser.get(next(link for link in units if world.ids.university_id in link)).text
    for link in units:
        browser.get(link)
        browser.get(f"{link}&show=all")


def test_a_unit_finds_its_own_items_and_nobody_elses(world: World) -> None:
    page = browser_of(world, "university").get("/readiness")
    assert "标准化考点建设" in page.text
    assert {link.partition("?")[0] for link in page.links() if link.startswith("/readiness/")} == {
        f"/readiness/{world.ids.university_id}"
    }
    browser_of(world, "neighbour").get(f"/readiness/{world.ids.university_id}", expect=404)


@pytest.mark.parametrize("made_up", ["x", "7e570000-0000-4000-8000-000000000000"])
def test_a_round_that_is_none_is_found_nowhere(world: World, made_up: str) -> None:
    browser_of(world, "leadership").get(f"/readiness?round_id={made_up}", expect=404)


def test_who_sees_nothing_but_what_has_reached_him_is_told_so(world: World) -> None:
    browser_of(world, "bureau").get("/readiness", expect=403)
