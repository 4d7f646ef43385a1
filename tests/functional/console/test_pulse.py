"""Live updates: what others have done since, how many alerts wait, and what it costs to ask."""

import re

import pytest

from tests.fakes.asked import statements
from tests.fakes.browser import Browser
from tests.worlds.http import MINUTE, World


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def standing(browser: Browser, address: str = "/") -> tuple[str, str]:
    """The position and the number of unread alerts that a page carries."""
    (pulse,) = browser.get(address).root.iter("duban-pulse")
    return pulse.get("data-after", ""), pulse.get("data-unread", "")


def ask(browser: Browser, after: str, unread: str, **more: str) -> tuple[int, list[str], str, str]:
    """Status, ids of what has changed, unread alerts, and the position to ask from next."""
    query = {"after": after, "unread": unread, **more}
    answer = browser.client.get("/pulse", query_string=query, base_url="http://127.0.0.1:8000")
    html, at = answer.get_data(as_text=True), answer.headers["Duban-Position"]
    ids = re.search('data-ids="([^"]*)"', html)
    waiting = re.search('data-unread="([^"]*)"', html)
    return answer.status_code, (ids[1].split() if ids else []), (waiting[1] if waiting else unread), at


def test_what_others_do_is_told_within_one_question_and_once(world_on_each: World) -> None:
    world = world_on_each
    browser = browser_of(world, "university")
    after, unread = standing(browser)
    assert ask(browser, after, unread)[0] == 204
    world.clock.at += MINUTE
    finding = world.notified()
    status, changed, waiting, at = ask(browser, after, unread)
    assert (status, changed) == (200, [finding["id"]])
    assert int(waiting) == int(unread) + 1
    assert ask(browser, at, waiting) == (204, [], waiting, at)


def test_what_one_does_oneself_and_what_one_does_not_see_is_no_news(world: World) -> None:
    outsider, inspector = browser_of(world, "neighbour"), browser_of(world, "inspector")
    theirs, mine = standing(outsider), standing(inspector)
    world.clock.at += MINUTE
    world.notified()
    assert ask(outsider, *theirs)[:2] == (204, [])
    assert ask(inspector, *mine)[1] == []


def test_a_page_of_a_finding_asks_for_that_one_alone(world: World) -> None:
    one, other = world.notified(), world.notified()
    browser = browser_of(world, "inspector")
    after, unread = standing(browser, f"/findings/{one['id']}")
    world.clock.at += MINUTE
    world["university"].call("POST", f"/findings/{other['id']}/receipt", json={})
    assert ask(browser, after, unread, finding=one["id"])[1] == []
    world["university"].call("POST", f"/findings/{one['id']}/receipt", json={})
    assert ask(browser, after, unread, finding=one["id"])[1] == [one["id"]]


@pytest.mark.parametrize("made_up", ["", "x", "1-", "99999999999999999999-1", "'; drop table", "1-1\0"])
def test_a_position_that_is_none_is_answered_with_the_present_one(world: World, made_up: str) -> None:
    world.notified()
    browser = browser_of(world, "university")
    after, unread = standing(browser)
    assert ask(browser, made_up, unread) == (204, [], unread, after)


def test_what_is_no_finding_is_not_asked_for(world_on_each: World) -> None:
    browser = browser_of(world_on_each, "university")
    after, unread = standing(browser)
    assert ask(browser, after, unread, finding="x") == (204, [], unread, after)


def test_asking_costs_two_statements_beside_the_callers_own(world: World) -> None:
    browser = browser_of(world, "inspector")
    after, unread = standing(browser)
    with statements(world.engine) as asked:
        assert ask(browser, after, unread)[0] == 204
    quiet = [one for one in asked if one.startswith(("SELECT", "WITH"))]
    world.clock.at += MINUTE
    world.notified()
    with statements(world.engine) as asked:
        ask(browser, after, unread)
    busy = [one for one in asked if one.startswith(("SELECT", "WITH"))]
    assert (len(quiet), len(busy)) <= (3, 4)


def test_whoever_is_signed_out_is_told_nothing(world: World) -> None:
    answer = Browser(world.app).ask("GET", "/pulse")
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/sign-in")
