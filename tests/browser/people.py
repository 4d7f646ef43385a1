"""Somebody who works with the pages alone: signs in, reads, and does what stands there, in either language."""

from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page

from api.console.rendering import PACKAGE
from service.wording import word, wording
from service.wording.texts import text_in
from tests.browser.stage import PHONE, Seat, Stage
from tests.worlds.http import PASSWORD


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person before a window; what is looked for are the words of the pages."""

    seat: Seat
    language: str

    @property
    def page(self) -> Page:
        return self.seat.page

    def words(self, key: str, **blanks: object) -> str:
        """A text of the pages, such as `findings.title`, in this person's language."""
        file, _, name = key.partition(".")
        return text_in(wording(file, PACKAGE), key, name, self.language, blanks)

    def word(self, member: StrEnum) -> str:
        return word(member, self.language)

    def sign_in(self, who: str) -> None:
        """From the first page; today's follows."""
        self.seat.open("/sign-in")
        self.enters(who)
        self.reads(self.words("page.today"), "heading")

    def enters(self, who: str) -> None:
        """Name and password, where the page asks for them."""
        self.page.get_by_label(self.words("signing_in.username")).fill(who)
        self.page.get_by_label(self.words("signing_in.password")).fill(PASSWORD)
        self.page.get_by_role("button", name=self.words("signing_in.sign_in"), exact=True).click()

    def goes_to(self, place: str) -> None:
        """A place of the main menu; on a phone most of them stand under “more”."""
        name = self.words(f"page.{place}")
        menu = self.page.get_by_role("navigation", name=self.words("page.menu"))
        link = menu.get_by_role("link", name=name).locator("visible=true")
        if not link.count():
            menu.get_by_text(self.words("page.more"), exact=True).click()
        link.first.click()

    def opens(self, words: str) -> None:
        """The first thing that is listed with these words."""
        self.page.get_by_role("main").get_by_role("link", name=words).first.click()
        self.page.get_by_role("heading", level=1, name=words).wait_for()

    def reads(self, words: str, role: Any = None) -> None:
        """These words stand on the page, or will in a moment."""
        main = self.page.get_by_role("main")
        found = main.get_by_role(role, name=words) if role else main.get_by_text(words)
        found.locator("visible=true").first.wait_for()

    def form(self, button: str) -> Locator:
        """The form that ends with a button; it is opened where it is folded."""
        form = self.page.locator("form").filter(has=self.page.get_by_text(button)).last
        if not form.is_visible():
            self.page.get_by_role("main").get_by_text(button, exact=True).first.click()
        return form

    def sends(self, form: Locator, button: str) -> None:
        """What the form holds."""
        form.get_by_role("button", name=button).last.click()

    def photo(self, form: Locator, count: int = 1) -> None:
        """Photographs for the field of a form."""
        form.get_by_label(self.words("forms.evidence_ids")).set_input_files([photograph(n) for n in range(count)])


def at_a_window(stage: Stage, who: str, language: str, size: tuple[int, int]) -> Somebody:
    """Somebody who has just signed in."""
    found = Somebody(stage.seat(None, language=language, size=size), language)
    found.sign_in(who)
    return found


def is_phone(somebody: Somebody) -> bool:
    return somebody.page.viewport_size == {"width": PHONE[0], "height": PHONE[1]}


def photograph(number: int) -> Any:
    """A small photograph unlike the others."""
    written = BytesIO()
    Image.new("RGB", (320, 240), (60 * number % 256, 120, 90)).save(written, "JPEG")
    return {"name": f"IMG_{number}.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()}
