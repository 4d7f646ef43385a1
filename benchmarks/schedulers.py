"""Schedulers of the usual make beside the sweep: ten thousand deadlines due at once, in this same run."""

import os
import statistics
import time
from collections.abc import Iterator
from itertools import pairwise

import psycopg

from benchmarks.http import ROUNDS, running
from benchmarks.lines import Line, Missing
from benchmarks.peers.due.work import FILL, SCHEMA
from benchmarks.run import PEERS, ROOT, Run
from benchmarks.seed import DEADLINE, fill, seed_round, vacuum
from benchmarks.sweeping import NOW
from service.findings.sweep import BATCH, sweep
from service.store.db import connect, sessions
from service.store.schema import upgrade
from tests.servers import Valkey

KINDS = {
    "django-fsm-2 loop": "fsm_loop",
    "dramatiq": "dramatiq_queue",
    "huey": "huey_queue",
    "celery eta": "celery_eta",
    "procrastinate": "procrastinate_queue",
}
PATIENCE = 120.0  # seconds for a scheduler
BAR = 10.0


def measure(run: Run) -> Iterator[Line | Missing]:
    """Microseconds a finding for each of five portions; the fastest scheduler in parts of the sweep."""
    ours = _swept(run)
    yield Line("sweep: µs a finding", ours)
    fastest: list[float] = []
    for name, module in KINDS.items():
        try:
            took = _scheduled(run, module)
        except (OSError, RuntimeError, AssertionError) as error:
            yield Missing(f"{name} ÷ sweep", str(error))
            continue
        fastest = min(fastest or took, took, key=sum)
        yield Line(f"{name}: µs a finding", took)
    if fastest:
        parts = [their / our for their, our in zip(fastest, ours, strict=True)]
        yield Line("fastest scheduler ÷ sweep", parts, BAR, at_least=True)


def _swept(run: Run) -> list[float]:
    """The sweep over as many, in a table of its own."""
    url, due = run.empty(), run.sizes.due
    batch = min(BATCH, due // ROUNDS)
    upgrade(url)
    engine = connect(url)
    with sessions(engine)() as session:
        seeded = seed_round(session)
    fill(engine, seeded, prefix="D", count=due + batch, next_action_at=DEADLINE)
    vacuum(engine)
    took = []
    for _ in range(due // batch + 1):
        with sessions(engine)() as session:
            began = time.perf_counter()
            sweep(session, now=NOW, limit=batch)
            session.commit()
            took.append((time.perf_counter() - began) / batch * 1e6)
    engine.dispose()
    warm = took[1:]
    each = len(warm) // ROUNDS
    return [statistics.mean(warm[at : at + each]) for at in range(0, each * ROUNDS, each)]


def _scheduled(run: Run, module: str) -> list[float]:
    """What a scheduler takes from its first to its last, a fifth at a time: its start is not counted."""
    if not run.has_peers:
        raise OSError(f"no {PEERS.relative_to(ROOT)}: run `make bench`")
    url, due = run.empty(), run.sizes.due
    with psycopg.connect(url) as connection:
        connection.execute(SCHEMA)
        connection.execute(FILL, [due])
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", "C_FORCE_ROOT": "1"}
    with Valkey() as redis, running([str(PEERS), "-m", f"benchmarks.peers.due.{module}", url, redis.url()], environ):
        marks = _marks(url, due)
    return [(later - sooner) / (due / ROUNDS) * 1e6 for sooner, later in pairwise(marks)]


def _marks(url: str, due: int) -> list[float]:
    """When the first was moved, and each fifth of all."""
    marks: list[float] = []
    moved = 0
    until = time.monotonic() + PATIENCE
    with psycopg.connect(url, autocommit=True) as connection:
        while time.monotonic() < until:
            (moved,) = connection.execute("SELECT count(*) FROM events").fetchone() or (0,)
            now = time.perf_counter()
            while len(marks) <= ROUNDS and moved >= max(due * len(marks) // ROUNDS, 1):
                marks.append(now)
            if len(marks) > ROUNDS:
                return marks
            time.sleep(0.02)
    raise RuntimeError(f"{moved} of {due} were moved within {PATIENCE:.0f} s")
