"""Whether the web process is ready is asked without waiting for the answer."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import pytest

from cli.processes.readiness import Readiness

READY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
HELD = b'HTTP/1.1 503 -\r\nContent-Length: 20\r\n\r\n{"reasons":["held"]}'
BROKEN = b'HTTP/1.1 503 -\r\nContent-Length: 24\r\n\r\n{"reasons":["database"]}'


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        yield listener


@contextmanager
def taken(listener: socket.socket) -> Iterator[socket.socket]:
    connection, _ = listener.accept()
    with connection:
        assert connection.recv(4096).startswith(b"GET /readyz ")
        yield connection


def test_one_question_is_open_at_a_time_and_nobody_waits_for_it(listener: socket.socket) -> None:
    is_ready = Readiness(listener.getsockname())
    begun = monotonic()
    assert not any(is_ready() for _ in range(3))
    assert monotonic() - begun < 0.9
    with taken(listener) as connection:
        connection.sendall(READY)
        assert is_ready()
    listener.setblocking(False)
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize(("answer", "says"), [(READY, True), (HELD, True), (BROKEN, False)])
def test_what_is_held_back_is_ready_and_what_is_broken_is_not(
    listener: socket.socket, answer: bytes, *, says: bool
) -> None:
    is_ready = Readiness(listener.getsockname())
    is_ready()
    with taken(listener) as connection:
        connection.sendall(answer)
        assert is_ready() is says


def test_a_process_that_died_over_the_question_is_asked_again(listener: socket.socket) -> None:
    is_ready = Readiness(listener.getsockname())
    is_ready()
    with taken(listener):
        pass
    assert not is_ready()
    is_ready()
    with taken(listener) as connection:
        connection.sendall(READY)
        assert is_ready()


def test_where_nobody_listens_nobody_is_ready(listener: socket.socket) -> None:
    is_ready = Readiness(listener.getsockname())
    listener.close()
    assert not is_ready()
