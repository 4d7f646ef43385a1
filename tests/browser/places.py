"""The pages that are looked at: all of the main menu, and those that it does not name."""

from playwright.sync_api import Page

from tests.browser.stage import Seat
from tests.browser.world import LONG

BESIDES = ("/findings/filters", "/findings?state=found&light=green&deadline_after=2021-04-01&q=综合楼")
WHO = ("inspector", "university", "leadership")  # who see different things


def places_of(seat: Seat) -> list[str]:
    """The addresses of the menu; one finding of the list, and what leads on from them."""
    page = seat.open("/findings")
    menu = [link.get_attribute("href") or "" for link in page.locator(".places a").all()]
    finding = finding_of(page)
    found = [*dict.fromkeys(menu), finding, *BESIDES]
    if "/accountability" in menu:
        found.append(f"{finding}/accountability")
        unit = seat.open(found[-1]).locator("a[href^='/accountability/']").first.get_attribute("href")
        found.append(unit or "")
    return found


def finding_of(page: Page) -> str:
    """The finding with the longest words, or the first that the list shows."""
    rows = page.locator("a[href^='/findings/']:not([href='/findings/new']):not([href='/findings/filters'])")
    longest = rows.filter(has_text=LONG)
    found = (longest if longest.count() else rows).first.get_attribute("href")
    assert found
    return found
