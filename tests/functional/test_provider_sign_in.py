"""统一身份认证: signing in at the office's own OIDC provider, a small real one, and all that must open nothing."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import pyotp
import pytest
import requests
from flask.testing import FlaskClient
from joserfc.jwk import OctKey, RSAKey
from werkzeug.test import TestResponse

from service.settings import AccountRules, OidcRules
from tests.fakes.browser import HOST, Browser
from tests.fakes.client import Client, Json
from tests.fakes.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider, oidc_provider
from tests.worlds.http import PASSWORD, World
from workflows.vocabulary import Role

FETCH = "/api/v1/tokens/provider"


@pytest.fixture(scope="module")
def server() -> Iterator[OidcProvider]:
    with oidc_provider() as provider:
        yield provider


@pytest.fixture
def provider(server: OidcProvider) -> OidcProvider:
    server.claims, server.algorithm, server.signed_by, server.denies = {}, "RS256", None, False
    return server


def office(world: World, provider: OidcProvider, **settings: Any) -> World:
    """The world with the provider, where the inspector is linked."""
    second_factor = settings.pop("second_factor", frozenset())
    rules = OidcRules(
        issuer=provider.issuer, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, second_factor=second_factor
    )
    there = world.another(oidc=rules, **settings)
    there["admin"].put(f"/people/{world.ids.person_ids['inspector']}/provider-account", {"subject": provider.subject})
    return there


def at_provider(browser: FlaskClient, *, alter: Callable[[str], str] = str) -> TestResponse:
    """Go out to the provider and come back with what it said."""
    out = browser.get("/sign-in/oidc")
    assert out.status_code == 302, out.get_data(as_text=True)
    there = requests.get(out.location, allow_redirects=False, timeout=5)
    back = urlsplit(alter(there.headers["Location"]))
    return browser.get(f"{back.path}?{back.query}")


def fetched(browser: FlaskClient, *, expect: int = 201) -> Json:
    """What comes of fetching the token."""
    answer = browser.post(FETCH)
    assert answer.status_code == expect, answer.get_data(as_text=True)
    body: Json = answer.get_json()
    return body


def reasons(world: World) -> list[str | None]:
    told = world["admin"].items("/security-log", kind="sign_in")
    return [one["data"].get("reason") for one in told if one["outcome"] == "failure"]


def test_whoever_is_linked_signs_in_without_a_password_and_no_token_is_in_an_address(
    world_on_each: World, provider: OidcProvider
) -> None:
    world = office(world_on_each, provider)
    browser = world.app.test_client()
    page = at_provider(browser)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert {"HttpOnly", "SameSite=Lax"} <= set(page.headers["Set-Cookie"].split("; "))
    assert "duban_" not in re.sub("duban_sign_in=[^;]+", "", str(page.headers) + page.get_data(as_text=True))
    inspector = Client(world.app, fetched(browser)["token"])
    assert inspector.get("/me")["id"] == world.ids.person_ids["inspector"]
    told = world["admin"].items("/security-log", kind="sign_in")[0]
    assert (told["outcome"], told["data"]) == ("success", {"by": "provider"})
    assert browser.post(FETCH).status_code == 403  # once
    world.engine.dispose()


def test_a_browser_goes_out_comes_back_and_is_in_by_our_own_form(world: World, provider: OidcProvider) -> None:
    there = office(world, provider)
    browser = Browser(there.app, headers={"Origin": HOST})  # all that browsers say over plain HTTP
    out = browser.ask("GET", "/sign-in/oidc")
    back = requests.get(out.location, allow_redirects=False, timeout=5).headers["Location"]
    page = browser.ask("GET", back.removeprefix(HOST))
    assert (page.status_code, page.headers["Referrer-Policy"]) == (200, "same-origin")
    action = re.search('<form method="post" action="([^"]+)">', page.get_data(as_text=True))
    assert action
    path = urlsplit(urljoin(back, action[1])).path
    assert path == "/sign-in/provider"
    assert Browser(there.app, headers={"Origin": "null"}).send(path, expect=403).status == 403
    assert browser.send(path).status == 200  # the first page, where the 303 leads
    assert browser.ask("GET", "/").status_code == 200
    assert Browser(there.app).ask("GET", "/").status_code == 303


def test_a_token_is_fetched_once_though_the_cookie_is_kept(world: World, provider: OidcProvider) -> None:
    world = office(world, provider)
    browser = world.app.test_client()
    cookie = at_provider(browser).headers["Set-Cookie"].partition(";")[0]
    answers = [world.app.test_client(use_cookies=False).post(FETCH, headers={"Cookie": cookie}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 403]
    assert browser.post(FETCH, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    world.clock.at += timedelta(minutes=10)
    assert fetched(browser, expect=403)["code"] == "no_provider_sign_in"


def other_state(address: str) -> str:
    return re.sub("state=[^&]+", "state=of-another", address)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "of another nonce": ({"claims": {"nonce": "of-another"}}, "provider_answer_wrong"),
    "without a nonce": ({"claims": {"nonce": None}}, "provider_answer_wrong"),
    "too old": ({"claims": {"iat": 1_600_000_000, "exp": 1_600_000_300}}, "provider_answer_wrong"),
    "without an end": ({"claims": {"exp": None}}, "provider_answer_wrong"),
    "from the future": ({"claims": {"nbf": 4_000_000_000}}, "provider_answer_wrong"),
    "for another client": ({"claims": {"aud": "another"}}, "provider_answer_wrong"),
    "for another, though on our behalf": ({"claims": {"aud": "another", "azp": CLIENT_ID}}, "provider_answer_wrong"),
    "of another issuer": ({"claims": {"iss": "https://id.example"}}, "provider_answer_wrong"),
    "without a subject": ({"claims": {"sub": None}}, "provider_answer_wrong"),
    "with a subject that is a number": ({"claims": {"sub": 7}}, "provider_answer_wrong"),
    "that nobody signed": ({"algorithm": "none"}, "provider_answer_wrong"),
    "signed with a shared secret": (
        {"algorithm": "HS256", "signed_by": OctKey.import_key(CLIENT_SECRET)},
        "provider_answer_wrong",
    ),
    "signed by somebody else": ({"signed_by": RSAKey.generate_key(2048)}, "provider_answer_wrong"),
    "that says no": ({"denies": True}, "provider_said_no"),
}


def test_an_answer_that_is_not_for_us_opens_nothing_and_is_on_record(world: World, provider: OidcProvider) -> None:
    world = office(world, provider)
    for named, (wrong, code) in WRONG.items():
        provider.claims, provider.algorithm, provider.signed_by, provider.denies = {}, "RS256", None, False
        for name, value in wrong.items():
            setattr(provider, name, value)
        browser = world.app.test_client()
        page = at_provider(browser)
        text = page.get_data(as_text=True)
        assert page.status_code == 403, named
        assert ("请重新登录" in text, "sign in again" in text) == (True, True), named
        assert browser.post(FETCH).status_code == 403, named
        world.clock.at += timedelta(minutes=15)
        assert reasons(world)[0] == code, named


def test_a_sign_in_that_was_not_begun_here_or_came_before_opens_nothing(world: World, provider: OidcProvider) -> None:
    world = office(world, provider)
    first = world.app.test_client()
    out = first.get("/sign-in/oidc")
    begun = out.headers["Set-Cookie"].partition(";")[0]
    address = requests.get(out.location, allow_redirects=False, timeout=5).headers["Location"]
    back = address.removeprefix("http://127.0.0.1:8000")
    assert world.app.test_client().get(back).status_code == 403  # in another browser
    assert first.get(back).status_code == 200
    stolen = world.app.test_client(use_cookies=False).get(back, headers={"Cookie": begun})
    assert stolen.status_code == 403  # the provider takes no code twice
    assert at_provider(world.app.test_client(), alter=other_state).status_code == 403
    assert reasons(world) == ["provider_sign_in_over"] * 3


def test_who_is_unknown_left_or_not_linked_is_told_and_nobody_is_made(world: World, provider: OidcProvider) -> None:
    there = office(world, provider)
    provider.claims = {"sub": "somebody", "email": "inspector@duban.example", "preferred_username": "inspector"}
    browser = there.app.test_client()
    page = at_provider(browser)
    assert page.status_code == 403
    assert "尚未与本系统的账号关联" in page.get_data(as_text=True)
    assert fetched(browser, expect=403)["code"] == "provider_account_unknown"
    provider.claims = {}
    there["admin"].post(f"/people/{world.ids.person_ids['inspector']}/disabling", {"reason": "调离"}, expect=200)
    page = at_provider(there.app.test_client())
    assert page.status_code == 403
    assert "已停用" in page.get_data(as_text=True)
    told = there["admin"].items("/security-log", kind="sign_in")[0]
    assert told["data"]["reason"] == "account_closed"
    assert told["person"]["id"] == world.ids.person_ids["inspector"]


def test_an_account_is_linked_with_its_password_and_unlinked_again(world: World, provider: OidcProvider) -> None:
    world = office(world, provider)
    me = f"/people/{world.ids.person_ids['inspector']}/provider-account"
    world["admin"].delete(me)
    browser = world.app.test_client()
    at_provider(browser)
    token = world.anonymous.post("/tokens", {"username": "inspector", "password": PASSWORD})["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    linked = browser.put("/api/v1/me/provider-account", headers=bearer)
    assert linked.status_code == 200, linked.get_data(as_text=True)
    assert browser.put("/api/v1/me/provider-account", headers=bearer).status_code == 403  # the cookie has done its duty
    again = world.app.test_client()
    assert at_provider(again).status_code == 200
    inspector = Client(world.app, fetched(again)["token"])
    other = f"/people/{world.ids.person_ids['leader']}/provider-account"
    assert world["admin"].put(other, {"subject": provider.subject}, expect=409)["code"] == "provider_account_taken"
    inspector.delete("/me/provider-account")
    assert inspector.get("/me/provider-account") == {"linked_at": None, "available": True}
    assert at_provider(world.app.test_client()).status_code == 403
    changes = world["admin"].items(f"/people/{world.ids.person_ids['inspector']}/changes")
    assert len(changes) == 4


def test_the_offices_own_code_is_asked_for_unless_the_setting_takes_the_providers(
    world: World, provider: OidcProvider
) -> None:
    strict = office(world, provider)
    inspector = Client(
        strict.app, strict.anonymous.post("/tokens", {"username": "inspector", "password": PASSWORD})["token"]
    )
    secret = inspector.post("/me/second-factor", {"current_password": PASSWORD})["secret"]
    inspector.post("/me/second-factor/confirmation", {"code": pyotp.TOTP(secret).at(world.clock.at)})
    world.clock.at += timedelta(seconds=30)
    provider.claims = {"amr": ["pwd", "otp"]}
    browser = strict.app.test_client()
    at_provider(browser)
    begun = fetched(browser)
    assert begun["next_step"] == "second_factor"
    code = pyotp.TOTP(secret).at(world.clock.at)
    assert Client(strict.app, begun["token"]).post("/tokens/second-factor", {"code": code})["next_step"] is None
    lenient = office(world, provider, second_factor=frozenset({"otp"}))
    browser = lenient.app.test_client()
    at_provider(browser)
    assert fetched(browser)["next_step"] is None
    provider.claims = {"amr": ["pwd"]}
    at_provider(browser)
    assert fetched(browser)["next_step"] == "second_factor"


def test_who_must_have_a_second_factor_may_have_it_at_the_provider(world: World, provider: OidcProvider) -> None:
    accounts = AccountRules(second_factor_roles=frozenset({Role.INSPECTOR}))
    office(world, provider)
    there = world.another(
        oidc=OidcRules(
            issuer=provider.issuer,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            second_factor=frozenset({"urn:mfa"}),
        ),
        accounts=accounts,
    )
    for acr, step in (("urn:mfa", None), ("urn:password", "set_up_second_factor")):
        provider.claims = {"acr": acr}
        browser = there.app.test_client()
        at_provider(browser)
        answer = fetched(browser)
        assert answer["next_step"] == step
        Client(there.app, answer["token"]).get("/findings", expect=403 if step else 200)


def test_without_a_provider_or_while_it_is_away_passwords_go_on(world: World, provider: OidcProvider) -> None:
    none = world.anonymous.app.test_client().get("/sign-in/oidc")
    assert (none.status_code, "用户名和密码" in none.get_data(as_text=True)) == (404, True)
    for issuer in ("http://127.0.0.1:9", provider.issuer.replace("127.0.0.1", "localhost")):  # away; another's name
        there = world.another(oidc=OidcRules(issuer=issuer, client_id=CLIENT_ID, client_secret=CLIENT_SECRET))
        began = time.monotonic()
        page = there.app.test_client().get("/sign-in/oidc")
        assert (page.status_code, time.monotonic() - began < 10) == (503, True)
        assert "暂时无法访问" in page.get_data(as_text=True)
        assert "try again later" in page.get_data(as_text=True)
        there.anonymous.post("/tokens", {"username": "inspector", "password": PASSWORD})


def test_a_provider_that_changes_its_keys_is_asked_for_the_new_ones(world: World, provider: OidcProvider) -> None:
    world = office(world, provider)
    assert at_provider(world.app.test_client()).status_code == 200
    provider.key = RSAKey.generate_key(2048, {"kid": "new"})
    provider.asked.clear()
    assert at_provider(world.app.test_client()).status_code == 200
    assert provider.asked == ["/authorize", "/token", "/keys"]
