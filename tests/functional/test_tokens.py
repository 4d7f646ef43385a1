"""Signing in and out over HTTP, and how often one may try."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from service.models import Person
from service.store.db import sessions
from tests.fakes.client import Client, Json
from tests.worlds.http import PASSWORD, World

RIGHT = {"username": "inspector", "password": PASSWORD}
WRONG = {"username": "inspector", "password": "不是这个密码"}


def sign_in(world: World, body: Json, address: str = "127.0.0.1") -> Any:
    return world.anonymous.call("POST", "/tokens", json=body, environ_base={"REMOTE_ADDR": address})


def test_name_and_password_give_a_token_for_a_working_day(world_on_each: World) -> None:
    world = world_on_each
    answer = world.anonymous.post("/tokens", RIGHT)
    assert answer["expires_at"] == "2021-04-12T14:00:00Z"
    mine = Client(world.app, answer["token"])
    assert mine.get("/me")["username"] == "inspector"
    world.clock.at += timedelta(hours=12)
    assert mine.get("/me", expect=401)["code"] == "unauthenticated"


def test_signing_out_makes_the_token_worthless_and_no_other(world: World) -> None:
    mine = Client(world.app, world.anonymous.post("/tokens", RIGHT)["token"])
    assert mine.call("DELETE", "/tokens/current").status_code == 204
    mine.get("/me", expect=401)
    world["inspector"].get("/me")


@pytest.mark.parametrize("body", [WRONG, {"username": "没有这个人", "password": PASSWORD}])
def test_a_wrong_name_looks_like_a_wrong_password(world: World, body: Json) -> None:
    answer = sign_in(world, body)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "bad_credentials")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_disabled_person_is_out_at_once(world: World) -> None:
    with sessions(world.engine)() as session:
        session.get_one(Person, world.ids.person_ids["inspector"]).disabled_at = world.clock.at
        session.commit()
    world["inspector"].get("/me", expect=401)
    assert sign_in(world, RIGHT).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic aW5zcGVjdG9yOng=", "Bearer duban_falsch", "别的"])
def test_no_token_no_answer(world: World, header: str) -> None:
    headers = {"Authorization": header.encode().decode("latin-1")}
    answer = world.anonymous.call("GET", "/findings", headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthenticated")


def test_ten_wrong_passwords_and_the_guesser_has_to_wait_but_nobody_else(world: World) -> None:
    guesses = [sign_in(world, WRONG, "203.0.113.9") for _ in range(12)]
    assert [guess.status_code for guess in guesses] == [401] * 10 + [429] * 2
    last = guesses[-1]
    assert last.get_json()["code"] == "too_many_requests"
    assert 0 < int(last.headers["Retry-After"]) <= 900
    assert sign_in(world, RIGHT, "203.0.113.9").status_code == 429
    assert sign_in(world, {**RIGHT, "username": " ＩNSPECTOR"}, "203.0.113.9").status_code == 429
    assert sign_in(world, RIGHT, "198.51.100.7").status_code == 201
    assert sign_in(world, {**WRONG, "username": "leader"}, "203.0.113.9").status_code == 401
    world["inspector"].get("/me")


def test_right_passwords_are_not_counted(world: World) -> None:
    assert [sign_in(world, RIGHT).status_code for _ in range(12)] == [201] * 12


def test_a_body_that_is_none_opens_no_transaction_for_writing(world_on_each: World) -> None:
    reads: list[bool] = []
    event.listen(
        world_on_each.engine, "begin", lambda one: reads.append(one.get_execution_options().get("reading", False))
    )
    world_on_each.anonymous.post("/tokens", {"username": 7}, expect=422)
    assert all(reads)
