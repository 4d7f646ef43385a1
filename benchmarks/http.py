"""Logging and listing over HTTP, beside a service of the usual make: the same server, database and calls, in turns."""

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.lines import Line
from benchmarks.offices import ROLES, TOKENS, Office, prepare, prepare_peer
from cli.child_processes import duban_command
from workflows.vocabulary import Role

ROUNDS = 5  # of turns: the median of so many is told
CLIENTS = 4
START_WITHIN = 90.0  # seconds
JSON = {"Content-Type": "application/json"}


@dataclass(slots=True)
class Service:
    """One of the two, and where it answers."""

    base: str
    office: Office
    port: int = 0
    _next: Iterator[int] = field(default_factory=count)

    def call(self, connection: http.client.HTTPConnection, role: Role, method: str, path: str, body: Any = None) -> Any:
        """One call; the answer as JSON."""
        token = self.office.tokens[role][next(self._next) % TOKENS]
        headers = {"Authorization": f"Bearer {token}", **(JSON if body is not None else {})}
        sent = json.dumps(body) if body is not None else None
        connection.request(method, self.base + path, sent, headers)
        answer = connection.getresponse()
        read = answer.read()
        assert answer.status < 300, (path, answer.status, read[:500])
        return read

    def log(self, connection: http.client.HTTPConnection) -> Any:
        """Log a finding that several people hear of at once."""
        body = {
            "organization_id": self.office.unit_id,
            "summary": "考点消防通道堆放杂物，应急照明不亮。",
            "severity": "major",
        }
        return self.call(connection, Role.INSPECTOR, "POST", "/findings", body)

    def list(self, role: Role, connection: http.client.HTTPConnection) -> Any:
        """The newest 50."""
        return self.call(connection, role, "GET", "/findings?limit=50")


def measure(url_of: Callable[[str], str], *, listed: int, calls: int) -> list[Line]:
    """The lines of one kind of database; `url_of` makes an empty one of a name."""
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        ours, theirs = url_of("duban"), url_of("peer")
        duban = Service("/api/v1", prepare(ours, listed))
        flask = Service("", prepare_peer(ours, theirs, listed))
        environ = {**os.environ, "DUBAN_DATABASE_URL": ours, "DUBAN_DATA_DIR": str(folder)}
        fd = "{fd}"
        running.enter_context(served(duban, [*duban_command("web", "--processes", "1", "--fd", fd)], environ))
        command = [sys.executable, "-m", "benchmarks.peers.serve", theirs, fd]
        running.enter_context(served(flask, command, dict(os.environ)))
        return [*_logging(duban, flask, calls), *_listing(duban, flask, calls)]


def _logging(duban: Service, flask: Service, calls: int) -> Iterator[Line]:
    took = in_turns({"duban": (duban, duban.log), "peer": (flask, flask.log)}, calls)
    yield from _absolute("log", took)
    yield Line("log: throughput ÷ peer", _ratios(took, _throughput), 1.0, at_least=True)
    yield Line("log: p99 ÷ peer", _ratios(took, _p99), 1.0)


def _listing(duban: Service, flask: Service, calls: int) -> Iterator[Line]:
    for role in ROLES:
        took = in_turns(
            {"duban": (duban, partial(duban.list, role)), "peer": (flask, partial(flask.list, role))}, calls
        )
        yield from _absolute(f"list 50 as {role}", took)
        yield Line(f"list 50 as {role}: time ÷ peer", _ratios(took, statistics.median), 1.0)


def _absolute(name: str, took: Mapping[str, Sequence[Sequence[float]]]) -> Iterator[Line]:
    for who, turns in took.items():
        yield Line(f"{name}, {who}: p50 ms", [statistics.median(turn) for turn in turns])


def _throughput(turn: Sequence[float]) -> float:
    return CLIENTS * 1000 / statistics.mean(turn)


def _p99(turn: Sequence[float]) -> float:
    return statistics.quantiles(turn, n=100)[-1]


def _ratios(
    took: Mapping[str, Sequence[Sequence[float]]], figure: Callable[[Sequence[float]], float]
) -> Sequence[float]:
    return [figure(ours) / figure(theirs) for ours, theirs in zip(took["duban"], took["peer"], strict=True)]


def in_turns(
    callers: Mapping[str, tuple[Service, Callable[[http.client.HTTPConnection], Any]]], calls: int
) -> Mapping[str, Sequence[Sequence[float]]]:
    """Milliseconds a call of each of them in turns, by `CLIENTS` at once; a first turn warms up and is not counted."""
    took: dict[str, list[Sequence[float]]] = {name: [] for name in callers}
    for turn in range(ROUNDS + 1):
        for name, (service, call) in callers.items():
            many = calls if turn else max(calls // 4, CLIENTS)
            with ThreadPoolExecutor(CLIENTS) as clients:
                timed = clients.map(lambda _: _timed(service, call, many // CLIENTS), range(CLIENTS))  # noqa: B023
                figures = [figure for each in timed for figure in each]
            if turn:
                took[name].append(figures)
    return took


def _timed(service: Service, call: Callable[[http.client.HTTPConnection], Any], calls: int) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    took = []
    for _ in range(calls):
        began = time.perf_counter()
        call(connection)
        took.append((time.perf_counter() - began) * 1000)
    connection.close()
    return took


@contextmanager
def served(service: Service, command: Sequence[str], environ: Mapping[str, str]) -> Iterator[None]:
    """The service in a process of its own, on a socket whose descriptor stands for `{fd}` in the command."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        service.port, fd = listener.getsockname()[1], listener.fileno()
        words = [word.replace("{fd}", str(fd)) for word in command]
        with subprocess.Popen(
            words, env=dict(environ), pass_fds=[fd], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                _wait_for(service, process)
                yield
            finally:
                process.terminate()


def _wait_for(service: Service, process: subprocess.Popen[bytes]) -> None:
    """Until it answers; the socket takes connections before."""
    patience = http.client.HTTPConnection("127.0.0.1", service.port, timeout=START_WITHIN)
    service.call(patience, Role.LEADERSHIP, "GET", "/findings?limit=1")
    patience.close()
    assert process.poll() is None
