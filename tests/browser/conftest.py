"""One office that is served and one browser for all tests of pages: a test takes seats before it."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copy, which

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.stage import Stage
from tests.browser.world import furnish
from tests.fakes.served import served
from tests.worlds.http import World, open_world

CHROMIUM = which("chromium") or which("chromium-browser") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
]
MISSING = (
    "没有 Chromium，请先安装（apt-get install chromium），再运行一次。"
    " / There is no Chromium: apt-get install chromium, then run this again."
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, which the set-up installs; where it could not, the tests are skipped with a sentence."""
    if not Path(CHROMIUM).exists():
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    """An office in the middle of its round, and where it is served."""
    folder = tmp_path_factory.mktemp("office")
    world = open_world(f"sqlite:///{copy(sqlite_template, folder / 'duban.db')}", folder)
    furnish(world)
    with served(world.app) as (host, port):
        yield world, f"http://{host}:{port}"
    world.engine.dispose()


@pytest.fixture
def stage(office: tuple[World, str], browser: Browser) -> Iterator[Stage]:
    """Seats before the office; a test fails for whatever its pages did that none may do."""
    world, address = office
    stage = Stage(world, address, browser)
    yield stage
    assert stage.leave() == []
