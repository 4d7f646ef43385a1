"""A small office on SQLite: what four clients wait for who log findings while ten thousand fall due."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, func, select

from benchmarks.http import CLIENTS, ROUNDS, Service, by_clients, p50, p99, running
from benchmarks.lines import Line
from benchmarks.logging_calls import logging
from benchmarks.offices import Office, add_due
from benchmarks.run import Run
from cli.processes.child_processes import duban_command
from service.models import Finding
from service.store.db import connect
from workflows.vocabulary import State

LEAD = timedelta(seconds=10)  # for writing them
PATIENCE = 120.0  # seconds for a sweep
BAR = 50.0  # ms


def measure(run: Run) -> Iterator[Line]:
    """Milliseconds of logging meanwhile, of five sweeps, and without; the timetable sweeps by itself."""
    office = run.office(0, kind="sqlite")
    engine = connect(office.url)
    with ExitStack() as stack:
        duban = stack.enter_context(run.duban(office))
        alone = [by_clients(duban, logging(duban), run.sizes.calls) for _ in range(ROUNDS)]
        environ = run.environ(office.url)
        stack.enter_context(running(duban_command("timetable"), environ))
        turns = [_during_a_sweep(engine, office, duban, run.sizes.due, number) for number in range(ROUNDS)]
    engine.dispose()
    yield Line(f"SQLite, log with {CLIENTS} clients, nothing due: p99 ms", [p99(turn) for turn in alone])
    yield Line(f"SQLite, {run.sizes.due:,} swept meanwhile: s", [seconds for _, seconds in turns])
    yield Line("SQLite, log while they are swept: p50 ms", [p50(turn) for turn, _ in turns])
    yield Line("SQLite, log while they are swept: p99 ms", [p99(turn) for turn, _ in turns], BAR)


def _during_a_sweep(engine: Engine, office: Office, duban: Service, due: int, number: int) -> tuple[list[float], float]:
    """What each call took from the moment at which all fell due until all were moved; and how long that was."""
    instant = datetime.now(UTC) + LEAD
    add_due(office, due, instant, prefix=f"S{number}-")
    time.sleep(max((instant - datetime.now(UTC)).total_seconds(), 0))
    took: list[float] = []
    began = time.monotonic()
    while _is_due(engine, number) and time.monotonic() < began + PATIENCE:
        took += by_clients(duban, logging(duban), CLIENTS * 5)
    assert not _is_due(engine, number), f"not swept within {PATIENCE:.0f} s"
    return took, time.monotonic() - began


def _is_due(engine: Engine, number: int) -> bool:
    mine = select(func.count()).where(Finding.number.startswith(f"S{number}-"), Finding.state == State.RECTIFYING)
    with engine.connect() as connection:
        return bool(connection.scalar(mine))
