"""Signing in and out by pages: led to where one wanted to be, and nowhere else."""

import json
from datetime import timedelta

import pyotp
import pytest

from service.models import Person
from service.people.accounts import give_password
from service.settings.accounts import PASSWORD_PROFILES
from tests.fakes.browser import Browser
from tests.worlds.http import PASSWORD, World
from workflows.findings.facts import OPERATOR

RIGHT = {"username": "inspector", "password": PASSWORD}


def test_a_stranger_is_led_to_the_sign_in_and_back_to_what_a_mail_linked_to(world_on_each: World) -> None:
    world = world_on_each
    finding = world.notified()
    there = f"/findings/{finding['id']}"
    browser = Browser(world.app)
    led = browser.ask("GET", there)
    assert (led.status_code, led.location) == (303, f"/sign-in?next=%2Ffindings%2F{finding['id']}")
    asked = browser.get(led.location)
    (action,) = [action for action in asked.forms() if action.startswith("/sign-in")]
    page = browser.send(action, RIGHT)
    assert finding["number"] in page.text
    cookie = browser.client.get_cookie("duban", domain="127.0.0.1")
    assert cookie
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")


def test_behind_https_the_cookie_goes_over_nothing_else(world: World) -> None:
    there = world.another(base_url="https://duban.exam.example")
    answer = Browser(there.app).ask("POST", "/sign-in", data=RIGHT, headers={"Sec-Fetch-Site": "same-origin"})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-duban=duban_")
    assert "; Secure; HttpOnly; Path=/; SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "findings", "//["],
)
def test_nobody_is_led_elsewhere_by_a_link_to_us(world: World, elsewhere: str) -> None:
    browser = Browser(world.app)
    answer = browser.ask(
        "POST", "/sign-in", query_string={"next": elsewhere}, data=RIGHT, headers=dict(browser.headers)
    )
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("wrong", [{**RIGHT, "password": "不是这个"}, {"username": "没有这个人", "password": "x"}])
def test_a_wrong_password_is_said_and_the_name_stays(world: World, wrong: dict[str, str]) -> None:
    page = Browser(world.app).send("/sign-in", wrong, expect=401)
    assert "用户名或密码" in page.text
    assert f'value="{wrong["username"]}"' in page.answer.get_data(as_text=True)
    assert "不是这个" not in page.answer.get_data(as_text=True)


def test_an_empty_form_says_what_is_missing(world: World) -> None:
    assert (
        "请填写用户名和密码" in Browser(world.app).send("/sign-in", {"username": "", "password": ""}, expect=422).text
    )


def test_signing_out_makes_the_cookie_worthless_everywhere(world: World) -> None:
    browser = Browser(world.app).signed_in(world.tokens["inspector"])
    browser.get("/")
    assert "登录" in browser.send("/sign-out").title
    again = Browser(world.app).signed_in(world.tokens["inspector"])
    assert again.ask("GET", "/").location == "/sign-in"


def test_the_cookie_opens_no_route_of_the_api(world: World) -> None:
    browser = Browser(world.app).signed_in(world.tokens["inspector"])
    assert browser.ask("GET", "/api/v1/me").status_code == 401


def test_a_second_factor_is_set_up_by_pages_and_asked_for_before_anything_else(world: World) -> None:
    mine = Browser(world.app)
    mine.send("/sign-in", RIGHT)
    mine.get("/settings/second-factor")
    assert "密码不正确" in mine.send("/settings/second-factor", {"current_password": "别的"}, expect=403).text
    for empty in ("", "x" * 1001):
        page = mine.send("/settings/second-factor", {"current_password": empty}, expect=422)
        assert list(page.root.iter("code")) == []
    page = mine.send("/settings/second-factor", {"current_password": PASSWORD}, expect=200)
    seed = next("".join(one.itertext()) for one in page.root.iter("code"))
    mine.send("/settings/second-factor/confirmation", {"code": "000000"}, expect=403)
    first = {"code": pyotp.TOTP(seed).at(world.clock.at)}
    recovery = [
        one.text for one in mine.send("/settings/second-factor/confirmation", first, expect=200).root.iter("code")
    ]
    assert len(recovery) >= 8
    browser = Browser(world.app)
    page = browser.send("/sign-in?next=/help", RIGHT)
    (action,) = [action for action in page.forms() if action.startswith("/sign-in/code")]
    browser.send(action, {"code": "000000"}, expect=403)
    world.clock.at += timedelta(minutes=2)
    assert "使用说明" in browser.send(action, {"code": pyotp.TOTP(seed).at(world.clock.at)}).title


def test_whoever_was_given_a_password_chooses_another_first(world: World) -> None:
    given = "先给的密码，登录后要改掉的"
    with world.session() as session:
        person = session.get_one(Person, world.ids.person_ids["inspector"])
        rules = PASSWORD_PROFILES["asvs5"]
        give_password(session, person, given, rules=rules, actor=OPERATOR, now=world.clock.at)
        session.commit()
    browser = Browser(world.app)
    browser.ask("POST", "/sign-in", data={**RIGHT, "password": given}, headers=dict(browser.headers))
    asked = browser.ask("GET", "/findings").location
    assert asked == "/settings/password?next=%2Ffindings"
    chosen = {
        "current_password": given,
        "new_password": "自己选的密码，别人都不知道",
        "repeated": "自己选的密码，别人都不知道",
    }
    assert "不一致" in browser.send(asked, {**chosen, "repeated": "别的"}, expect=422).text
    assert browser.send(asked, chosen).title.startswith("问题")


def test_whoever_was_invited_chooses_a_password_and_is_in(world: World) -> None:
    body = {"person_ids": [world.ids.person_ids["university"]], "reason": "开学报到"}
    (invited,) = world["admin"].post("/people/invitations", body)["items"]
    browser = Browser(world.app)
    browser.get(invited["link"].removeprefix("http://127.0.0.1:8000").partition("#")[0])
    own = {"token": invited["code"], "password": "自己选的密码，别人都不知道"}
    assert "领号" in browser.send("/invitation", {**own, "token": "AAAA-BBBB-CCCC-DDDD"}, expect=403).text
    assert browser.send("/invitation", {**own, "password": "123"}, expect=422).text
    assert "今日待办" in browser.send("/invitation", own).title


def test_a_demonstration_offers_three_accounts_and_an_office_none(world: World) -> None:
    browser = Browser(world.app)
    assert "试用账号" not in browser.get("/sign-in").text
    roles = ("inspector", "university", "university", "leadership", "admin")
    accounts = [{"role": role, "username": role, "password": PASSWORD, "organization": "示例"} for role in roles]
    file = world.resources.settings.data_dir / "demo-accounts.json"
    file.write_text(json.dumps({"accounts": accounts}), "utf-8")
    page = browser.get("/sign-in")
    offered = [one.get("value") for one in page.root.iter("input") if one.get("type") == "hidden"]
    assert offered == ["inspector", PASSWORD, "university", PASSWORD, "leadership", PASSWORD]
