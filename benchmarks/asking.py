"""What a question to the database takes, in turns; a slow one is asked less often, so that others get their turn."""

import gc
import time
from collections.abc import Callable

from benchmarks.http import ROUNDS

CALLS, LEAST = 20, 4  # in each turn, at most and at least
LONGEST = 2.0  # seconds after which a turn that has had its least is over


def in_turns_of(ask: Callable[[], float]) -> list[list[float]]:
    """What `ask` says that it took, of `ROUNDS` turns; a first one warms up and is not counted."""
    ask()
    gc.collect()
    gc.freeze()  # as a web process does: what the benchmark itself holds is no part of what is asked
    try:
        return [_turn(ask) for _ in range(ROUNDS)]
    finally:
        gc.unfreeze()


def _turn(ask: Callable[[], float]) -> list[float]:
    took: list[float] = []
    until = time.monotonic() + LONGEST
    while len(took) < CALLS and (len(took) < LEAST or time.monotonic() < until):
        took.append(ask())
    return took
