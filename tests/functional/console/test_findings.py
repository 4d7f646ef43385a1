"""Findings by pages alone: read, moved by forms, refused with what was typed still there, hidden from outsiders."""

import pytest

from tests.fakes.browser import Browser, Page
from tests.fakes.client import PNG
from tests.worlds.http import MINUTE, World


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def opened(world: World, who: str, finding_id: str) -> tuple[Browser, Page]:
    browser = browser_of(world, who)
    return browser, browser.get(f"/findings/{finding_id}")


def test_a_finding_is_put_right_by_forms_alone(world_on_each: World) -> None:
    world = world_on_each
    id_ = world.logged()["id"]
    at = f"/findings/{id_}"
    centre, page = opened(world, "inspector", id_)
    assert {f"{at}/notification", f"{at}/settlement"} <= page.forms().keys()
    world.clock.at += MINUTE
    page = centre.send(f"{at}/notification", {"requirement": "补装摄像头", "deadline": "2021-04-23T17:00"})
    assert "2021年4月23日17:00" in page.text
    unit, page = opened(world, "university", id_)
    assert f"{at}/receipt" in page.forms()
    world.clock.at += MINUTE
    unit.send(f"{at}/receipt", {"plan": "三日内完成采购"})
    world.clock.at += MINUTE
    page = unit.send(f"{at}/submissions", {"measures": "已补装 4 台"}, files={"现场 一.png": PNG, "现场 二.png": PNG})
    assert "已补装 4 台" in page.text
    assert "提交后由督查组复查" in page.text  # who reviews it is who has found it
    pictures = [one.get("src", "") for one in page.root.iter("img")]
    assert len(pictures) == 2
    shown = unit.ask("GET", pictures[0])
    assert (shown.status_code, shown.mimetype, shown.get_data()) == (200, "image/png", PNG)
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    world.clock.at += MINUTE
    centre, page = opened(world, "inspector", id_)
    review = page.filled_in(f"{at}/reviews")
    assert review["submission_id"] == world["inspector"].items(f"{at}/submissions")[0]["id"]
    page = centre.send(f"{at}/reviews", {**review, "outcome": "pass", "comment": "现场复核，已无盲区"})
    assert "已销号" in page.text
    assert [event["move"] for event in world["inspector"].items(f"{at}/events")] == [
        *("log", "notify", "begin", "submit", "review_pass")
    ]


def test_what_is_refused_is_said_beside_the_field_and_nothing_typed_is_lost(world: World) -> None:
    id_ = world.rectifying()["id"]
    browser = browser_of(world, "university")
    page = browser.send(
        f"/findings/{id_}/submissions", {"measures": " ", "completed_on": "昨天"}, files={"现场.png": PNG}, expect=422
    )
    assert "日期" in page.text or "格式" in page.text
    assert 'value="昨天"' in page.answer.get_data(as_text=True)
    kept = page.filled_in(f"/findings/{id_}/submissions")["kept_evidence"]
    world.clock.at += MINUTE
    browser.send(f"/findings/{id_}/submissions", {"measures": "已补装", "kept_evidence": kept})
    assert [one["id"] for one in world["university"].items(f"/findings/{id_}/evidence")] == [kept]


def test_a_partial_review_that_leaves_out_what_remains_is_refused_beside_that_field(world: World) -> None:
    at = f"/findings/{world.submitted()['finding_id']}/reviews"
    browser = browser_of(world, "inspector")
    page = browser.send(at, {"outcome": "partial", "comment": "大部分到位", "remaining": " "}, expect=422)
    (error,) = [one for one in page.root.iter() if one.get("id") == "reviews-remaining-error"]
    assert error.text == "结论为“部分完成”的，请写明尚未完成的部分，以便被督查单位继续整改。"
    page = browser.send(at, {**page.filled_in(at), "remaining": "二楼尚缺 4 间"})
    assert "二楼尚缺 4 间" in page.text


