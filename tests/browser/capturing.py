"""What somebody does on the capture page, and what the books hold afterwards."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.stage import PHONE, Seat, Stage
from tests.fakes.client import PNG, Json

NEW = "/findings/new"
ELEMENT = """(name) => document.querySelector('script[src*="/elements/"]').src.replace(/[^/]*$/, name)"""


def at_capture(stage: Stage, who: str = "inspector") -> tuple[Seat, Page]:
    """Somebody with a phone on the capture page, once its script is at work."""
    seat = stage.seat(who, size=PHONE)
    return seat, opened(seat)


def opened(seat: Seat, address: str = NEW) -> Page:
    """The page, once its script is at work and the worker has put it aside."""
    page = seat.open(address)
    until(page, "async () => (await document.querySelector('duban-capture').ready, true)")
    until(page, "async () => !navigator.serviceWorker || Boolean(await caches.match('/findings/new'))")
    until(page, "async () => !navigator.serviceWorker || Boolean((await navigator.serviceWorker.ready).active)")
    return page


def until(page: Page, is_so: str, arg: object = None) -> None:
    """Wait for what a promise brings, ten seconds at most."""
    page.evaluate(
        f"""async (arg) => {{ const isSo = {is_so}
        for (let tries = 0; tries < 200; tries += 1) {{
          if (await isSo(arg)) return
          await new Promise((again) => {{ setTimeout(again, 50) }}) }}
        throw new Error("never") }}""",
        arg,
    )


def fill(page: Page, summary: str, *, photos: int = 0) -> None:
    """What one finding needs: the unit by the first letters of its name, a sentence, how bad it is."""
    page.get_by_label("搜索单位").fill("mhlh")
    page.get_by_label("搜索单位").press("Enter")
    page.locator("[name=summary]").fill(summary)
    page.locator("[name=severity][value=general]").check()
    if photos:
        page.locator("[name=evidence_ids][multiple]").set_input_files([photo(n) for n in range(photos)])
        page.locator("[data-photos] img").nth(photos - 1).wait_for()


def photo(number: int) -> Any:
    """A photograph unlike the others."""
    return {"name": f"现场{number}.png", "mimeType": "image/png", "buffer": PNG + bytes([number])}


def save(page: Page) -> None:
    page.get_by_role("button", name="保存并登记").click()


def kept(page: Page) -> None:
    """Until the page says that it is kept here."""
    page.locator("[data-note=kept]").wait_for()


def in_books(stage: Stage, summary: str, who: str = "inspector") -> list[Json]:
    """The findings of those words."""
    return stage.world[who].items("/findings", q=summary)


def offline(seat: Seat) -> None:
    """No network from now on."""
    seat.watch.expect_no_network()
    seat.context.set_offline(True)


def kept_offline(stage: Stage, summary: str, *, photos: int = 0, who: str = "inspector") -> tuple[Seat, Page]:
    """Somebody who saved a finding while there was no network."""
    seat, page = at_capture(stage, who)
    offline(seat)
    fill(page, summary, photos=photos)
    save(page)
    kept(page)
    return seat, page


def evidence_of(stage: Stage, summary: str) -> list[int]:
    """How many photographs each finding of those words has."""
    return [len(one["evidence"]) for one in in_books(stage, summary)]


def until_sent(page: Page) -> None:
    """Until nothing waits any more."""
    until(page, "async (path) => !(await (await import(path)).entriesOf()).length", store(page))


def store(page: Page) -> str:
    """The address of the module that keeps things on the device."""
    found: str = page.evaluate(ELEMENT, "store.js")
    return found
