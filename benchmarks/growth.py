"""What more processes bring: calls, sweep and delivery by one, two and, where there are cores for them, four."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import text

from benchmarks.http import ROUNDS, Call, Service, by_clients, throughput
from benchmarks.lines import Line
from benchmarks.listing import LIST
from benchmarks.logging_calls import logging
from benchmarks.offices import Office, add_due, prepare
from benchmarks.run import ROOT, Run
from benchmarks.seed import DEADLINE
from service.store.db import connect
from workflows.vocabulary import Role

COUNTS = [many for many in (1, 2, 4) if many <= (os.cpu_count() or 1)]
SWEPT = 10_000  # findings in each round
SWEEPING = """
import sys
from datetime import datetime
from service.findings.sweep import BATCH, sweep
from service.store.db import connect, sessions
maker = sessions(connect(sys.argv[1]))
sys.stdin.readline()
moved = 1
while moved:
    with maker.begin() as session:
        moved = sweep(session, now=datetime.fromisoformat(sys.argv[2]), limit=BATCH).findings
"""
DELIVERING = """
import sys
from datetime import timedelta
from pathlib import Path
from service.alerts.channels.mail import Sender
from service.alerts.channels.outbox import Outbox
from service.alerts.delivery import deliver
from service.store import clock
from service.store.db import connect, sessions
maker = sessions(connect(sys.argv[1]))
outbox = Outbox(Path(sys.argv[2]), Sender("a@example.com", "example.com"))
ahead = timedelta(hours=1)
sys.stdin.readline()
tried = 1
while tried:
    tried = deliver(maker, [outbox], base_url="http://x", now=lambda session: clock.now(session) + ahead).tried
"""


def measure(run: Run, office: Office) -> Iterator[Line]:
    """Calls, findings or messages a second, and how many times as many as by one process."""
    calls: Sequence[tuple[str, Callable[[Service], Call]]] = [
        ("log", logging),
        ("list", lambda service: service.getting(Role.INSPECTOR, LIST)),
    ]
    for name, call in calls:
        yield from _grown(name, [_calls(run, office, call, many) for many in COUNTS])
    yield from _grown("sweep", [_swept(run, many) for many in COUNTS])
    yield from _grown("delivery", [_delivered(run, many) for many in COUNTS])


def _grown(name: str, by_count: list[list[float]]) -> Iterator[Line]:
    for many, turns in zip(COUNTS, by_count, strict=True):
        yield Line(f"{name}, {many} processes: a second", turns)
    for many, turns in list(zip(COUNTS, by_count, strict=True))[1:]:
        yield Line(f"{name}, {many} processes ÷ 1", [m / o for m, o in zip(turns, by_count[0], strict=True)])


def _calls(run: Run, office: Office, call: Callable[[Service], Call], processes: int) -> list[float]:
    with run.duban(office, processes=processes) as duban:
        by_clients(duban, call(duban), run.sizes.lists)
        return [throughput(by_clients(duban, call(duban), run.sizes.lists)) for _ in range(ROUNDS)]


def _swept(run: Run, processes: int) -> list[float]:
    office = prepare(run.empty(), 0)
    rates = []
    for turn in range(ROUNDS):
        add_due(office, SWEPT, DEADLINE, prefix=f"G{turn}-")
        now = DEADLINE.replace(minute=DEADLINE.minute + 1).isoformat()
        rates.append(SWEPT / _together(SWEEPING, processes, office.url, now))
    return rates


def _delivered(run: Run, processes: int) -> list[float]:
    """To files: what a mail server takes of a machine's time is not ours."""
    office = prepare(run.empty(), 0)
    engine = connect(office.url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE people SET email = id || '@example.com'"))
    rates = []
    for turn in range(ROUNDS):
        add_due(office, SWEPT // 10, DEADLINE, prefix=f"G{turn}-")
        _together(SWEEPING, 1, office.url, DEADLINE.replace(minute=DEADLINE.minute + 1).isoformat())
        with engine.connect() as connection:
            before = connection.scalar(text("SELECT count(*) FROM deliveries WHERE sent_at IS NOT NULL")) or 0
        took = _together(DELIVERING, processes, office.url, run.environ(office.url)["DUBAN_DATA_DIR"])
        with engine.connect() as connection:
            after = connection.scalar(text("SELECT count(*) FROM deliveries WHERE sent_at IS NOT NULL")) or 0
        rates.append((after - before) / took)
    engine.dispose()
    return rates


def _together(program: str, processes: int, *words: str) -> float:
    """Seconds from the moment when all may begin until the last has ended; their start is not counted."""
    command = [sys.executable, "-c", program, *words]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    children = [
        subprocess.Popen(command, stdin=subprocess.PIPE, env=environ, stdout=subprocess.DEVNULL)
        for _ in range(processes)
    ]
    try:
        time.sleep(2.0 + processes)  # for what they import
        began = time.perf_counter()
        for child in children:
            assert child.stdin
            child.stdin.write(b"\n")
            child.stdin.close()
        assert not any(child.wait(120) for child in children)
        return time.perf_counter() - began
    finally:
        for child in children:
            child.kill()
