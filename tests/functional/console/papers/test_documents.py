"""Documents by pages: asked for, waited for, downloaded; in WeChat with a word of how."""

import pytest

from tests.fakes.browser import Browser
from tests.fakes.client import Json
from tests.worlds.http import World, make_documents

WECHAT = {"User-Agent": "Mozilla/5.0 (Linux; Android 13) MicroMessenger/8.0.70"}


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def asked(world: World) -> tuple[str, Json]:
    """The address of the page of a notice's document, and the form that asked for it."""
    world.notified()
    (notice,) = world["university"].items("/rectification-notices")
    form = {"kind": "rectification_notice", "subject_id": notice["id"]}
    page = browser_of(world, "university").send("/documents", form)
    assert "排队中" in page.text
    (document,) = world["university"].items("/documents", subject_id=notice["id"])
    assert "再看一次" in browser_of(world, "university").get("/documents").text
    return f"/documents/{document['id']}", form


def test_a_paper_is_asked_for_waited_for_and_downloaded(world: World) -> None:
    at, _ = asked(world)
    browser = browser_of(world, "university")
    browser.get(f"{at}/files/docx", expect=409)
    assert f"{at}/files/docx" not in browser.get(at).links()
    make_documents(world.app)
    page = browser.get(at)
    assert f"{at}/files/docx" in page.links()
    assert "在浏览器打开" not in page.text
    answer = browser.ask("GET", f"{at}/files/docx")
    assert answer.get_data().startswith(b"PK")
    assert "在浏览器打开" in browser.ask("GET", at, headers=WECHAT).get_data(as_text=True)
    browser.get(f"{at}/files/xlsx", expect=422)


@pytest.mark.parametrize("who", ["neighbour", "other_inspector", "other_district", "bureau"])
def test_an_outsider_finds_no_document(world: World, who: str) -> None:
    at, form = asked(world)
    browser = browser_of(world, who)
    browser.get(at, expect=404)
    browser.get(f"{at}/files/docx", expect=404)
    browser.get(f"{at}/scan", expect=404)
    browser.send("/documents", form, expect=404)
    assert "限期整改通知书（" not in browser.get("/documents").text
    browser.get("/documents?kind=nonsense", expect=422)
    browser.send("/documents", {"kind": "ledger", "subject_id": "x"}, expect=422)
