"""The list of findings: narrowed by its address, counted, and one act on many of its rows."""

import re

import pytest

from service.models import Person
from tests.fakes.asked import statements
from tests.fakes.browser import Browser, Page
from tests.functional.test_cost import BEGINS
from tests.worlds.http import MINUTE, World, local


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def chips(page: Page) -> list[str]:
    return ["".join(one.itertext()) for one in page.root.iter("a") if one.get("class") == "chip"]


def test_every_filter_is_in_the_address_and_a_chip_takes_one_away(world: World) -> None:
    first = world.notified(summary="监控有盲区")
    world.clock.at += MINUTE
    second = world.logged(summary="广播室音量过低", severity="major")
    browser = browser_of(world, "inspector")
    unit = world.ids.university_id
    page = browser.get(f"/findings?organization_id={unit}&severity=general&deadline_before=2021-04-23&q=监控")
    assert first["number"] in page.text
    assert second["number"] not in page.text
    assert len(chips(page)) == 4
    without = next(link for link in page.links() if "severity" not in link and "q=" in link and "deadline" in link)
    assert f"organization_id={unit}" in without
    assert first["number"] not in browser.get("/findings?deadline_before=2021-04-22").text
    assert first["number"] in browser.get("/findings?deadline_after=2021-04-23").text


@pytest.mark.parametrize("query", ["deadline_after=0001-01-01", "deadline_before=9999-12-31", "deadline_before=soon"])
def test_a_day_that_cannot_be_reckoned_with_is_refused(world: World, query: str) -> None:
    browser_of(world, "inspector").get(f"/findings?{query}", expect=422)


def test_numbers_by_light_and_state_open_the_list_that_they_count(world: World) -> None:
    for _ in range(2):
        world.notified()
        world.clock.at += MINUTE
    world.logged()
    browser = browser_of(world, "inspector")
    page = browser.get("/findings")
    assert "已通知 2" in page.text
    assert "已发现 1" in page.text
    narrowed = browser.get(next(link for link in page.links() if "state=notified" in link))
    assert "已发现 1" in narrowed.text  # what else there is stays in sight
    assert len([link for link in narrowed.links() if link.startswith("/findings/") and link != "/findings/new"]) == 2


def test_one_act_on_many_says_what_became_of_each_with_the_refused_on_top(world: World) -> None:
    ids = [world.logged(summary=f"第{n}考点")["id"] for n in range(2)]
    world.clock.at += MINUTE
    gone = world.notified(summary="已经下发")["id"]
    browser = browser_of(world, "inspector")
    page = browser.get("/findings?select=all")
    chosen = [
        one.get("value") for one in page.root.iter("input") if one.get("name") == "ids" and "checked" in one.attrib
    ]
    assert set(chosen) == {*ids, gone}
    at = "/findings/bulk/notification"
    page = browser.get(f"{at}?" + "&".join(f"ids={one}" for one in (*ids, gone)))
    assert "其中 1 项您现在不能这样办" in page.text
    page = browser.send(at, {"ids": [*ids, gone], "requirement": " "}, expect=422)
    assert len([one for one in page.root.iter("input") if one.get("name") == "ids"]) == 3
    sent = {"once": page.filled_in(at)["once"], "ids": [*ids, gone], "requirement": "清理", "working_days": "3"}
    page = browser.send(at, sent, expect=200)
    assert "已办理 2 项。 1 项未办理" in page.text
    still = [
        one.get("value") for one in page.root.iter("input") if one.get("name") == "ids" and "checked" in one.attrib
    ]
    assert still == [gone]
    assert [world.finding(one)["state"] for one in ids] == ["notified", "notified"]
    assert len(world["inspector"].items(f"/findings/{ids[0]}/events")) == 2
    browser.send(at, sent)  # sent again, done once
    assert len(world["inspector"].items(f"/findings/{ids[0]}/events")) == 2


