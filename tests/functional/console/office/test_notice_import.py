"""A round is opened from the notice by pages: read, its doubts settled beside them, confirmed."""

import io

import pytest

from api.console import sealing
from tests.build.minghe_notice import SETTLEMENT, minghe_notice
from tests.fakes.browser import Browser, Page
from tests.worlds.http import World

AT = "/settings/rounds/import"


def read(world: World, browser: Browser, content: bytes, *, expect: int = 200) -> Page:
    answer = browser.ask("POST", AT, data={"file": (io.BytesIO(content), "通知.docx")}, headers=dict(browser.headers))
    return browser.page_of(answer, expect)


def test_a_notice_is_read_settled_and_opens_a_round(world_on_each: World) -> None:
    world, admin = world_on_each, Browser(world_on_each.app).signed_in(world_on_each.tokens["admin"])
    admin.get(AT)
    page = read(world, admin, minghe_notice())
    assert "须先答复" in page.text
    form = page.filled_in(AT)
    key, _, value = SETTLEMENT.splitlines()[1].partition("=")
    page = admin.send(AT, {**form, f"settle:{key.strip()}": value.strip(), "step": "look"}, expect=200)
    assert "开启这一轮" in page.text
    page = admin.send(AT, {**page.filled_in(AT), "step": "open", "reason": "按通知开展"})
    assert "进行中" in page.text
    assert "2027-8" in [one["number"] for one in world["admin"].items("/rounds")]


def test_a_notice_that_no_page_can_carry_on_is_said_to_be_too_large(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "LONGEST", 100)
    admin = Browser(world.app).signed_in(world.tokens["admin"])
    page = read(world, admin, minghe_notice(), expect=422)
    assert "通知内容太多" in page.text
    assert list(page.forms()[AT].iter("button"))


def test_what_is_no_notice_is_refused_and_a_forged_one_is_none(world: World) -> None:
    admin = Browser(world.app).signed_in(world.tokens["admin"])
    assert "请" in read(world, admin, b"nothing of the kind", expect=422).text
    admin.send(AT, {"notice": "Zm9yZ2Vk", "step": "open"}, expect=422)
    admin.send(AT, {}, expect=422)
    for who in ("leadership", "inspector"):
        assert Browser(world.app).signed_in(world.tokens[who]).ask("GET", AT).status_code == 403
