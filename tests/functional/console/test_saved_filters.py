"""Saved filters by pages alone: kept from the list, opened with it, renamed and taken away."""

from tests.fakes.browser import Browser
from tests.worlds.http import World


def test_what_the_list_shows_is_saved_and_the_list_opens_with_it(world: World) -> None:
    late, found = world.notified(summary="监控有盲区"), world.logged(summary="广播室音量过低")
    browser = Browser(world.app).signed_in(world.tokens["inspector"])
    page = browser.get("/findings?state=found&deadline_before=&q=")
    assert page.forms().keys() >= {"/findings", "/findings/filters"}
    page = browser.send("/findings/filters", {**page.filled_in("/findings/filters"), "name": "待下发", "first": "true"})
    assert "已存为常用筛选" in page.text
    assert "/findings/filters" not in page.forms(), "it is saved"
    opened = browser.ask("GET", "/findings")
    assert (opened.status_code, opened.location) == (303, "/findings?state=found")
    everything = browser.get(next(link for link in page.links() if link.startswith("/findings?sort=")))
    assert {late["number"], found["number"]} <= set(everything.text.split())
    assert "/findings?state=found" in everything.links()
    assert "/ledgers?state=found" in browser.get("/findings?state=found").links()
    day = browser.get("/findings?deadline_before=2021-04-30")
    page = browser.send("/findings/filters", {**day.filled_in("/findings/filters"), "name": "四月底前"})
    assert 'value="2021-04-30"' in page.answer.get_data(as_text=True)
    assert "2021-04-30" in page.text
    assert late["number"] in page.text


def test_saved_filters_are_renamed_and_taken_away_on_their_page(world: World) -> None:
    browser = Browser(world.app).signed_in(world.tokens["inspector"])
    assert "还没有常用筛选" in browser.get("/findings/filters").text
    for name in ("甲", "乙"):
        browser.send("/findings/filters", {"name": name, "query": "state=found"})
    browser.send("/findings/filters", {"name": "甲", "query": "state=found"})  # sent twice, saved once
    page = browser.send("/findings/filters", {"name": "甲", "query": "state=overdue"}, expect=422)
    assert "已有同名筛选" in page.text
    assert page.filled_in("/findings/filters")["query"] == "state=overdue"
    assert (
        "没有筛选条件" in browser.send("/findings/filters", {"name": "空", "query": "sort=deadline"}, expect=422).text
    )
    page = browser.get("/findings/filters")
    names = [one.get("aria-label") or "".join(one.itertext()) for one in page.root.findall(".//main//button")]
    assert len(names) == len(set(names)) == 6, "each button says which filter it is about"
    folded = [form.get("action", "") for one in page.root.iter("details") for form in one.iter("form")]
    assert len([action for action in folded if action.endswith("/removal")]) == 2, "nothing goes at one touch"
    at = next(action for action in page.forms() if action.endswith("/name")).removesuffix("/name")
    assert "已有同名筛选" in browser.send(f"{at}/name", {"name": "甲"}, expect=422).text
    browser.send(f"{at}/name", {"name": "  "}, expect=422)
    assert "丙" in browser.send(f"{at}/name", {"name": "丙"}).text
    assert "首先显示" in browser.send(f"{at}/first", {"first": "true"}).text
    assert "丙" not in browser.send(f"{at}/removal").text
    browser.send(f"{at}/nonsense", expect=404)
    browser.send(f"{at}/name", {"name": "丁"}, expect=404)
