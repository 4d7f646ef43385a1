"""Services over HTTP: each in a process of its own behind the same server, called by several clients in turns."""

import http.client
import json
import os
import socket
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from benchmarks.offices import TOKENS, Office
from workflows.vocabulary import Role

ROUNDS = 5  # of turns: the median of so many is told
CLIENTS = 4
START_WITHIN, STOP_WITHIN = 90.0, 20.0  # seconds
JSON = {"Content-Type": "application/json"}
Call = Callable[[http.client.HTTPConnection], Any]
Turns = Sequence[Sequence[float]]  # milliseconds of each call, of each turn


class ServiceDied(RuntimeError):
    """A process that was to be measured did not start."""


@dataclass(slots=True)
class Service:
    """One of those that are compared, and where it answers; with a cookie its pages are asked for."""

    base: str
    office: Office
    port: int = 0
    cookie: str | None = None
    _next: Iterator[int] = field(default_factory=count)

    def call(
        self,
        connection: http.client.HTTPConnection,
        role: Role,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] = JSON,
    ) -> bytes:
        """One call; what was answered. A body that is not bytes goes as JSON."""
        token = self.office.tokens[role][next(self._next) % TOKENS]
        known = {"Cookie": f"{self.cookie}={token}"} if self.cookie else {"Authorization": f"Bearer {token}"}
        sent = body if isinstance(body, bytes | None) else json.dumps(body)
        connection.request(method, self.base + path, sent, {**known, **(headers if body is not None else {})})
        answer = connection.getresponse()
        read = answer.read()
        assert answer.status < 300, (path, answer.status, read[:500])
        return read

    def getting(self, role: Role, path: str) -> Call:
        """A call that reads."""
        return lambda connection: self.call(connection, role, "GET", path)

    def connect(self) -> http.client.HTTPConnection:
        """A connection of a client."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)


def in_turns(callers: Mapping[str, tuple[Service, Call]], calls: int, *, clients: int = CLIENTS) -> dict[str, Turns]:
    """What each of them took in each of `ROUNDS` turns; a first turn warms up and is not counted."""
    took: dict[str, list[Sequence[float]]] = {name: [] for name in callers}
    for turn in range(ROUNDS + 1):
        for name, (service, call) in callers.items():
            timed = by_clients(service, call, calls if turn else max(calls // 4, clients), clients=clients)
            if turn:
                took[name].append(timed)
    return dict(took)


def by_clients(service: Service, call: Call, calls: int, *, clients: int = CLIENTS) -> list[float]:
    """Milliseconds of each of so many calls, by several clients at once."""
    with ThreadPoolExecutor(clients) as pool:
        timed = pool.map(lambda _: _timed(service, call, calls // clients), range(clients))
        return [figure for each in timed for figure in each]


def _timed(service: Service, call: Call, calls: int) -> list[float]:
    connection = service.connect()
    took = []
    for _ in range(calls):
        began = time.perf_counter()
        call(connection)
        took.append((time.perf_counter() - began) * 1000)
    connection.close()
    return took


def p50(turn: Sequence[float]) -> float:
    """The median."""
    return statistics.median(turn)


def p95(turn: Sequence[float]) -> float:
    """What nineteen of twenty stay below."""
    return statistics.quantiles(turn, n=20)[-1]


def p99(turn: Sequence[float]) -> float:
    """What ninety-nine of a hundred stay below."""
    return statistics.quantiles(turn, n=100)[-1]


def throughput(turn: Sequence[float]) -> float:
    """Calls a second, of all clients."""
    return CLIENTS * 1000 / statistics.mean(turn)


def ratios(ours: Turns, theirs: Turns, figure: Callable[[Sequence[float]], float] = p50) -> list[float]:
    """A figure of ours in parts of theirs, turn by turn."""
    return [figure(our) / figure(their) for our, their in zip(ours, theirs, strict=True)]


@contextmanager
def served(service: Service, command: Sequence[str], environ: Mapping[str, str]) -> Iterator[Service]:
    """The service in a process of its own, on a socket whose descriptor stands for `{fd}` in the command."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        service.port, fd = listener.getsockname()[1], listener.fileno()
        words = [word.replace("{fd}", str(fd)) for word in command]
        with running(words, {**os.environ, **environ}, pass_fds=[fd]) as process:
            _wait_for(service, process)
            yield service


@contextmanager
def running(
    command: Sequence[str], environ: Mapping[str, str], *, pass_fds: Sequence[int] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is asked to stop at the end, and killed when it does not."""
    with subprocess.Popen(
        command, env=dict(environ), pass_fds=pass_fds, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(service: Service, process: subprocess.Popen[bytes]) -> None:
    """Until it answers; the socket takes connections before, and also when its process has died."""
    until, patience = time.monotonic() + START_WITHIN, service.connect()
    with ThreadPoolExecutor(1) as pool:
        answered = pool.submit(service.getting(Role.LEADERSHIP, "/findings?limit=1"), patience)
        while not answered.done() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        if not answered.done():
            patience.sock.shutdown(socket.SHUT_RDWR)  # whoever still waits for an answer gets none
            raise ServiceDied(f"{process.args!r} did not answer")
        answered.result()
    patience.close()
