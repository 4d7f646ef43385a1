"""The special campaigns by pages alone: recorded with results and files, corrected, withdrawn, counted."""

import pytest

from tests.fakes.browser import Browser
from tests.fakes.client import PNG
from tests.worlds.http import World

AT = "/campaigns/cheating_devices/actions"
ACTION = {
    "acted_on": "2021-04-11",
    "lead_department": "公安局",
    "summary": "联合检查电子市场",
    "places": "科技市场\n学院路周边",
    "departments": "市场监管局",
    "result_name": ["收缴作弊器材", "罚款", ""],
    "result_value": ["12", "1.5", ""],
    "result_unit": ["件", "万元", ""],
}


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def recorded(world: World) -> str:
    """The address of the page of an action that the district office has recorded by the form."""
    browser = browser_of(world, "district")
    form = browser.get(AT).filled_in(AT)
    browser.send(AT, {**form, **ACTION}, files={"现场.png": PNG})
    (action,) = world["district"].items(AT)
    assert (action["places"], len(action["evidence"])) == (["科技市场", "学院路周边"], 1)
    assert [one["value"] for one in action["results"]] == [12, 1.5]
    return f"/campaigns/{action['id']}"


def test_an_action_is_recorded_corrected_and_withdrawn_by_forms_alone(world_on_each: World) -> None:
    world = world_on_each
    at = recorded(world)
    browser = browser_of(world, "district")
    page = browser.get(at)
    assert len(list(page.root.iter("img"))) == 1
    form = {**page.filled_in(at), **ACTION, "summary": "复查电子市场"}
    assert "复查电子市场" in browser.send(at, form).text
    assert "我写的" in browser.send(at, {**form, "summary": "我写的"}, expect=409).answer.get_data(as_text=True)
    assert "收缴作弊器材" in browser_of(world, "leadership").get("/campaigns").text
    browser.send(f"{at}/withdrawal", {"reason": " "}, expect=422)
    page = browser.send(f"{at}/withdrawal", {"reason": "登错了"})
    assert "登错了" in page.text
    assert at not in page.forms()
    assert "登错了" in browser.get(f"{AT}?withdrawn=true").text


def test_a_correction_and_a_withdrawal_come_back_after_a_sign_in_that_had_ended(world: World) -> None:
    at, browser = recorded(world), browser_of(world, "district")
    page, withdrawal = browser.get(at), f"{at}/withdrawal"
    revised = {**page.filled_in(at), **ACTION, "summary": "复查电子市场", "refill": "1"}
    withdrawn = {**page.filled_in(withdrawal), "reason": "登错了", "refill": "1"}
    assert revised["sender"] == withdrawn["sender"]
    assert browser.send(at, revised, expect=200).filled_in(at)["summary"] == "复查电子市场"
    page = browser.send(withdrawal, withdrawn, expect=200)
    assert page.filled_in(withdrawal)["reason"] == "登错了"
    browser.send(withdrawal, {"reason": "登错了"})
    page = browser.send(at, revised, expect=200)
    assert "复查电子市场" in page.text  # nothing can be corrected any more: it is shown to be read
    assert "列在下面" in page.text


def test_what_is_refused_leaves_what_was_typed_and_the_files(world: World) -> None:
    browser = browser_of(world, "district")
    wrong = {**ACTION, "acted_on": "2021-06-01", "result_value": ["很多", "1.5", ""], "client_id": "一"}
    page = browser.send(AT, wrong, files={"现场.png": PNG}, expect=422)
    assert "很多" in page.answer.get_data(as_text=True)
    form = page.filled_in(AT)
    assert form["kept_evidence"]
    browser.send(AT, {**form, **ACTION})
    assert len(world["district"].items(AT)[0]["evidence"]) == 1


@pytest.mark.parametrize("who", ["other_district", "other_inspector", "university", "bureau"])
def test_an_outsider_finds_no_action(world: World, who: str) -> None:
    at = recorded(world)
    browser_of(world, who).get(at, expect=404)
    browser_of(world, who).send(at, {"version": "1"}, expect=404)
    browser_of(world, who).send(f"{at}/withdrawal", {"reason": "越权"}, expect=404)
    browser_of(world, "leader").send(f"{at}/withdrawal", {"reason": "越权"}, expect=403)
    browser_of(world, "district").get("/campaigns/nonsense/actions", expect=404)
    browser_of(world, "district").get("/campaigns?from=nonsense", expect=422)
