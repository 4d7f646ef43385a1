"""What holds for every page: a stranger is led to the sign-in, and nothing comes from, or is kept, elsewhere."""

import re

from flask import Flask

from tests.fakes.browser import Browser
from tests.worlds.http import World

OPEN = {
    "GET /sign-in",
    "POST /sign-in",
    "POST /language",
    "POST /theme",
    "POST /sign-in/provider",
    "GET /invitation",
    "POST /invitation",
    "GET /api/docs",
    "GET /api/docs/7e570000-0000-4000-8000-000000000000",
    "GET /api/docs/schemas/7e570000-0000-4000-8000-000000000000",
    "GET /sw.js",
}
UNKNOWN = "7e570000-0000-4000-8000-000000000000"


def pages(app: Flask) -> set[str]:
    return {
        f"{method} {re.sub('<[^>]+>', UNKNOWN, rule.rule)}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("console_")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_whoever_is_signed_out_is_led_to_the_sign_in_from_every_page(world: World) -> None:
    browser = Browser(world.app)
    for one in pages(world.app) - OPEN:
        method, _, path = one.partition(" ")
        answer = browser.ask(method, path, headers=dict(browser.headers))
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/sign-in"), one


def test_an_address_that_only_forms_are_sent_to_leads_back_to_a_page_when_it_is_opened_again(world: World) -> None:
    browser, all_pages = Browser(world.app), pages(world.app)
    routes = world.app.url_map.bind("127.0.0.1")
    only_forms = {path for method, _, path in (one.partition(" ") for one in all_pages) if method == "POST"}
    only_forms = {path for path in only_forms if not routes.test(path, method="GET")}
    assert len(only_forms) > 30
    for path in only_forms:
        answer = browser.ask("GET", path)
        assert answer.status_code == 303, path
        above = (path.rsplit("/", times)[0] or "/" for times in range(1, path.count("/") + 1))
        assert answer.location == next(one for one in above if routes.test(one, method="GET"))
    assert browser.ask("GET", min(only_forms), headers={"Accept": "application/json"}).status_code == 405


def test_a_page_asks_for_nothing_from_anywhere_and_nobody_keeps_it(world: World) -> None:
    browser = Browser(world.app)
    for page in (browser.get("/sign-in"), browser.signed_in(world.tokens["inspector"]).get("/")):
        headers = page.answer.headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "same-origin")
        assert headers["X-Frame-Options"] == "DENY"
        asked = [one.get(name) for one in page.root.iter() for name in ("src", "href") if one.get(name)]
        assert [address for address in asked if not str(address).startswith(("/", "#"))] == []
        for style in (one.get("href", "") for one in page.root.iter("link") if one.get("rel") == "stylesheet"):
            answer = browser.ask("GET", style)
            assert (answer.status_code, answer.mimetype) == (200, "text/css")
            assert "immutable" in answer.headers["Cache-Control"]
            assert "://" not in re.sub(
                r"http://www\.w3\.org/|/\*!.*?\*/", "", answer.get_data(as_text=True), flags=re.DOTALL
            )


def test_an_unknown_address_is_a_page_for_browsers_and_a_problem_for_programs(world: World) -> None:
    browser = Browser(world.app)
    assert "未找到" in browser.get("/no-such-page", expect=404).title
    program = browser.ask("GET", "/no-such-page", headers={"Accept": "application/json"})
    assert program.mimetype == "application/problem+json"
    assert browser.ask("GET", "/api/v1/nothing").mimetype == "application/problem+json"
