"""The sweep beside hand-written SQL, beside an ORM's batch and beside schedulers; and a look that finds nothing due."""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from benchmarks.by_hand import BATCH, check, sweep_by_hand
from benchmarks.http import ROUNDS
from benchmarks.lines import Line
from benchmarks.orm_sweep import sweep_by_orm
from benchmarks.run import FEW, Run
from benchmarks.seed import DEADLINE, Round, fill, seed_round, vacuum
from service.findings.sweep import next_due_at, sweep
from service.store.db import connect, sessions
from service.store.schema import upgrade

NOW = DEADLINE + timedelta(seconds=1)
SWEPT_BEFORE = 60_000
LOOKS = 200  # in each turn
HAND_DUE, ORM_DUE = DEADLINE + timedelta(seconds=600), DEADLINE + timedelta(seconds=1200)


def measure(run: Run) -> Iterator[Line]:
    """Microseconds a finding, in turns over the same table; then what a look costs that finds nothing."""
    url = run.empty()
    upgrade(url)
    engine = connect(url)
    seeded = _fill(engine, run.sizes.due, run.sizes.swept)
    gc.collect()
    gc.freeze()  # as a worker does
    try:
        yield from _sides(engine, run.sizes.due)
        yield from _nothing_due(run, engine, seeded)
    finally:
        gc.unfreeze()
        engine.dispose()


def _sides(engine: Engine, due: int) -> Iterator[Line]:
    turns: dict[str, list[float]] = {"hand-written SQL": [], "sweep": [], "ORM batch": []}
    for _ in range(due // BATCH):
        turns["hand-written SQL"].append(_timed(engine, lambda session: sweep_by_hand(session, HAND_DUE, NOW)))
        turns["sweep"].append(_timed(engine, _by_duban))
        turns["ORM batch"].append(_timed(engine, _by_orm, plain=True))
    check(engine, due, ("H", "D", "O"))
    spans = {name: _in_rounds(took) for name, took in turns.items()}
    for name, took in spans.items():
        yield Line(f"{name}: µs a finding", took)
    yield Line("sweep ÷ hand-written SQL", _ratios(spans["sweep"], spans["hand-written SQL"]), 1.7)
    yield Line("ORM batch ÷ sweep", _ratios(spans["ORM batch"], spans["sweep"]), 8.0, at_least=True)


def _by_duban(session: Session) -> int:
    return sweep(session, now=NOW, limit=BATCH).findings


def _by_orm(session: Session) -> int:
    return sweep_by_orm(session, ORM_DUE, BATCH, prefix="O")


def _nothing_due(run: Run, engine: Engine, seeded: Round) -> Iterator[Line]:
    """Also right after many were swept, while their old entries are still in the index."""
    few = connect(run.office(FEW).url)
    yield from _looks(few, f"{FEW:,}")
    few.dispose()
    yield from _looks(engine, f"{run.sizes.swept:,}")
    before = min(SWEPT_BEFORE, run.sizes.swept)
    fill(engine, seeded, prefix="Z", count=before, next_action_at=DEADLINE)
    for _ in range(-(-before // BATCH)):
        _timed(engine, _by_duban, expected=None)
    yield from _looks(engine, f"{run.sizes.swept:,}, right after {before:,} were swept")
    if run.sizes.tenfold:
        later = datetime(2027, 1, 1, tzinfo=UTC)
        fill(engine, seeded, prefix="T", count=run.sizes.tenfold - run.sizes.swept, next_action_at=later)
        vacuum(engine)
        yield from _looks(engine, f"{run.sizes.tenfold:,}")


def _looks(engine: Engine, where: str) -> Iterator[Line]:
    looks, selects = [], []
    for _ in range(ROUNDS):
        looks.append(_look(engine, next_due_at))
        selects.append(_look(engine, lambda session: session.scalar(select(text("1")))))
    yield Line(f"zero due ÷ SELECT 1, {where}", _ratios(looks, selects), 1.5)


def _look(engine: Engine, ask: Callable[[Session], object]) -> float:
    """The median of some looks, within one connection as a process has it."""
    took = []
    with sessions(engine)() as session:
        for _ in range(LOOKS):
            began = time.perf_counter()
            ask(session)
            took.append(time.perf_counter() - began)
    return statistics.median(took)


def _fill(engine: Engine, due: int, findings: int) -> Round:
    with sessions(engine)() as session:
        seeded = seed_round(session)
    fill(engine, seeded, prefix="H", count=due, next_action_at=HAND_DUE)
    fill(engine, seeded, prefix="O", count=due, next_action_at=ORM_DUE)
    fill(engine, seeded, prefix="D", count=due, next_action_at=DEADLINE)
    fill(engine, seeded, prefix="L", count=findings - 3 * due, next_action_at=datetime(2027, 1, 1, tzinfo=UTC))
    vacuum(engine)
    return seeded


def _timed(
    engine: Engine, act: Callable[[Session], int], *, expected: int | None = BATCH, plain: bool = False
) -> float:
    """Seconds of a batch with its commit; `plain`: in a session that knows nothing of digests."""
    with Session(engine) if plain else sessions(engine)() as session:
        began = time.perf_counter()
        moved = act(session)
        session.commit()
        took = time.perf_counter() - began
    assert expected in (None, moved), f"a batch of {moved}"
    return took


def _in_rounds(took: list[float]) -> list[float]:
    """Microseconds a finding, each the mean of neighbouring batches."""
    each = max(len(took) // ROUNDS, 1)
    return [statistics.mean(took[at : at + each]) / BATCH * 1e6 for at in range(0, len(took) - each + 1, each)]


def _ratios(ours: list[float], theirs: list[float]) -> list[float]:
    return [our / their for our, their in zip(ours, theirs, strict=True)]
