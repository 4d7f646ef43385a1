"""The overview as a page: figures that lead to what they count, filters in the address, a view for the projector."""

from urllib.parse import parse_qs, urlsplit

from tests.fakes.browser import Browser, Page
from tests.functional.console.test_frame import bytes_of
from tests.worlds.http import World, local


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def figures(page: Page) -> list[tuple[str, str]]:
    """Every number that is a link to a list, with that list."""
    found = []
    for link in page.root.iter("a"):
        words = " ".join(" ".join(link.itertext()).split()).split(" ")[0]
        if link.get("href", "").startswith("/findings?") and words.isdecimal():
            found.append((words, link.get("href", "")))
    return found


def test_every_figure_leads_to_the_list_that_it_counts(world: World) -> None:
    world.rectifying()
    world.submitted()
    world.logged()
    world.go(local(4, 26))
    browser = browser_of(world, "leadership")
    numbers = figures(browser.get("/overview"))
    assert len(numbers) > 8
    for number, address in dict.fromkeys(numbers):
        query = parse_qs(urlsplit(address).query)
        assert len(world["leadership"].items("/findings", **query)) == int(number), address
    for address in {address for _, address in numbers}:
        browser.get(address)


def test_filters_are_in_the_address_and_bring_their_own_figures(world: World) -> None:
    finding = world.logged()
    browser = browser_of(world, "leadership")
    page = browser.get(f"/overview?district_id={finding['district']['id']}")
    assert ("1", True) in [(number, finding["district"]["id"] in address) for number, address in figures(page)]
    chosen = [one.get("value") for one in page.root.iter("option") if "selected" in one.attrib]
    assert finding["district"]["id"] in chosen
    for unknown in ("7e570000-0000-4000-8000-000000000000", "x"):
        browser.get(f"/overview?round_id={unknown}", expect=404)


def test_the_projector_shows_figures_without_menus_and_little_comes_over_the_wire(world: World) -> None:
    world.rectifying()
    browser = browser_of(world, "leadership")
    (body,) = browser.get("/overview?projector=1").root.iter("body")
    assert body.get("class") == "projector"
    assert bytes_of(browser, "/overview") <= 200_000


def test_an_office_without_findings_is_told_so(world: World) -> None:
    page = browser_of(world, "leadership").get("/overview")
    assert "还没有问题" in page.text
