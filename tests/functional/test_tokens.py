"""Signing in and out over HTTP, and how often one may try."""

from datetime import timedelta
from typing import Any

import pytest

from service.models import Person
from service.store.db import sessions
from tests.fakes.client import Client, Json
from tests.functional.conftest import Stage
from tests.worlds.cast import PASSWORD

RIGHT = {"username": "inspector", "password": PASSWORD}
WRONG = {"username": "inspector", "password": "不是这个密码"}


def sign_in(stage: Stage, body: Json, address: str = "127.0.0.1") -> Any:
    return stage.anonymous.call("POST", "/tokens", json=body, environ_base={"REMOTE_ADDR": address})


def test_name_and_password_give_a_token_for_a_working_day(stage_on_each: Stage) -> None:
    stage = stage_on_each
    answer = stage.anonymous.post("/tokens", RIGHT)
    assert answer["expires_at"] == "2021-04-12T14:00:00Z"
    mine = Client(stage.app, answer["token"])
    assert mine.get("/me")["username"] == "inspector"
    stage.clock.at += timedelta(hours=12)
    assert mine.get("/me", expect=401)["code"] == "unauthenticated"


def test_signing_out_makes_the_token_worthless_and_no_other(stage: Stage) -> None:
    mine = Client(stage.app, stage.anonymous.post("/tokens", RIGHT)["token"])
    assert mine.call("DELETE", "/tokens/current").status_code == 204
    mine.get("/me", expect=401)
    stage["inspector"].get("/me")


@pytest.mark.parametrize("body", [WRONG, {"username": "没有这个人", "password": PASSWORD}])
def test_a_wrong_name_looks_like_a_wrong_password(stage: Stage, body: Json) -> None:
    answer = sign_in(stage, body)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "bad_credentials")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_disabled_person_is_out_at_once(stage: Stage) -> None:
    with sessions(stage.engine)() as session:
        session.get_one(Person, stage.cast.person_ids["inspector"]).disabled_at = stage.clock.at
        session.commit()
    stage["inspector"].get("/me", expect=401)
    assert sign_in(stage, RIGHT).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic aW5zcGVjdG9yOng=", "Bearer duban_falsch", "别的"])
def test_no_token_no_answer(stage: Stage, header: str) -> None:
    headers = {"Authorization": header.encode().decode("latin-1")}
    answer = stage.anonymous.call("GET", "/findings", headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthenticated")


def test_ten_wrong_passwords_and_the_guesser_has_to_wait_but_nobody_else(stage: Stage) -> None:
    guesses = [sign_in(stage, WRONG, "203.0.113.9") for _ in range(12)]
    assert [guess.status_code for guess in guesses] == [401] * 10 + [429] * 2
    last = guesses[-1]
    assert last.get_json()["code"] == "too_many_requests"
    assert 0 < int(last.headers["Retry-After"]) <= 900
    assert sign_in(stage, RIGHT, "203.0.113.9").status_code == 429
    assert sign_in(stage, {**RIGHT, "username": " ＩNSPECTOR"}, "203.0.113.9").status_code == 429
    assert sign_in(stage, RIGHT, "198.51.100.7").status_code == 201
    assert sign_in(stage, {**WRONG, "username": "leader"}, "203.0.113.9").status_code == 401
    stage["inspector"].get("/me")


def test_right_passwords_are_not_counted(stage: Stage) -> None:
    assert [sign_in(stage, RIGHT).status_code for _ in range(12)] == [201] * 12
