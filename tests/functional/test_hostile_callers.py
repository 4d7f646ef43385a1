"""Callers who ask in order to keep others waiting: by what they send, and by what they do not take."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Event
from time import monotonic, sleep

import pytest
from structlog.testing import capture_logs

from api.server import server, tasks
from api.server.channel import Channel
from cli.web import DESCRIPTORS, allow_descriptors
from service.people import accounts
from tests.fakes.client import BASE, PNG
from tests.fakes.served import Address, exchange, served, status
from tests.worlds.http import World

UPLOAD = f"POST {BASE}/evidence HTTP/1.1\r\nHost: duban\r\nContent-Type: multipart/form-data; boundary=b\r\n"
HEALTH = "GET /healthz HTTP/1.0\r\n\r\n"


@pytest.fixture
def address(world: World) -> Iterator[Address]:
    """Where the world is served."""
    with served(world.app) as address:
        yield address


def test_many_requests_whose_answers_nobody_takes_hold_no_thread(address: Address) -> None:
    """Each would have half a megabyte of answer, of which a connection keeps sixteen before a thread has to wait."""
    one = f"GET {BASE}/openapi.json HTTP/1.1\r\nHost: duban\r\n\r\n"
    with ExitStack() as held:
        for _ in range(tasks.THREADS):
            held.enter_context(socket.create_connection(address, timeout=20)).sendall((one * 150).encode())
        until = monotonic() + 1.5  # so long, and more, until threads have as much as they keep
        while monotonic() < until:
            assert status(exchange(address, HEALTH)) == 200


def test_only_the_first_of_requests_sent_at_once_is_answered_and_the_connection_says_that_it_ends(
    address: Address,
) -> None:
    answers = exchange(address, "GET /healthz HTTP/1.1\r\nHost: duban\r\n\r\n" * 3)
    assert answers.count(b"HTTP/1.1 200") == 1
    assert b"Connection: close" in answers


@pytest.mark.parametrize(
    "line",
    ["GET http://[ HTTP/1.1", f"POST / HTTP/1.1\r\nContent-Length: {'9' * 5000}"],
    ids=["no address", "no number"],
)
def test_what_python_itself_cannot_read_is_refused_like_the_rest(address: Address, line: str) -> None:
    assert status(exchange(address, f"{line}\r\nHost: duban\r\n\r\n")) == 400


def test_what_is_no_token_is_refused_and_no_connection_waits_for_ever(world: World, address: Address) -> None:
    authorization = b"Authorization: Basic \xff\r\n"
    assert status(exchange(address, UPLOAD.encode() + authorization + b"Content-Length: 100000\r\n\r\n")) == 401
    assert world.anonymous.call("GET", "/me", headers={"Authorization": "Basic \xff"}).status_code == 401


def test_whoever_cannot_be_asked_for_a_token_is_told_so(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.http.strangers.limit_stranger", None)  # our own mistake
    with capture_logs() as lines:
        answer = exchange(address, f"{UPLOAD}Authorization: Bearer x\r\nContent-Length: 100000\r\n\r\n")
    assert status(answer) == 500
    assert [line["event"] for line in lines if line["event"] != "request"] == ["a token could not be looked at"]


@pytest.mark.parametrize("header", ["", "Authorization: Bearer x\r\n"], ids=["no token", "some token"])
def test_sign_ins_that_take_long_leave_threads_to_the_rest(
    address: Address, monkeypatch: pytest.MonkeyPatch, header: str
) -> None:
    hashed = Event()
    monkeypatch.setattr(accounts, "matches", lambda *_: not hashed.wait(20))
    body = '{"username": "leader", "password": "x"}'
    head = f"POST {BASE}/tokens HTTP/1.1\r\nHost: duban\r\nContent-Type: application/json\r\n{header}"
    sign_in = f"{head}Content-Length: {len(body)}\r\n\r\n{body}"
    with ExitStack() as held:
        for _ in range(tasks.THREADS):
            held.enter_context(socket.create_connection(address, timeout=20)).sendall(sign_in.encode())
        sleep(0.3)  # until all have come to a thread, or wait for one
        began = monotonic()
        assert status(exchange(address, HEALTH)) == 200
        assert monotonic() - began < 10
        hashed.set()


def test_who_has_signed_in_by_pages_does_not_wait_for_strangers(
    world: World, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "STRANGERS_THREADS", 0)  # all that they may have are busy
    form = f"POST /sign-out HTTP/1.1\r\nHost: duban\r\nConnection: close\r\nCookie: duban={world.tokens['leader']}\r\n"
    assert status(exchange(address, f"{form}Sec-Fetch-Site: same-origin\r\nContent-Length: 0\r\n\r\n")) == 303


def leave(address: Address, token: str, size: int, held: ExitStack) -> tuple[socket.socket, bytes]:
    """A connection on which somebody asks whether so large a body may come, and the answer."""
    connection = held.enter_context(socket.create_connection(address, timeout=20))
    head = f"{UPLOAD}Authorization: Bearer {token}\r\nContent-Length: {size}\r\nExpect: 100-continue\r\n\r\n"
    connection.sendall(head.encode())
    return connection, connection.recv(65_536)


def large_photo() -> bytes:
    """The body of an upload that needs leave."""
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    return part + PNG + b"\0" * 100_000 + b"\r\n--b--\r\n"


def test_one_token_cannot_fill_the_room_for_large_bodies_and_all_together_have_an_end(
    world: World, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MOST_OF_ONE", 300_000)
    monkeypatch.setattr(server, "MOST_COMING", 500_000)
    with ExitStack() as held:
        asked = [leave(address, world.tokens[who], 200_000, held) for who in ("inspector", "inspector", "leader")]
        assert [status(answer) for _, answer in asked] == [100, 429, 100]
        _, full = leave(address, world.tokens["leadership"], 200_000, held)
        assert status(full) == 429
        assert b"Retry-After: 5" in full


def test_a_full_house_cuts_off_nobody_who_has_leave_to_send(
    world: World, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 3)
    body = large_photo()
    with ExitStack() as held:
        sending, answer = leave(address, world.tokens["inspector"], len(body), held)
        assert status(answer) == 100
        for _ in range(5):
            held.enter_context(socket.create_connection(address, timeout=20))
        assert status(exchange(address, HEALTH)) == 200
        sending.sendall(body)
        assert status(sending.recv(65_536)) == 201


def test_leave_to_send_is_said_once_however_slowly_it_is_sent(
    world: World, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Channel.send

    def slowly(channel: Channel, data: bytes, **how: bool) -> int:
        sent = int(send(channel, data, **how))
        sleep(0.2)  # so that the server's loop comes by before it is noted
        return sent

    monkeypatch.setattr(Channel, "send", slowly)
    with ExitStack() as held:
        sending, answer = leave(address, world.tokens["inspector"], len(large_photo()), held)
        assert answer == b"HTTP/1.1 100 Continue\r\n\r\n"
        held.enter_context(socket.create_connection(address, timeout=20))  # the loop wakes
        sleep(0.3)
        sending.sendall(large_photo())
        assert status(sending.recv(65_536)) == 201


def test_a_process_takes_more_descriptors_than_it_is_given() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1000, hard))
        allow_descriptors()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (min(hard, DESCRIPTORS), hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
