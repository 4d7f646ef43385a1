"""How a page lies in its window: nothing beyond its sides, nothing too small for a finger."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

FINGER = 44  # CSS pixels, of what is touched
MEASURE = (Path(__file__).parent / "measure.js").read_text()


def lies_badly(page: Page, *, touched: bool) -> list[str]:
    """What is beyond the sides of the window and, where the page is touched, what is smaller than a finger.

    Links in running text are as high as the text; words beside a radio button are part of what is touched.
    """
    window = page.viewport_size
    assert window
    measured: dict[str, Any] = page.evaluate(MEASURE, [FINGER, window["width"]])
    found = [f"beyond the side: {one}" for one in measured["over"]]
    if measured["scrolls"]:
        found.append("the page scrolls sideways")
    return found + ([f"too small for a finger: {one}" for one in measured["small"]] if touched else [])
