"""Limits are counted in Redis, and in memory while it is away; nobody is locked out by somebody else's guesses."""

import sqlite3
from contextlib import closing
from io import BytesIO
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

import api.http.hashing
from api.http import limits
from service.people import accounts
from service.people.passwords import hash_password, matches
from tests.build.racing import run_together
from tests.fakes.client import Client, Json
from tests.servers import Valkey
from tests.worlds.http import PASSWORD, World, open_world

NOWHERE = "redis://127.0.0.1:1/0"


def statuses(world: World, who: str, count: int) -> list[int]:
    return [world[who].call("GET", "/me").status_code for _ in range(count)]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CALLS", "5 per minute")


@pytest.mark.usefixtures("few")
def test_a_token_that_asks_too_often_has_to_wait_and_others_have_not(sqlite_url: str, tmp_path: Path) -> None:
    world = open_world(sqlite_url, tmp_path)
    assert statuses(world, "inspector", 7) == [200] * 5 + [429] * 2
    refused = world["inspector"].call("GET", "/findings")
    assert refused.content_type == "application/problem+json"
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert statuses(world, "leader", 1) == [200]
    world.engine.dispose()


@pytest.mark.usefixtures("few")
def test_processes_count_together_in_redis(sqlite_url: str, tmp_path: Path, redis_url: str) -> None:
    world = open_world(sqlite_url, tmp_path, redis_url=redis_url)
    assert statuses(world, "inspector", 3) == [200] * 3
    other = world.another(redis_url=redis_url)
    assert statuses(other, "inspector", 3) == [200, 200, 429]
    world.engine.dispose()
    other.engine.dispose()


@pytest.mark.usefixtures("few")
def test_without_redis_the_api_stays_up_and_counts_by_itself(sqlite_url: str, tmp_path: Path) -> None:
    world = open_world(sqlite_url, tmp_path, redis_url=NOWHERE)
    assert statuses(world, "inspector", 6) == [200] * 5 + [429]
    world.engine.dispose()


def test_redis_that_goes_away_takes_nothing_with_it(sqlite_url: str, tmp_path: Path) -> None:
    with Valkey() as server:
        world = open_world(sqlite_url, tmp_path, redis_url=server.url())
        assert statuses(world, "inspector", 2) == [200] * 2
    assert statuses(world, "inspector", 2) == [200] * 2
    assert world.anonymous.call("POST", "/tokens", json={"username": "没有", "password": "没有"}).status_code == 401
    world.engine.dispose()


PROXY = "10.9.8.7"
GUESS = {"username": "inspector", "password": "不是这个密码"}
RIGHT = {"username": "inspector", "password": PASSWORD}


def sign_in(world: World, body: Json, address: str, neighbour: str = PROXY) -> Any:
    """Through a neighbour that says for whom it asks."""
    headers = {"X-Forwarded-For": address}
    return world.anonymous.call("POST", "/tokens", json=body, headers=headers, environ_base={"REMOTE_ADDR": neighbour})


@pytest.fixture
def behind(world: World) -> World:
    """The world behind a proxy that is trusted."""
    return world.another(trusted_proxies=(ip_network(PROXY),))


def test_a_stranger_behind_the_same_proxy_locks_nobody_out(behind: World) -> None:
    guesses = [sign_in(behind, GUESS, "203.0.113.9").status_code for _ in range(12)]
    assert guesses == [401] * 10 + [429] * 2
    assert sign_in(behind, RIGHT, "10.1.1.1").status_code == 201


def test_a_header_of_anybody_else_is_not_believed(behind: World) -> None:
    forged = [sign_in(behind, GUESS, f"10.1.1.{n}", neighbour="198.51.100.7").status_code for n in range(12)]
    assert forged == [401] * 10 + [429] * 2
    behind_two = [sign_in(behind, GUESS, f"10.1.1.{n}, 203.0.113.9").status_code for n in range(12)]
    assert 429 in behind_two


def test_many_addresses_are_slowed_at_one_name_and_a_known_one_is_not(behind: World) -> None:
    assert sign_in(behind, RIGHT, "10.1.1.1").status_code == 201
    guesses = [sign_in(behind, GUESS, f"203.0.113.{n}").status_code for n in range(40)]
    assert guesses.count(401) <= limits.FREE_TRIES + 2
    assert guesses[-1] == 429
    assert sign_in(behind, RIGHT, "10.1.1.1").status_code == 201


def test_the_addresses_of_one_subscriber_are_one(behind: World) -> None:
    guesses = [sign_in(behind, GUESS, f"2001:db8:1:2:{n:x}::1").status_code for n in range(11)]
    assert guesses == [401] * 10 + [429]


