"""Texts typed before a sign-in ended: back in front of their owner, and of nobody else."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import update
from werkzeug.datastructures import FileStorage
from werkzeug.test import create_environ, encode_multipart

from api.console.typed_text import BOX
from api.http.strangers import refusal_of
from service.errors import NotAllowed
from service.models import Person, Token
from service.people.tokens import secret_hash
from tests.fakes.browser import HOST, Browser, Page
from tests.functional.console.test_findings import browser_of
from tests.functional.console.test_inspections import opened
from tests.worlds.http import MINUTE, PASSWORD, World

RIGHT = {"username": "inspector", "password": PASSWORD}
OPINION = "写了半小时的复查意见"


def sign_in_on(page: Page) -> str:
    return next(action for action in page.forms() if action.startswith("/sign-in?next="))


def ended_while_typing(world: World) -> tuple[Browser, Page]:
    """A review of the inspector's that was sent too late, and the page that asks who it is."""
    id_, browser = world.submitted()["finding_id"], browser_of(world, "inspector")
    at = f"/findings/{id_}/reviews"
    typed = {**browser.get(f"/findings/{id_}").filled_in(at), "outcome": "fail", "comment": OPINION}
    browser.client.delete_cookie("duban", domain="127.0.0.1")
    return browser, browser.send(at, typed, expect=401)


def end_sign_in(world: World, who: str) -> None:
    """Let a sign-in be over, and known to be."""
    world.clock.at += MINUTE
    with world.session() as session:
        mine = update(Token).where(Token.hash == secret_hash(world.tokens[who]))
        session.execute(mine.values(expires_at=world.clock.at))
        session.commit()
    assert browser_of(world, who).ask("GET", "/alerts").status_code == 303


def test_what_was_typed_is_there_again_after_the_sign_in_had_ended(world: World) -> None:
    id_ = world.rectifying()["id"]
    at, browser = f"/findings/{id_}/reviews", browser_of(world, "inspector")
    world.submit(id_)
    page = browser.get(f"/findings/{id_}")
    typed = {**page.filled_in(at), "outcome": "fail", "comment": OPINION, "once": "一次"}
    browser.client.delete_cookie("duban", domain="127.0.0.1")
    page = browser.send(at, typed, expect=401)
    assert "您填写的文字都还在" in page.text
    form = sign_in_on(page)
    fields = page.filled_in(form)
    assert "一次" not in fields.values()
    wrong = browser.send(form, {**fields, "username": "nobody", "password": "wrong"}, expect=401)
    page = browser.send(form, {**wrong.filled_in(form), "username": "inspector", "password": PASSWORD}, expect=200)
    page = browser.send(at, page.filled_in(at), expect=200)
    assert page.filled_in(at)["comment"].strip() == OPINION
    assert page.filled_in(at)["outcome"] == "fail"
    assert world.finding(id_)["awaiting_review"] is True


def test_whoever_else_signs_in_there_sees_nothing_of_it_and_its_owner_gets_it_back(world_on_each: World) -> None:
    world, browser = world_on_each, browser_of(world_on_each, "team_head")
    id_ = world.submitted()["finding_id"]
    at = f"/findings/{id_}/reviews"
    typed = {**browser.get(f"/findings/{id_}").filled_in(at), "outcome": "fail", "comment": OPINION}
    browser.client.delete_cookie("duban", domain="127.0.0.1")
    page = browser.send(at, typed, expect=401)
    page = browser.send(sign_in_on(page), {**page.filled_in(sign_in_on(page)), **RIGHT}, expect=200)
    assert "不向您显示" in page.text
    assert OPINION not in page.answer.get_data(as_text=True)
    page = browser.send("/sign-out", page.filled_in("/sign-out"), expect=200)
    assert "/sign-out" not in page.forms()  # nobody is signed in here any more
    with world.session() as session:
        known = session.get_one(Person, world.ids.person_ids["inspector"]).password_hash
        session.get_one(Person, world.ids.person_ids["team_head"]).password_hash = known
        session.commit()
    page = browser.send("/sign-in", {**page.filled_in("/sign-in"), **RIGHT, "username": "team_head"}, expect=200)
    assert page.filled_in(at)["comment"] == OPINION


