"""Ledgers by pages: the findings of a list as a table, and findings brought in after a check."""

import io
from collections.abc import Sequence
from typing import Any

from tests.build.workbooks import workbook
from tests.fakes.browser import Browser
from tests.functional.test_ledger import BAD, GOOD, HEADINGS
from tests.worlds.http import World


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def brought(browser: Browser, *rows: Sequence[Any], act: str, expect: int) -> str:
    data = {"act": act, "file": (io.BytesIO(workbook({"整改台账": [HEADINGS, *rows]})), "台账.xlsx")}
    answer = browser.ask("POST", "/ledgers", data=data, headers=dict(browser.headers))
    assert answer.status_code == expect, answer.get_data(as_text=True)[-1500:]
    return answer.get_data(as_text=True)


def test_the_ledger_of_a_list_is_ordered_with_the_filters_of_its_address(world: World) -> None:
    world.logged()
    browser = browser_of(world, "inspector")
    page = browser.get("/ledgers?state=overdue&state=escalated&proposed=false&sort=deadline")
    (order_at,) = (action for action in page.forms() if action.startswith("/ledgers/order?"))
    assert "sort" not in order_at
    assert "整改台账" in browser.send(order_at, {"sheet_per_district": "true"}).text
    (document,) = world["inspector"].items("/documents")
    assert (document["kind"], document["status"]) == ("ledger", "queued")
    browser.get("/ledgers?state=nonsense", expect=422)
    browser.send("/ledgers/order?state=nonsense", expect=422)
    assert "您的岗位没有台账" in browser_of(world, "admin").get("/ledgers").text
    browser_of(world, "admin").send("/ledgers/order", expect=403)


def test_a_table_is_checked_first_and_then_brought_in_as_a_whole(world: World) -> None:
    browser = browser_of(world, "inspector")
    assert browser.ask("GET", "/ledgers/template").get_data().startswith(b"PK")
    assert "B3" in brought(browser, GOOD, BAD, act="import", expect=422)
    assert "新登记 1 个" in brought(browser, GOOD, act="check", expect=200)
    assert world["inspector"].items("/findings") == []
    assert "新登记 1 个" in brought(browser, GOOD, act="import", expect=200)
    assert len(world["inspector"].items("/findings")) == 1
    browser.send("/ledgers", {"act": "check"}, expect=422)
    nobody = browser_of(world, "leadership")
    assert "/ledgers/template" not in nobody.get("/ledgers").links()
    brought(nobody, GOOD, act="import", expect=403)