def test_a_form_for_many_says_what_the_form_of_each_would(world: World) -> None:
    general, major = (world.submitted(severity=severity)["finding_id"] for severity in ("general", "major"))
    page = browser_of(world, "inspector").get(f"/findings/bulk/reviews?ids={general}&ids={major}")
    assert "尚未完成的部分 结论为“部分完成”时必填" in page.text, "what is needed is not marked as optional"
    unit, world.clock.at = browser_of(world, "university"), world.clock.at + MINUTE
    at = "/findings/bulk/extensions?ids="
    assert "由督查组决定" in unit.get(f"{at}{general}").text
    assert "由包干责任领导决定" in unit.get(f"{at}{major}").text
    with world.session() as session:
        session.get_one(Person, world.ids.person_ids["leader"]).disabled_at = world.clock.at
        session.commit()
    assert "由领导班子决定" in unit.get(f"/findings/{major}").text, "who stands in for a leader that there is not"
    both = unit.get(f"{at}{general}&ids={major}")
    assert re.search("由(督查组或领导班子|领导班子或督查组)（按各问题而定）决定", both.text)


def test_an_act_on_nothing_leads_back_to_the_list_as_it_was_filtered(world: World) -> None:
    world.logged()
    browser, came_from = browser_of(world, "inspector"), "http://127.0.0.1:8000/findings?state=found"
    for method in ("GET", "POST"):
        headers = {**browser.headers, "Referer": came_from}
        answer = browser.ask(method, "/findings/bulk/notification", headers=headers)
        assert (answer.status_code, answer.location) == (303, "/findings?state=found")
        assert "还没有选择问题" in browser.get(answer.location).text


def test_what_one_may_not_see_cannot_be_chosen(world: World) -> None:
    id_ = world.logged()["id"]
    browser_of(world, "neighbour").get(f"/findings/bulk/receipt?ids={id_}", expect=404)
    for wrong in ("?ids=nonsense", f"?ids={id_}&cursor=x"):
        browser_of(world, "other_inspector").get(f"/findings/bulk/notification{wrong}", expect=404)
    browser_of(world, "inspector").get(f"/findings/bulk/nonsense?ids={id_}", expect=404)


def test_a_reviewer_sees_requirement_submission_and_earlier_failures_and_loses_no_word_to_a_newer_one(
    world: World,
) -> None:
    id_ = world.rectifying()["id"]
    world.submit(id_)
    world.clock.at += MINUTE
    world["inspector"].post(
        f"/findings/{id_}/reviews", {"outcome": "partial", "comment": "二楼尚缺", "remaining": "4 间"}
    )
    world.clock.at += MINUTE
    world.submit(id_)
    at, browser = f"/findings/{id_}/reviews", browser_of(world, "inspector")
    page = browser.get(f"/findings/{id_}")
    assert "此前未通过的复查 部分完成" in page.text
    assert "4 间" in page.text
    typed = {**page.filled_in(at), "outcome": "pass", "comment": "逐间看过，已无盲区"}
    world.clock.at += MINUTE
    world.submit(id_)
    page = browser.send(at, typed, expect=409)
    assert "又提交了新的反馈" in page.text
    again = page.filled_in(at)
    assert (again["comment"].strip(), again["submission_id"] != typed["submission_id"]) == ("逐间看过，已无盲区", True)
    browser.send(at, {**again, "comment": "逐间看过，已无盲区"})
    assert world.finding(id_)["state"] == "verified"


def test_asking_for_more_time_shows_the_limits_and_a_receipt_asks_for_no_deadline(world: World) -> None:
    id_ = world.notified()["id"]
    page = browser_of(world, "university").get(f"/findings/{id_}")
    assert "本期限还可延期 2 次，最迟至2021年5月10日17:00" in page.text
    receipt = page.forms()[f"/findings/{id_}/receipt"]
    assert "deadline" not in [one.get("name") for one in receipt.iter("input")]
    assert "督查组将立即收到通知" in "".join(receipt.itertext())


def test_a_page_of_the_list_costs_the_same_however_much_it_shows(world: World) -> None:
    world.clock.at = local(4, 13, 10)
    world.logged()
    few = statements_of(world, "/findings")
    for _ in range(3):
        world.submitted()
        world.clock.at += MINUTE
    id_ = world.rectifying()["id"]
    many = statements_of(world, "/findings")
    assert len(many) == len(few) <= 11, "\n".join(many)
    alone = statements_of(world, f"/findings/{id_}")
    assert len(alone) <= 16, "\n".join(alone)


def statements_of(world: World, path: str) -> list[str]:
    browser = browser_of(world, "inspector")
    browser.get(path)
    with statements(world.engine) as asked:
        browser.get(path)
    return [one for one in asked if not one.startswith(BEGINS)]
