"""Logging a finding beside the peers, and the calls that move it on beside logging; a request that does nothing."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from typing import Any

from benchmarks.http import ROUNDS, Call, Service, Turns, by_clients, in_turns, p50, p99, ratios, served, throughput
from benchmarks.lines import Line, Missing
from benchmarks.offices import Office
from benchmarks.run import PEERS, ROOT, Run
from tests.fakes.client import PNG
from workflows.vocabulary import Role

BORDER = "border"
FORM = {"Content-Type": f"multipart/form-data; boundary={BORDER}"}
HEAD = f'--{BORDER}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
MOST_OF_A_MOVE = 1.5  # times logging


def compare(run: Run, office: Office, listed: int) -> Iterator[Line | Missing]:
    """Logging: ours, peer (a), and (b) for information."""
    with ExitStack() as stack:
        peer = run.peer_of(office, listed)
        ours, theirs = stack.enter_context(run.duban(office)), stack.enter_context(run.flask(peer))
        callers = {"duban": (ours, logging(ours)), "peer (a)": (theirs, logging(theirs))}
        if run.has_peers:
            third = stack.enter_context(run.fastapi(peer))
            callers["peer (b)"] = (third, logging(third))
        took = in_turns(callers, run.sizes.calls)
        for who, turns in took.items():
            yield Line(f"log, {who}: p50 ms", [p50(turn) for turn in turns])
        yield Line(
            "log: throughput ÷ peer (a)", ratios(took["duban"], took["peer (a)"], throughput), 1.0, at_least=True
        )
        yield Line("log: p99 ÷ peer (a)", ratios(took["duban"], took["peer (a)"], p99), 1.0)
        if "peer (b)" in took:
            yield Line("log: throughput ÷ peer (b)", ratios(took["duban"], took["peer (b)"], throughput))
        else:
            yield Missing("log: throughput ÷ peer (b)", f"no {PEERS.relative_to(ROOT)}: run `make bench`")


def moves(run: Run, office: Office) -> Iterator[Line]:
    """Notify, submit and review, each in parts of logging within the same turn."""
    with run.duban(office) as duban:
        took = _moved(duban, run.sizes.calls)
    for name in ("notify", "submit", "review"):
        yield Line(f"{name}: p50 ms", [p50(turn) for turn in took[name]])
        yield Line(f"{name} ÷ log", ratios(took[name], took["log"]), MOST_OF_A_MOVE)


def authorizing(run: Run, office: Office) -> Iterator[Line]:
    """`/me` beside a route that asks for a caller and answers with nothing."""
    command = [sys.executable, "-m", "benchmarks.peers.empty", "{fd}"]
    environ = {**run.environ(office.url), "PYTHONPATH": str(ROOT)}
    with served(Service("/api/v1", office), command, environ) as service:
        paths = {"me": "/me", "empty": "/empty"}
        took = in_turns(
            {name: (service, service.getting(Role.INSPECTOR, path)) for name, path in paths.items()}, run.sizes.calls
        )
    yield Line("empty authorized route: p50 ms", [p50(turn) for turn in took["empty"]])
    yield Line("/me ÷ empty authorized route", ratios(took["me"], took["empty"]), 1.3)


def logging(service: Service) -> Call:
    """Log a finding that several people hear of at once."""
    body = {
        "organization_id": service.office.unit_id,
        "summary": "考点消防通道堆放杂物，应急照明不亮。",
        "severity": "major",
    }
    return lambda connection: service.call(connection, Role.INSPECTOR, "POST", "/findings", body)


def _moved(duban: Service, calls: int) -> dict[str, Turns]:
    took: dict[str, list[list[float]]] = {name: [] for name in ("log", "notify", "submit", "review")}
    for turn in range(ROUNDS + 1):
        each = calls if turn else max(calls // 4, 4)
        for name, times in _one_turn(duban, each).items():
            if turn:
                took[name].append(times)
    return dict(took)


def _one_turn(duban: Service, calls: int) -> dict[str, list[float]]:
    """So many findings, each logged, notified, submitted with evidence and reviewed."""
    logged: list[str] = []
    notified: list[str] = []
    submitted: list[str] = []
    files: list[str] = []

    def log(connection: HTTPConnection) -> None:
        logged.append(json.loads(logging(duban)(connection))["id"])

    def upload(connection: HTTPConnection) -> None:
        body = HEAD.encode() + PNG + f"\r\n--{BORDER}--\r\n".encode()
        files.append(json.loads(duban.call(connection, Role.UNIVERSITY, "POST", "/evidence", body, FORM))["id"])

    def notify(connection: HTTPConnection) -> None:
        body = {"requirement": "立即清理，三日内修复。", "working_days": 3}
        _move(duban, connection, Role.INSPECTOR, "notification", body, logged, notified)

    def submit(connection: HTTPConnection) -> None:
        body = {"measures": "已清理，照明已修复。", "evidence_ids": [files.pop()]}
        _move(duban, connection, Role.UNIVERSITY, "submissions", body, notified, submitted)

    def review(connection: HTTPConnection) -> None:
        body = {"outcome": "pass", "comment": "已复查。"}
        _move(duban, connection, Role.INSPECTOR, "reviews", body, submitted, [])

    by_clients(duban, upload, calls)
    steps = {"log": log, "notify": notify, "submit": submit, "review": review}
    return {name: by_clients(duban, step, calls) for name, step in steps.items()}


def _move(
    duban: Service,
    connection: HTTPConnection,
    role: Role,
    move: str,
    body: dict[str, Any],
    waiting: list[str],
    moved: list[str],
) -> None:
    id_ = waiting.pop()
    duban.call(connection, role, "POST", f"/findings/{id_}/{move}", body)
    moved.append(id_)
