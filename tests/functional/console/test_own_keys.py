"""One's own access tokens and calendar address by pages: made, shown once, ended."""

from tests.fakes.browser import Browser
from tests.fakes.client import Client
from tests.worlds.http import World


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def test_an_access_token_is_shown_once_opens_the_api_and_ends(world_on_each: World) -> None:
    world = world_on_each
    browser = browser_of(world, "inspector")
    page = browser.get("/settings/tokens")
    once = page.filled_in("/settings/tokens")["once"]
    form = {"name": "台账汇总程序", "scope": "read", "days": "30", "once": once}
    page = browser.send("/settings/tokens", form, expect=200)
    (token,) = ["".join(one.itertext()) for one in page.root.iter("code")]
    assert token in browser.send("/settings/tokens", form, expect=200).text  # a double click makes no second one
    assert Client(world.app, token).get("/me")["name"] == "陈一鸣"
    page = browser.get("/settings/tokens")
    assert token not in page.text
    (end,) = [action for action in page.forms() if action.endswith("/end")]
    browser.send(end)
    Client(world.app, token).get("/me", expect=401)
    browser_of(world, "university").send(end, expect=404)


def test_a_token_that_would_last_too_long_is_refused_with_what_was_typed(world: World) -> None:
    page = browser_of(world, "inspector").send(
        "/settings/tokens", {"name": "过长", "scope": "read", "days": "4000"}, expect=422
    )
    assert 'value="过长"' in page.answer.get_data(as_text=True)


def test_a_calendar_address_is_shown_once_and_ended(world: World) -> None:
    browser = browser_of(world, "inspector")
    page = browser.send("/settings/calendar-address", {}, expect=200)
    (url,) = ["".join(one.itertext()) for one in page.root.iter("code")]
    path = url.partition("127.0.0.1:8000")[2]
    assert world.app.test_client().get(path).status_code == 200
    browser.send("/settings/calendar-address/end")
    assert world.app.test_client().get(path).status_code == 404
