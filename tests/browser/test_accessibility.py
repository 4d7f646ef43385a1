"""What a program can see of who is kept out: contrast, names, order, in light and in dark, for each kind of person."""

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from tests.browser.places import WHO, places_of
from tests.browser.stage import DESK, PHONE, Stage

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
BARRED = ("serious", "critical")
AXE = Axe()


def barriers(page: Page) -> list[str]:
    found = AXE.run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in found if one["impact"] in BARRED]


IN_DARK = ("inspector", "leadership")  # between them they see every kind of page


@pytest.mark.parametrize(
    ("who", "dark"),
    [
        *(pytest.param(who, False, id=f"light-{who}") for who in WHO),
        *(pytest.param(who, True, id=f"dark-{who}") for who in IN_DARK),
    ],
)
def test_no_page_keeps_anybody_out(stage: Stage, who: str, dark: bool) -> None:
    seat = stage.seat(who, size=PHONE if dark else DESK, dark=dark)
    for place in places_of(seat):
        assert barriers(seat.open(place)) == [], place


def test_the_sign_in_keeps_nobody_out(stage: Stage) -> None:
    assert barriers(stage.seat(None).open("/sign-in")) == []