def test_one_address_that_tries_every_name_is_stopped(behind: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRONG_NAMES", "3 per minute")
    names = [sign_in(behind, {**GUESS, "username": f"somebody-{n}"}, "203.0.113.9").status_code for n in range(4)]
    assert names == [401, 401, 401, 429]


def test_guesses_at_once_are_no_more_than_guesses_in_turn(behind: World) -> None:
    answers: list[int] = []
    assert run_together(*[lambda: answers.append(sign_in(behind, GUESS, "203.0.113.9").status_code)] * 30) == []
    assert sorted(answers) == [401] * 10 + [429] * 20


def test_what_is_malformed_is_no_guess_and_a_broken_body_puts_nothing_out(behind: World) -> None:
    assert {sign_in(behind, {}, "203.0.113.9").status_code for _ in range(15)} == {422}
    guesses = [sign_in(behind, GUESS, "203.0.113.9").status_code for _ in range(10)]
    broken = {"REMOTE_ADDR": PROXY, "CONTENT_LENGTH": "100", "wsgi.input": BytesIO(b"{")}
    answer = behind.anonymous.call("POST", "/tokens", headers={"X-Forwarded-For": "203.0.113.9"}, environ_base=broken)
    assert answer.status_code in (400, 422)
    assert guesses == [401] * 10
    assert sign_in(behind, GUESS, "203.0.113.9").status_code == 429


def test_guesses_at_tokens_are_counted_by_address_and_stop_nobody_who_has_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRONG_TOKENS", "5 per minute")
    world["inspector"].get("/me")
    with capture_logs() as lines:
        guesses = [Client(world.app, f"guess-{n}").call("GET", "/me").status_code for n in range(8)]
        guesses += [Client(world.app, f"guess-{n}").call("POST", "/findings", json={}).status_code for n in range(8)]
    assert guesses == [401] * 5 + [429] * 11
    assert len([line for line in lines if line["event"] == "too many requests"]) == 1
    world["inspector"].get("/me")


def test_whoever_signs_in_where_others_are_wrong_is_not_taken_for_one_of_them(
    world: World, monkeypatch: pytest.MonkeyPatch, redis_url: str
) -> None:
    """Also in another process, which has never seen the new token."""
    monkeypatch.setattr(limits, "WRONG_TOKENS", "2 per minute")
    world = world.another(redis_url=redis_url)
    assert [Client(world.app, f"guess-{n}").call("GET", "/me").status_code for n in range(3)] == [401, 401, 429]
    token = world.anonymous.post("/tokens", RIGHT)["token"]
    for process in (world, world.another(redis_url=redis_url)):
        assert Client(process.app, token).call("GET", "/me").status_code == 200


def test_a_token_that_has_ended_is_no_guess(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred windows that were left open over night ask on with the tokens of yesterday."""
    monkeypatch.setattr(limits, "WRONG_TOKENS", "2 per minute")
    monkeypatch.setattr(limits, "CALLS", "4 per minute")
    ended = world.anonymous.post("/tokens", RIGHT)["token"]
    assert Client(world.app, ended).call("DELETE", "/tokens/current").status_code == 204
    methods = ("GET", "PUT") * 2
    assert [Client(world.app, ended).call(method, "/me").status_code for method in methods] == [401, 405] * 2
    assert [Client(world.app, ended).call("GET", "/me").status_code for _ in range(3)] == [401, 429, 429]
    assert statuses(world, "leader", 1) == [200]


def test_guesses_at_codes_keep_nobody_from_signing_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRONG_CODES", "2 per minute")
    monkeypatch.setattr(limits, "SIGN_INS", "5 per minute")
    guess = {"token": "ABCD-EFGH-JKLM-NPQR", "password": "一句足够长的新口令没有人会猜到"}
    answers = [world.anonymous.call("POST", "/invitations/accept", json=guess).status_code for _ in range(8)]
    assert answers == [403] * 2 + [429] * 6
    assert world.anonymous.call("POST", "/tokens", json=RIGHT).status_code == 201


def test_nobody_waits_while_a_password_is_hashed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []

    def hash_while_another_writes(password: str) -> str:
        with closing(sqlite3.connect(str(world.engine.url.database), timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")
            hashed.append(password)
        return hash_password(password)

    def match_while_another_writes(stored: str | None, password: str) -> bool:
        return bool(hash_while_another_writes(password)) and matches(stored, password)

    monkeypatch.setattr(accounts, "matches", match_while_another_writes)
    monkeypatch.setattr(api.http.hashing, "hash_password", hash_while_another_writes)
    assert sign_in(world, RIGHT, "10.1.1.1").status_code == 201
    new = {"current_password": PASSWORD, "new_password": "一句足够长的新口令没有人会猜到"}
    assert world["inspector"].call("PUT", "/me/password", json=new).status_code == 204
    assert hashed == [PASSWORD, PASSWORD, new["new_password"], new["new_password"]]  # held against the former, and kept
