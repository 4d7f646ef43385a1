"""Every main page lies well in a phone's window and in a desk's, in both languages, with words as long as real ones."""

import pytest

from tests.browser.geometry import lies_badly
from tests.browser.places import WHO, places_of
from tests.browser.stage import DESK, PHONE, Seat, Stage


def lies_badly_somewhere(seat: Seat, place: str) -> list[str]:
    """A page on a phone, and in a window that is drawn wide."""
    page = seat.open(place)
    found = lies_badly(page, touched=True)
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    found += lies_badly(page, touched=False)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    return [f"{place}: {one}" for one in found]


@pytest.mark.parametrize(("who", "language"), [*((who, "zh") for who in WHO), ("leadership", "en")])
def test_nothing_is_beyond_the_side_or_too_small_for_a_finger(stage: Stage, who: str, language: str) -> None:
    seat = stage.seat(who, language=language, size=PHONE)
    assert [one for place in places_of(seat) for one in lies_badly_somewhere(seat, place)] == []


def test_the_sign_in_lies_well_on_a_phone(stage: Stage) -> None:
    for language in ("zh", "en"):
        assert lies_badly_somewhere(stage.seat(None, language=language, size=PHONE), "/sign-in") == []
