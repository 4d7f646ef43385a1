"""What stands around every page: its menu, light and dark, what was just done, and how much comes over the wire."""

import re

from tests.fakes.browser import Browser, Page
from tests.worlds.http import World

MOST = 120_000  # bytes of a first visit without photographs


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def bytes_of(browser: Browser, address: str) -> int:
    """What a first visit brings over the wire: the page, and every style, script and sign that it names."""
    packed = {"Accept-Encoding": "gzip"}
    page = browser.get(address)
    asked = {
        re.sub("#.*", "", one.get(name, ""))
        for one in page.root.iter()
        for name in ("src", "href")
        if one.get(name, "").startswith("/static/")
    }
    answers = [browser.ask("GET", one, headers=packed) for one in (address, *sorted(asked))]
    assert all(answer.status_code == 200 for answer in answers)
    return sum(len(answer.data) for answer in answers)


def current(page: Page) -> set[str]:
    return {one.get("href", "") for one in page.root.iter("a") if one.get("aria-current") == "page"}


def test_a_first_visit_brings_little_over_the_wire(world: World) -> None:
    finding = world.notified()
    for _ in range(25):
        world.logged()
    browser = browser_of(world, "inspector")
    for address in ("/", "/findings", f"/findings/{finding['id']}", "/alerts"):
        assert bytes_of(browser, address) <= MOST, address


def test_whoever_takes_nothing_compressed_gets_the_same_files_whole(world: World) -> None:
    browser = browser_of(world, "inspector")
    style = next(one.get("href", "") for one in browser.get("/").root.iter("link") if one.get("rel") == "stylesheet")
    whole, packed = (browser.ask("GET", style, headers={"Accept-Encoding": how}) for how in ("identity", "gzip"))
    assert "Content-Encoding" not in whole.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) * 4 < len(whole.data)
    assert {answer.headers["Vary"] for answer in (whole, packed)} == {"Accept-Encoding"}
    assert browser.ask("HEAD", style, headers={"Accept-Encoding": "gzip"}).data == b""


def test_the_menu_says_where_one_is_also_on_a_page_within_a_place(world: World) -> None:
    browser = browser_of(world, "inspector")
    assert current(browser.get("/")) == {"/"}
    assert current(browser.get(f"/findings/{world.logged()['id']}")) == {"/findings"}
    assert current(browser.get("/settings/password")) == {"/settings"}


def test_light_and_dark_are_the_devices_until_somebody_chooses(world: World) -> None:
    browser = Browser(world.app)

    def look() -> tuple[str | None, str | None]:
        root = browser.get("/sign-in").root
        dark = [one.get("media") for one in root.iter("link") if "dark.css" in one.get("href", "")]
        return root.get("data-bs-theme"), dark[0] if dark else None

    assert look() == (None, "screen and (prefers-color-scheme: dark)")
    browser.send("/theme?next=/sign-in", {"theme": "dark"})
    assert look() == ("dark", "screen")
    browser.send("/theme?next=/sign-in", {"theme": "light"})
    assert look() == ("light", None)
    browser.send("/theme?next=/sign-in", {"theme": "<script>"})
    assert look() == ("light", None)


def test_what_was_done_is_said_once(world: World) -> None:
    world.notified()
    browser = browser_of(world, "university")
    form = next(action for action in browser.get("/alerts").forms() if action.startswith("/alerts/"))
    assert "已确认知悉。" in browser.send(form, browser.get("/alerts").filled_in(form)).text
    assert "已确认知悉。" not in browser.get("/alerts").text


def test_a_notice_that_no_page_of_ours_has_left_is_not_shown(world: World) -> None:
    browser = browser_of(world, "university")
    for made_up in ("=nothing", "=saved&who=%3Cscript%3E", "%ff=&&=", "saved", "=" + "x" * 4000):
        browser.client.set_cookie("duban_notice", made_up, domain="127.0.0.1")
        assert list(browser.get("/help").root.iterfind(".//*[@class='notice notice-done']")) == []
