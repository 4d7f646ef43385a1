"""Weekly reports by pages alone: pre-filled, drafted, handed in, late ones seen by those above."""

import pytest

from service.models import Person
from tests.fakes.browser import Browser, Page
from tests.functional.weekly import hand_in, owed
from tests.worlds.http import MINUTE, PASSWORD, World, local
from tests.worlds.people import UNIVERSITY


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def test_a_district_office_finds_its_report_with_figures_and_hands_it_in(weekly: World) -> None:
    hand_in(weekly)
    weekly.notified()
    weekly.clock.at += MINUTE
    browser = browser_of(weekly, "district")
    at = f"/reports/{owed(weekly, 'district')['id']}"
    assert at in browser.get("/reports").links()
    today = browser.get("/")
    assert at in today.links()
    assert "打击替考作弊" in today.text  # no action of it this week
    page = browser.get(at)
    assert "备用设备采购经费未到位" in page.text  # what its university has raised
    difficulty = {"difficulty": ["经费不足", "", ""], "category": ["考务管理", "", ""]}
    page = browser.send(at, {**page.filled_in(at), **difficulty, "inspection": "督查两所高校", "act": "draft"})
    assert "草稿" in page.text
    assert owed(weekly, "district")["state"] == "owed"
    form = page.filled_in(at)
    assert form["inspection"] == "督查两所高校"
    weekly.clock.at += MINUTE
    page = browser.send(at, {**form, "difficulty": ["经费不足"], "category": ["考务管理"], "act": "hand-in"})
    assert "周报已报送。" in page.text
    report = weekly["leader"].get(at)
    assert (report["state"], report["words"]["difficulties"]) == (
        "submitted",
        [{"text": "经费不足", "category": "考务管理"}],
    )
    assert "赵青" in page.text
    assert any(link.startswith("/documents?subject_id=") for link in page.links())


def test_what_was_written_meanwhile_is_not_overwritten_and_nothing_typed_is_lost(weekly: World) -> None:
    at = f"/reports/{owed(weekly)['id']}"
    browser = browser_of(weekly, "university")
    form = browser.get(at).filled_in(at)
    browser.send(at, {**form, "self_check": "第一份", "act": "draft"})
    page = browser.send(at, {**form, "self_check": "第二份", "difficulty": "缺人", "category": ""}, expect=409)
    assert page.filled_in(at)["self_check"] == "第二份"
    assert "缺人" in page.answer.get_data(as_text=True)
    browser.send(at, {**form, "self_check": "长" * 10_001}, expect=422)


def test_what_was_typed_when_the_sign_in_had_ended_comes_back(weekly: World) -> None:
    at = f"/reports/{owed(weekly)['id']}"
    browser = browser_of(weekly, "university")
    form = {**browser.get(at).filled_in(at), "act": "hand-in", "self_check": "长" * 10_000}
    pairs = {"difficulty": ["缺人", "", "缺钱"], "category": ["", "", "经费"]}
    with weekly.session() as session:
        known = session.get_one(Person, weekly.ids.person_ids["inspector"]).password_hash
        session.get_one(Person, weekly.ids.person_ids["university"]).password_hash = known
        session.commit()
    browser.client.delete_cookie("duban", domain="127.0.0.1")
    asked = browser.send(at, {**form, **pairs}, expect=401)
    action = next(one for one in asked.forms() if one.startswith("/sign-in?next="))
    page = browser.send(action, {**sent(asked, action), "username": "university", "password": PASSWORD}, expect=200)
    page = browser.send(at, sent(page, at), expect=200)
    assert page.filled_in(at)["self_check"] == "长" * 10_000
    assert "尚未保存" in page.text
    browser.send(at, {**sent(page, at), "act": "draft"})
    words = weekly["university"].get(at)["draft"]
    assert words["difficulties"] == [{"text": "缺人"}, {"text": "缺钱", "category": "经费"}]


def sent(page: Page, action: str) -> dict[str, list[str]]:
    """What a form sends as the page has it, several of one name in their order."""
    found: dict[str, list[str]] = {}
    for one in page.forms()[action].iter():
        if one.tag in ("input", "textarea"):
            found.setdefault(one.get("name", ""), []).append(
                one.text or "" if one.tag == "textarea" else one.get("value", "")
            )
    return found


def test_those_above_find_the_late_ones_and_write_nothing(weekly: World) -> None:
    weekly.go(local(4, 15, 18))
    browser = browser_of(weekly, "leadership")
    assert "逾期未报的周报" in browser.get("/").text
    page = browser.get("/reports?state=late&state=missing")
    assert UNIVERSITY in page.text
    assert f"/reports/{owed(weekly, 'district')['id']}" not in page.links()
    at = f"/reports/{owed(weekly)['id']}"
    assert at not in browser.get(at).forms()
    browser.send(at, {"version": "1", "act": "draft"}, expect=403)
    assert "没有符合条件" in browser.get("/reports?week=500").text
    older = next(link for link in browser.get("/reports?limit=1").links() if "cursor=" in link)
    browser.get(older)


@pytest.mark.parametrize("who", ["neighbour", "other_inspector", "other_district", "bureau", "admin"])
def test_an_outsider_finds_no_report(weekly: World, who: str) -> None:
    at = f"/reports/{owed(weekly)['id']}"
    browser_of(weekly, who).get(at, expect=404)
    browser_of(weekly, who).send(at, {"version": "1", "act": "draft"}, expect=404)
    assert UNIVERSITY not in browser_of(weekly, who).get("/reports").text
    browser_of(weekly, who).get("/reports?state=nonsense", expect=422)


def test_weeks_that_are_far_off_stand_behind_a_link(weekly: World) -> None:
    browser = browser_of(weekly, "district")
    first = browser.get("/reports")
    later = browser.get("/reports?state=owed&sort=deadline")
    ahead = {link for link in later.links() if link.startswith("/reports/")} - set(first.links())
    assert ahead, "the round goes on"
    assert "/reports?state=owed&sort=deadline" in first.links()
