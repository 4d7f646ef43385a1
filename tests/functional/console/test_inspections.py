"""Sheets by pages alone: opened, filled in by two people at once without loss, closed with what is undecided listed."""

import pytest

from service.models import ChecklistItem, Round
from tests.fakes.browser import Browser
from tests.fakes.client import PNG, Json
from tests.worlds.http import MINUTE, World
from tests.worlds.people import OUTSIDERS, UNIVERSITY


def browser_of(world: World, who: str) -> Browser:
    return Browser(world.app).signed_in(world.tokens[who])


def with_items(world: World) -> dict[str, str]:
    """The ids of the checklist's items by number: one under a heading, two under the next."""
    with world.session() as session:
        round_ = session.get_one(Round, world.ids.round_id)
        added = [
            ChecklistItem(
                round_id=round_.id,
                checklist_id=world.ids.checklist_id,
                position=position,
                number=f"1-{position}",
                category="考前教育",
                requirement_zh=f"已落实第{position}项。",
                completion="4月中旬",
            )
            for position in (20, 21)
        ]
        session.add_all(added)
        session.commit()
        return {"1-12": world.ids.checklist_item_id, **{item.number: item.id for item in added}}


def opened(world: World, who: str = "team_head") -> str:
    """The address of a sheet that somebody has opened by the form."""
    browser = browser_of(world, who)
    form = browser.get("/inspections/new").filled_in("/inspections")
    browser.send(
        "/inspections",
        {
            **form,
            "organization_id": world.ids.university_id,
            "methods": ["on_site", "hearing"],
            "rooms": "试卷保管室\n广播室\n",
        },
    )
    (sheet,) = world[who].items("/inspections")
    assert (sheet["methods"], sheet["rooms"]) == (["hearing", "on_site"], ["试卷保管室", "广播室"])
    return f"/inspections/{sheet['id']}"


def found(world: World, at: str, item_id: str) -> Json:
    """The finding that the team head logs from an item of the sheet."""
    browser, form_at = browser_of(world, "team_head"), f"{at}/findings/{item_id}"
    form = browser.get(f"{at}?part=2").filled_in(form_at)
    assert (form["severity"], form["version"]) == ("general", "0")
    page = browser.send(form_at, {**form, "summary": "没有台账"})
    (finding,) = world["inspector"].items("/findings")
    assert (finding["summary"], finding["checklist_item"]["number"]) == ("没有台账", "1-20")
    assert finding["number"] in page.text
    assert form_at not in page.forms()
    return finding


def test_a_team_head_opens_a_sheet_and_answers_with_one_press(world_on_each: World) -> None:
    world = world_on_each
    items = with_items(world)
    at = opened(world)
    browser = browser_of(world, "team_head")
    assert "由我填写" in browser.get("/inspections").text
    assert at in browser.get("/").links()
    first = f"{at}/answers/{items['1-12']}"
    form = browser.get(at).filled_in(first)
    page = browser.send(first, {**form, "answer": "in_place", "note": "已看"}, files={"现场.png": PNG})
    assert "1 / 3" in page.text
    assert "已看" in page.text
    assert len(list(page.root.iter("img"))) == 1
    world.clock.at += MINUTE
    found(world, at, items["1-20"])


def test_a_sheet_that_was_begun_opens_where_one_goes_on(world: World) -> None:
    items, at = with_items(world), opened(world)
    browser = browser_of(world, "team_head")
    assert browser.ask("GET", at).status_code == 200  # its head is looked at first
    form_at = f"{at}/answers/{items['1-20']}"
    browser.send(form_at, {**browser.get(f"{at}?part=2").filled_in(form_at), "answer": "in_place"})
    answer = browser.ask("GET", at)
    assert (answer.status_code, answer.location) == (303, f"{at}?part=1#item-{items['1-12']}")
    assert "已保存" in browser.send(f"{at}/head", browser.get(f"{at}?part=1").filled_in(f"{at}/head")).text
    assert browser_of(world, "leader").ask("GET", at).status_code == 200  # who only reads begins at the top