def test_a_form_of_somebody_else_is_not_done_under_the_callers_name(world: World) -> None:
    id_ = world.submitted()["finding_id"]
    at = f"/findings/{id_}/reviews"
    typed = {
        **browser_of(world, "team_head").get(f"/findings/{id_}").filled_in(at),
        "outcome": "pass",
        "comment": OPINION,
    }
    page = browser_of(world, "inspector").send(at, typed, expect=409)
    assert OPINION not in page.answer.get_data(as_text=True)
    assert f"/findings/{id_}" in page.links()
    assert world.finding(id_)["awaiting_review"] is True


def test_what_was_never_sealed_here_leads_nowhere_and_is_not_called_anybodys(world: World) -> None:
    for box in ("//elsewhere.example/x", "x", "长"):
        page = Browser(world.app).send("/sign-in", {**RIGHT, BOX: box}, expect=200)
        assert "无法带回" in page.text
        assert "他人" not in page.text


def test_what_was_typed_comes_back_for_a_day(world: World) -> None:
    browser, page = ended_while_typing(world)
    form = sign_in_on(page)
    fields = {**page.filled_in(form), **RIGHT}
    world.clock.at += timedelta(hours=23)
    assert "文字都在" in browser.send(form, fields, expect=200).text
    world.clock.at += timedelta(hours=2)
    assert "无法带回" in browser.send(form, fields, expect=200).text


def test_a_form_that_was_made_for_nobody_carries_nothing_on_in_a_colleagues_name(world: World) -> None:
    at = f"/findings/{world.submitted()['finding_id']}/reviews"
    colleague = world.ids.person_ids["inspector"]
    own = browser_of(world, "team_head").get(at.removesuffix("/reviews")).filled_in(at)["sender"]
    for sender in (colleague, f"{colleague}.x", f"{colleague}.{own.partition('.')[2]}"):
        forged = {"sender": sender, "outcome": "pass", "comment": OPINION}
        page = Browser(world.app).send(at, forged, expect=303)
        assert "都还在" not in page.text
        assert BOX not in page.answer.get_data(as_text=True)


def test_a_photograph_costs_nobody_what_was_typed_beside_it(world: World) -> None:
    at, browser = f"/findings/{world.submitted()['finding_id']}/reviews", browser_of(world, "inspector")
    typed = {**browser.get(at.removesuffix("/reviews")).filled_in(at), "outcome": "fail", "comment": OPINION}
    boundary, body = encode_multipart({**typed, "evidence_ids": FileStorage(BytesIO(bytes(3_000_000)), "a.jpg")})
    sent = {"content_type": f"multipart/form-data; boundary={boundary}", "headers": dict(browser.headers), "data": body}
    end_sign_in(world, "inspector")
    page = browser.page_of(browser.ask("POST", at, **sent), 401)
    page = browser.send(sign_in_on(page), {**page.filled_in(sign_in_on(page)), **RIGHT}, expect=200)
    assert page.filled_in(at)["comment"] == OPINION
    answer = Browser(world.app).ask("POST", at, **sent)  # of a stranger it is not read
    assert answer.status_code == 303
    assert "/sign-in?next=" in answer.location


def test_an_ended_sign_in_may_send_what_was_typed_and_only_on_pages(world: World) -> None:
    def refusal(path: str, cookie: str) -> Exception | None:
        headers = {"Cookie": f"duban={cookie}", "Authorization": f"Bearer {cookie}"}
        return refusal_of(world.app, create_environ(path, HOST, method="POST", headers=headers))

    token = world.tokens["inspector"]
    end_sign_in(world, "inspector")
    assert refusal("/findings/new", token) is None
    assert isinstance(refusal("/api/v1/evidence", token), NotAllowed)
    assert isinstance(refusal("/findings/new", "duban_never"), NotAllowed)


def brought_back(world: World, page_at: str, form_at: str, words: dict[str, str], who: str = "inspector") -> Page:
    """A form that was sent too late, once its sender has signed in again: the page that leads back to it."""
    browser = browser_of(world, who)
    typed = {**browser.get(page_at).filled_in(form_at), **words}
    browser.client.delete_cookie("duban", domain="127.0.0.1")
    page = browser.send(form_at, typed, expect=401)
    return browser.send(sign_in_on(page), {**page.filled_in(sign_in_on(page)), **RIGHT, "username": who}, expect=200)