def test_an_act_that_came_too_late_shows_how_things_stand_now(world: World) -> None:
    id_ = world.rectifying()["id"]
    page = browser_of(world, "university").send(f"/findings/{id_}/receipt", {"plan": "再签一次"}, expect=409)
    assert f"/findings/{id_}/submissions" in page.forms()
    assert f"/findings/{id_}/receipt" not in page.forms()


@pytest.mark.parametrize("who", ["neighbour", "other_inspector", "bureau"])
def test_an_outsider_finds_a_page_like_that_of_any_unknown_address(world: World, who: str) -> None:
    id_, unknown = world.notified()["id"], "7e570000-0000-4000-8000-000000000000"
    browser = browser_of(world, who)
    seen = [browser.get(f"/findings/{one}", expect=404).answer.get_data(as_text=True) for one in (id_, unknown)]
    assert seen[0].replace(id_, unknown) == seen[1]
    for one in (id_, unknown):
        assert browser.send(f"/findings/{one}/submissions", {"measures": "越权"}, expect=404).status == 404
    assert world.finding(id_)["state"] == "notified"
    assert browser.get("/no-such-page", expect=404).title == browser.get(f"/findings/{unknown}", expect=404).title


def test_the_list_is_filtered_by_its_address_and_goes_on_page_by_page(world: World) -> None:
    first = world.logged(summary="广播室音量过低")
    world.clock.at += MINUTE
    second = world.notified(summary="监控有盲区")
    browser = browser_of(world, "inspector")
    everything = browser.get("/findings")
    assert first["number"] in everything.text
    assert second["number"] in everything.text
    found = browser.get("/findings?state=found&q=广播")
    assert first["number"] in found.text
    assert second["number"] not in found.text
    assert "没有符合条件的问题" in browser.get("/findings?q=没有这样的词").text
    older = next(link for link in browser.get("/findings?limit=1").links() if "cursor=" in link)
    assert first["number"] in browser.get(older).text


@pytest.mark.parametrize("query", ["state=nonsense", "cursor=nonsense", "limit=0", "nonsense=1", "q=%ff"])
def test_a_filter_that_is_none_is_said_and_breaks_nothing(world: World, query: str) -> None:
    browser_of(world, "inspector").get(f"/findings?{query}", expect=422)


def test_words_of_people_are_shown_and_never_run(world: World) -> None:
    page = opened(world, "inspector", world.logged(summary="<script>alert(1)</script>\"'>")["id"])[1]
    assert "<script>alert(1)</script>\"'>" in page.text
    assert all(not (script.text or "").strip() for script in page.root.iter("script"))


def test_a_form_that_is_sent_twice_is_done_once(world: World) -> None:
    id_ = world.rectifying()["id"]
    browser, page = opened(world, "university", id_)
    at = f"/findings/{id_}/submissions"
    world.clock.at += MINUTE
    for _ in range(2):
        browser.send(at, {**page.filled_in(at), "measures": "已补装"}, files={"现场.png": PNG})
    assert len(world["university"].items(at)) == 1
    assert len(world["university"].items(f"/findings/{id_}/evidence")) == 1


def test_why_a_file_was_refused_is_said_at_the_field_for_files(world: World) -> None:
    id_ = world.rectifying()["id"]
    browser = browser_of(world, "university")
    page = browser.send(f"/findings/{id_}/submissions", {"measures": "已补装"}, files={"现场.mov": b"x"}, expect=422)
    assert "不接受此类文件" in page.text
    assert f"/findings/{id_}" in page.links() or f"/findings/{id_}/submissions" in page.forms()
    switch = next(action for action in page.forms() if action.startswith("/language"))
    assert switch == f"/language?next=/findings/{id_}"


def test_what_was_withdrawn_says_so(world: World) -> None:
    id_ = world.logged()["id"]
    world["team_head"].move(f"/findings/{id_}/voiding", {"reason": "重复登记"})
    assert "作废" in opened(world, "inspector", id_)[1].text
