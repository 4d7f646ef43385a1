"""`python -m tests.browser.pictures`: the main pages of the demonstration, on a phone and on a desk, for the README."""

import json
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from api.app import create_app
from demo.rounds import load_demo_once
from service.settings import Settings
from service.store.schema import upgrade
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.stage import DESK, PHONE, options_of
from tests.fakes.served import served

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
QUALITY = 80
PICTURES = (  # name, whose, where, how wide, language
    ("today", "inspector", "/", DESK, "zh"),
    ("finding", "inspector", "finding", DESK, "zh"),
    ("overview", "leadership", "/overview", DESK, "zh"),
    ("capture", "inspector", "/findings/new", PHONE, "zh"),
    ("today-phone", "university", "/", PHONE, "zh"),
    ("finding-phone", "inspector", "finding", PHONE, "en"),
)


def take(browser: Browser, address: str, tokens: dict[str, str]) -> None:
    """Write the pictures; those of a finding show the first that is listed as overdue."""
    for name, role, where, size, language in PICTURES:
        place: str | None = where
        context = browser.new_context(**options_of(language, size))
        for cookie, value in (("duban", tokens[role]), ("duban_language", language)):
            context.add_cookies([{"name": cookie, "value": value, "url": address}])
        page = context.new_page()
        if place == "finding":
            page.goto(f"{address}/findings?state=overdue")
            place = page.locator("main .row-main[href^='/findings/']").first.get_attribute("href")
        page.goto(f"{address}{place}", wait_until="networkidle")
        image = Image.open(BytesIO(page.screenshot()))
        image.convert("RGB").save(FOLDER / f"{name}.webp", "WEBP", quality=QUALITY, method=6)
        sys.stdout.write(f"{name}: {(FOLDER / f'{name}.webp').stat().st_size // 1000} kB\n")
        context.close()


def main() -> None:
    """Load the demonstration into a folder of its own, serve it, take the pictures."""
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        settings = Settings(
            database_url=f"sqlite:///{folder}/duban.db",
            redis_url=None,
            data_dir=Path(folder),
            secret_key="只用来拍照的密钥" * 4,
            smtp_url=None,
            base_url="http://127.0.0.1:8000",
        )
        upgrade(settings.database_url)
        load_demo_once(settings)
        accounts = json.loads((Path(folder) / "demo-accounts.json").read_text())["accounts"]
        tokens = {account["role"]: account["token"] for account in reversed(accounts)}
        with served(create_app(settings)) as (host, port), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            take(browser, f"http://{host}:{port}", tokens)
            browser.close()


if __name__ == "__main__":
    main()
