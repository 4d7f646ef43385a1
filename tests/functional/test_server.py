"""The server that reads requests: what it waits for and how long, what it refuses, and how it says so."""

import shutil
import socket
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from waitress.adjustments import Adjustments  # type: ignore[import-untyped]

from api.http import limits
from api.http.headers import ALWAYS
from api.http.transaction import FORM_LIMIT, UPLOAD_LIMIT
from api.server import channel, server
from api.server.parser import RequestParser
from tests.fakes.client import BASE, PNG
from tests.fakes.served import Address, exchange, served, status
from tests.worlds.http import Ids, World, open_world

UPLOAD = f"POST {BASE}/evidence HTTP/1.1\r\nHost: duban\r\nContent-Type: multipart/form-data; boundary=b\r\n"


@pytest.fixture(scope="module")
def world(seeded: tuple[Path, Ids], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world that all of these share."""
    folder, (file, ids) = tmp_path_factory.mktemp("served"), seeded
    world = open_world(f"sqlite:///{shutil.copy(file, folder / 'duban.db')}", folder, ids=ids)
    yield world
    world.engine.dispose()


@pytest.fixture
def address(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Address]:
    """Where the world is served, by a server that is soon impatient."""
    monkeypatch.setattr(server, "TURN", 0.05)
    for name, seconds in [("HEADER_WITHIN", 0.5), ("BODY_WITHIN", 0.5), ("IDLE", 0.5), ("LINGER", 20.0)]:
        monkeypatch.setattr(channel, name, seconds)
    with served(world.app) as address:
        yield address


@pytest.mark.parametrize(
    "half",
    [
        "",
        "GET / HTTP/1.1\r\nHost: duban\r\nX-A: ",
        f"POST {BASE}/tokens HTTP/1.1\r\nHost: duban\r\nContent-Length: 10\r\n\r\n{{",
        "GET /healthz HTTP/1.1\r\nHost: duban\r\n\r\n",
    ],
    ids=["nothing", "half a header", "half a body", "nothing after the first"],
)
def test_what_does_not_come_in_time_is_not_waited_for(address: Address, half: str) -> None:
    began = monotonic()
    answer = exchange(address, half)
    assert monotonic() - began < 15
    assert answer.startswith(b"HTTP/1.1 200") if "healthz" in half else answer == b""


def test_a_trickle_is_cut_off_though_it_never_rests(address: Address) -> None:
    with socket.create_connection(address, timeout=0.1) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: duban\r\nX-A: ")
        began = monotonic()
        while monotonic() - began < 15:
            try:
                connection.sendall(b"a")
                assert connection.recv(100) == b""
            except TimeoutError:
                continue
            except OSError:
                pass
            break
        assert monotonic() - began < 10


@pytest.mark.parametrize("token", ["nonsense", ""])
def test_a_stranger_is_answered_before_the_large_body_has_come(address: Address, token: str) -> None:
    header = f"Authorization: Bearer {token}\r\n" if token else ""
    answer = exchange(address, f"{UPLOAD}{header}Content-Length: 19000000\r\n\r\n", b"x" * 300_000)
    assert status(answer) == 401
    assert b"unauthenticated" in answer
    assert b"Connection: close" in answer


def test_a_body_in_pieces_without_a_length_ends_where_a_stranger_s_patience_is_due(address: Address) -> None:
    piece = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    answer = exchange(address, f"{UPLOAD}Transfer-Encoding: chunked\r\n\r\n", piece, piece)
    assert status(answer) == 401


@pytest.mark.parametrize("waits", [False, True])
def test_whoever_has_a_token_may_send_a_large_file_and_is_told_to_go_on(
    world: World, address: Address, *, waits: bool
) -> None:
    file = PNG + b"\0" * 200_000
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    body = part + file + b"\r\n--b--\r\n"
    head = f"{UPLOAD}Authorization: Bearer {world.tokens['inspector']}\r\nContent-Length: {len(body)}\r\n"
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(f"{head}{'Expect: 100-continue' if waits else 'X-A: b'}\r\n\r\n".encode())
        if waits:
            assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 201")


def test_a_stranger_who_waits_for_leave_is_not_told_to_go_on(address: Address) -> None:
    head = f"{UPLOAD}Authorization: Bearer x\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n"
    assert status(exchange(address, head)) == 401


@pytest.mark.parametrize(
    ("path", "headers", "token"),
    [
        ("/findings", "Cookie: lang=zh; duban=c", "c"),
        ("/findings", "Cookie: duban=c\r\nAuthorization: Bearer a", "c"),
        ("/findings", "Cookie: other=c\r\nAuthorization: Bearer a", "a"),
        ("/findings", "Cookie: duban=\xff", ""),
        ("/findings", "X-A: b", ""),
        (f"{BASE}/evidence", "Cookie: duban=c\r\nAuthorization: bearer  a", "a"),
        (f"/{BASE}/evidence", "Cookie: duban=c", ""),
        ("/%61pi/v1/evidence", "Cookie: duban=c", ""),
        (f"{BASE}/evidence", "Authorization: Bearer", ""),
    ],
)
def test_who_asks_is_known_by_the_cookie_of_pages_and_below_the_api_by_the_header_alone(
    path: str, headers: str, token: str
) -> None:
    request = RequestParser(Adjustments())
    request.parse_header(f"POST {path} HTTP/1.1\r\nHost: a\r\n{headers}\r\n".encode("latin-1"))
    assert request.credential("duban") == token


def test_forms_of_pages_may_bring_more_than_the_api_takes_and_each_person_has_room_of_his_or_her_own(
    world: World, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MOST_OF_ONE", FORM_LIMIT + UPLOAD_LIMIT)

    def ask(path: str, who: str, size: int) -> Any:
        connection = socket.create_connection(address, timeout=20)
        head = f"POST {path} HTTP/1.1\r\nHost: a\r\nCookie: duban={world.tokens[who]}\r\n"
        connection.sendall(f"{head}Content-Length: {size}\r\nExpect: 100-continue\r\n\r\n".encode())
        return connection, status(connection.recv(65_536))

    asked = [
        ask("/findings", "inspector", FORM_LIMIT),
        ask("/findings", "inspector", 2 * UPLOAD_LIMIT),
        ask("/findings", "leader", FORM_LIMIT),
        ask("/findings", "leadership", FORM_LIMIT + 1),
        ask(f"{BASE}/evidence", "leadership", UPLOAD_LIMIT),
    ]
    assert [answered for _, answered in asked] == [100, 429, 100, 413, 401]
    for connection, _ in asked:
        connection.close()


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("GET /healthz HTTP/1.1\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400),
        ("GET /healthz HTTP/2.0\r\nHost: a\r\n\r\n", 400),
        ("GET /healthz\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n", 501),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n", 400),
        (f"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{'1' * 5_000}", 400),
        (f"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\na: {'1' * 5_000}", 400),
        (f"GET / HTTP/1.1\r\nHost: a\r\nX-A: {'a' * 40_000}\r\n\r\n", 431),
        (f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {FORM_LIMIT + 1}\r\n\r\n", 413),
        (f"POST {BASE}/evidence HTTP/1.1\r\nHost: a\r\nContent-Length: {UPLOAD_LIMIT + 1}\r\n\r\n", 413),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused_in_our_own_words(address: Address, sent: str, expected: int) -> None:
    answer = exchange(address, sent)
    assert status(answer) == expected
    head = answer.split(b"\r\n\r\n")[0].decode()
    assert "application/problem+json" in head
    assert "Connection: close" in head
    assert "\nServer:" not in head
    assert all(f"{name}: {value}" in head for name, value in ALWAYS.items())


def test_a_browser_whose_form_is_too_large_gets_a_page_that_says_so(address: Address) -> None:
    form = (
        f"POST /findings HTTP/1.1\r\nHost: a\r\nAccept: text/html,*/*;q=0.8\r\nContent-Length: {FORM_LIMIT + 1}\r\n\r\n"
    )
    answer = exchange(address, form)
    assert (status(answer), b"Content-Type: text/html" in answer) == (413, True)


def test_a_full_house_takes_another_guest_and_lets_the_one_go_who_only_waits(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 3)
    monkeypatch.setattr(channel, "HEADER_WITHIN", 60.0)
    waiting: list[Any] = [socket.create_connection(address, timeout=20) for _ in range(5)]
    assert status(exchange(address, "GET /healthz HTTP/1.0\r\n\r\n")) == 200
    assert waiting[0].recv(1) == b""
    for connection in waiting:
        connection.close()


def test_an_application_that_fails_outright_ends_the_connection(
    world: World, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.app, "wsgi_app", None)  # it cannot even be called
    assert exchange(address, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n") == b""


def test_what_a_trusted_proxy_says_of_a_caller_comes_through(
    world: World, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting = replace(world.resources.settings, trusted_proxies=(ip_network("127.0.0.1"),))
    monkeypatch.setitem(world.app.extensions, "duban", replace(world.resources, settings=trusting))
    monkeypatch.setattr(limits, "_wrong_passwords", lambda: "1 per minute")

    def guess(caller: str) -> int:
        body = '{"username": "leader", "password": "x"}'
        head = f"POST {BASE}/tokens HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {caller}\r\nConnection: close\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return status(exchange(address, head + body))

    assert [guess("203.0.113.9"), guess("203.0.113.9"), guess("10.1.1.1")] == [401, 429, 401]


def test_a_server_that_stops_says_that_it_closes(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    request = f"GET {BASE}/openapi.json HTTP/1.1\r\nHost: duban\r\n\r\n".encode()
    monkeypatch.setattr(server.Server, "stopping", True)
    answer = exchange(address, request)
    assert status(answer) == 200
    assert b"\r\nconnection: close\r\n" in answer.lower()


def test_strangers_who_read_slowly_share_one_text(world: World) -> None:
    handed: list[Any] = []

    def wrapper(file: Any, _size: int) -> list[bytes]:
        handed.append(file)
        return [file.read()]

    client = world.app.test_client()
    texts = [client.get(f"{BASE}/openapi.json", environ_overrides={"wsgi.file_wrapper": wrapper}) for _ in range(2)]
    assert texts[0].json == texts[1].json
    assert len(handed) == 2, "as a file, of which the server keeps no copy"