def test_a_sheet_is_closed_with_what_is_undecided_listed_and_what_was_found_notified(world: World) -> None:
    items = with_items(world)
    at = opened(world)
    finding = found(world, at, items["1-20"])
    browser = browser_of(world, "team_head")
    ending = browser.get(f"{at}/closing")
    assert "1-21" in ending.text
    assert finding["number"] in ending.text
    form = ending.filled_in(f"{at}/closing")
    assert form[f"requirement-{finding['id']}"] == "整改到位，达到以下要求：已落实第20项。"
    refused = browser.send(f"{at}/closing", {**form, "summary": "总体较好"}, expect=422)
    assert "总体较好" in refused.answer.get_data(as_text=True)
    page = browser.send(f"{at}/closing", {**form, "working_days": "5", "summary": "总体较好"})
    assert "总体较好" in page.text
    assert not [action for action in page.forms() if action.startswith(at)]
    assert world.finding(finding["id"])["state"] == "notified"
    assert UNIVERSITY in browser.get("/inspections?open=false").text
    assert UNIVERSITY in browser_of(world, "university").get(at).title


def test_two_people_on_one_item_lose_nothing(world: World) -> None:
    at = opened(world)
    form_at = f"{at}/answers/{world.ids.checklist_item_id}"
    mine, other = browser_of(world, "team_head"), browser_of(world, "inspector")
    seen = mine.get(at).filled_in(form_at)
    other.send(form_at, {**other.get(at).filled_in(form_at), "answer": "in_place", "note": "陈的记录"})
    page = mine.send(
        form_at, {**seen, "answer": "not_applicable", "note": "周的记录"}, files={"现场.png": PNG}, expect=409
    )
    assert "陈一鸣" in page.text
    assert "陈的记录" in page.text
    assert "周的记录" in page.answer.get_data(as_text=True)
    again = page.filled_in(form_at)
    assert again["kept_evidence"]
    assert again["version"] == "1"
    mine.send(form_at, {**again, "answer": "not_applicable", "note": "周的记录"})
    (answer,) = world["inspector"].items(f"{at}/answers")
    assert (answer["answer"], answer["note"], len(answer["evidence"])) == ("not_applicable", "周的记录", 1)


def test_the_head_is_changed_and_a_stale_one_is_refused(world: World) -> None:
    at = opened(world)
    browser = browser_of(world, "inspector")
    form = browser.get(at).filled_in(f"{at}/head")
    assert "周明远" in browser.send(f"{at}/head", {**form, "participants": "周明远\n陈一鸣"}).text
    page = browser.send(f"{at}/head", {**form, "participants": "别人", "note": "我写的"}, expect=409)
    assert "我写的" in page.text


def test_what_is_no_answer_is_refused_and_what_one_may_not_see_is_not_there(world: World) -> None:
    at = opened(world)
    item = f"{at}/answers/{world.ids.checklist_item_id}"
    browser = browser_of(world, "inspector")
    for wrong in ({"answer": "nonsense", "version": "0"}, {"answer": "in_place", "version": "x"}, {}):
        browser.send(item, wrong, expect=422)
    browser.send(f"{at}/answers/{world.ids.round_id}", {"answer": "in_place", "version": "0"}, expect=404)
    browser.send("/inspections", {"organization_id": "nonsense"}, expect=422)
    assert "没有您可以督查" in browser_of(world, "leadership").get("/inspections/new").text
    for who in (*OUTSIDERS, "bureau", "university"):  # the unit sees it once it is closed
        outsider = browser_of(world, who)
        outsider.get(at, expect=404)
        outsider.get(f"{at}/closing", expect=404)
        outsider.send(item, {"answer": "in_place", "version": "0"}, expect=404)
        outsider.send(f"{at}/closing", {}, expect=404)
        outsider.send(f"{at}/head", {"version": "1"}, expect=404)


def test_who_may_only_look_finds_no_forms(world: World) -> None:
    at = opened(world)
    page = browser_of(world, "leader").get(at)
    assert not [action for action in page.forms() if action.startswith(at)]
    browser_of(world, "leader").send(
        f"{at}/answers/{world.ids.checklist_item_id}", {"answer": "in_place", "version": "0"}, expect=403
    )


@pytest.mark.parametrize("query", ["light=nonsense", "cursor=nonsense", "part=99"])
def test_an_address_that_asks_for_nothing_known_breaks_nothing(world: World, query: str) -> None:
    browser_of(world, "inspector").get(f"/inspections?{query}", expect=422)
    at = opened(world)
    for part in ("99", "00000000199", "²"):
        browser_of(world, "inspector").get(f"{at}?part={part}")


def test_a_sheet_without_items_says_so(world: World) -> None:
    at = opened(world)
    with world.session() as session:
        session.delete(session.get_one(ChecklistItem, world.ids.checklist_item_id))
        session.commit()
    assert "没有条目" in browser_of(world, "team_head").get(f"{at}?part=1").text
