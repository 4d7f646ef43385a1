"""People in front of a real browser: each page is watched for errors, breaches of its policy and foreign requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, WebError

from tests.worlds.http import World

PHONE, DESK = (360, 740), (1366, 768)  # CSS pixels
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
ANSWERED = "Failed to load resource: the server responded with a status of "
CUT_OFF = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED", "net::ERR_CONNECTION_REFUSED")


@dataclass
class Watch:
    """What a person's pages did that none may do; a test says beforehand what it provokes."""

    address: str
    found: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watch all pages of the context, those that are opened later as well."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)

    def expect_status(self, *codes: int) -> None:
        """Let answers with these codes be no mistake."""
        self.expected += [f"{ANSWERED}{code}" for code in codes]

    def expect_no_network(self) -> None:
        """Let requests that go nowhere be no mistake."""
        self.expected += CUT_OFF

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(one in message.text for one in self.expected):
            self.found.append(message.text)

    def _error(self, error: WebError) -> None:
        self.found.append(f"an error that nobody catches: {error.error}")

    def _request(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme in ("http", "https", "ws", "wss") and f"{asked.scheme}://{asked.netloc}" != self.address:
            self.found.append(f"a request to {request.url}")


@dataclass(slots=True)
class Seat:
    """Somebody before a window of one size, in one language."""

    context: BrowserContext
    page: Page
    watch: Watch
    address: str

    def open(self, path: str) -> Page:
        """The page at an address of ours, whole."""
        answer = self.page.goto(self.address + path, wait_until="load")
        assert answer is not None
        assert answer.status < 400 or any(f"{ANSWERED}{answer.status}" == one for one in self.watch.expected), (
            f"{path}: {answer.status}"
        )
        return self.page


@dataclass(slots=True)
class Stage:
    """A world that is served, and the browser that shows it."""

    world: World
    address: str
    browser: Browser
    seats: list[Seat] = field(default_factory=list)
    found: list[str] = field(default_factory=list)  # by windows that are closed

    def seat(
        self,
        who: str | None,
        *,
        language: str = "zh",
        size: tuple[int, int] = DESK,
        scripts: bool = True,
        dark: bool = False,
    ) -> Seat:
        """A window of somebody who is signed in, or of a stranger."""
        context = self.browser.new_context(**options_of(language, size, scripts=scripts, dark=dark))
        context.add_cookies(cookies_of(self, who, language))  # type: ignore[arg-type]  # as its documentation has them
        return self.take(context)

    def take(self, context: BrowserContext) -> Seat:
        """The seat before a context's page, watched from now on."""
        context.set_default_timeout(10_000)  # milliseconds
        watch = Watch(self.address)
        watch.over(context)
        seat = Seat(context, context.pages[0] if context.pages else context.new_page(), watch, self.address)
        self.seats.append(seat)
        return seat

    def close(self, seat: Seat) -> None:
        """Close somebody's window; what it did that none may do is kept."""
        seat.context.close()
        self.seats.remove(seat)
        self.found += seat.watch.found

    def leave(self) -> list[str]:
        """Close all windows; what they did that none may do."""
        for seat in [*self.seats]:
            self.close(seat)
        return self.found


def options_of(language: str, size: tuple[int, int], *, scripts: bool = True, dark: bool = False) -> dict[str, Any]:
    """The options of a context: a phone is touched, a desk has a mouse."""
    width, height = size
    return {
        "viewport": {"width": width, "height": height},
        "has_touch": size == PHONE,
        "is_mobile": size == PHONE,
        "locale": LANGUAGES[language],
        "timezone_id": "Asia/Shanghai",
        "java_script_enabled": scripts,
        "color_scheme": "dark" if dark else "light",
    }


def cookies_of(stage: Stage, who: str | None, language: str) -> list[Mapping[str, str]]:
    """The cookies of somebody's sign-in, and of the language that the device has chosen."""
    cookies = {"duban_language": language, **({"duban": stage.world.tokens[who]} if who else {})}
    return [{"name": name, "value": value, "url": stage.address} for name, value in cookies.items()]