def test_what_was_typed_into_sheets_and_their_end_comes_back_as_well(world: World) -> None:
    at, browser = opened(world), browser_of(world, "inspector")
    item = f"{at}/answers/{world.ids.checklist_item_id}"
    note = {"answer": "in_place", "note": OPINION}
    closing, head = f"{at}/closing", f"{at}/head"
    for form_at, page_at, words in ((item, at, note), (closing, closing, {"summary": OPINION}), (head, at, note)):
        page = brought_back(world, page_at, form_at, words)
        page = browser.send(form_at, page.filled_in(form_at), expect=200)
        assert OPINION in page.filled_in(form_at).values()
        assert "尚未提交" in page.text
        assert "别人" not in page.text
    assert [one["answer"] for one in world["inspector"].items(f"{at}/answers")] == ["not_seen"]


def test_what_was_typed_into_a_sheet_that_was_closed_meanwhile_is_there_to_be_read(world: World) -> None:
    at, browser = opened(world), browser_of(world, "inspector")
    item = world.ids.checklist_item_id
    sent = {
        f"{at}/answers/{item}": {"answer": "in_place", "note": OPINION},
        f"{at}/findings/{item}": {"summary": OPINION},
        f"{at}/head": {"note": OPINION},
        f"{at}/closing": {"summary": OPINION},
    }
    forms = {}
    for form_at, words in sent.items():
        page_at = form_at if form_at.endswith("closing") else f"{at}?part=1"
        forms[form_at] = brought_back(world, page_at, form_at, words).filled_in(form_at)
    world["team_head"].post(f"{at}/closing", {"summary": "结束"}, expect=200)
    for form_at, form in forms.items():
        page = browser.send(form_at, form, expect=200)
        assert OPINION in page.text, form_at
        assert "这份表已经结束" in page.text
        assert "都在下面" not in page.text
        del form["refill"]
        assert OPINION in browser.send(form_at, form, expect=409).text, form_at


def test_a_finding_that_somebody_else_has_logged_leaves_what_was_typed_to_be_read(world: World) -> None:
    at = opened(world)
    form_at = f"{at}/findings/{world.ids.checklist_item_id}"
    page = brought_back(world, f"{at}?part=1", form_at, {"summary": OPINION})
    other = browser_of(world, "team_head")
    other.send(form_at, {**other.get(f"{at}?part=1").filled_in(form_at), "summary": "没有台账"})
    page = browser_of(world, "inspector").send(form_at, page.filled_in(form_at), expect=200)
    assert OPINION in page.text
    assert "不能再填写" in page.text


def test_a_step_that_comes_first_costs_nobody_what_was_typed(world: World) -> None:
    browser, page = ended_while_typing(world)
    with world.session() as session:
        session.get_one(Person, world.ids.person_ids["inspector"]).password_given = True
        session.commit()
    page = browser.send(sign_in_on(page), {**page.filled_in(sign_in_on(page)), **RIGHT}, expect=200)
    assert "/settings/password" in page.links()
    (again,) = (action for action in page.forms() if action.startswith("/sign-in/typed"))
    page = browser.send(again, page.filled_in(again), expect=200)  # too early
    again = "/sign-in/typed"
    assert page.filled_in(again)[BOX]
    fields = page.filled_in(again)
    with world.session() as session:
        session.get_one(Person, world.ids.person_ids["inspector"]).password_given = False
        session.commit()
    page = browser.send(again, fields, expect=200)
    assert OPINION in page.answer.get_data(as_text=True)
    page = Browser(world.app).send(again, fields, expect=401)  # whoever is signed out meanwhile is asked again
    assert page.filled_in("/sign-in")[BOX] == fields[BOX]


def test_a_sign_in_elsewhere_leads_back_as_well(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = world.app.extensions["duban"].settings
    monkeypatch.setitem(
        world.app.extensions, "duban", replace(world.app.extensions["duban"], settings=replace(settings, oidc=object()))
    )
    browser, page = ended_while_typing(world)
    (again,) = (action for action in page.forms() if action.startswith("/sign-in/typed"))
    browser.signed_in(world.tokens["inspector"])
    page = browser.send(again, page.filled_in(again), expect=200)
    assert OPINION in page.answer.get_data(as_text=True)
