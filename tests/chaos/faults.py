"""The faults of a run: drawn by lot from a seed, so that a run can be done again."""

import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from random import Random

import psutil
import redis

from tests.chaos.fleet import Fleet

LEASE = 6.0  # seconds, as SHORT_LEASES has it
KINDS = {  # fault → its share
    "kill_web": 6,
    "kill_web_worker": 5,
    "kill_worker": 14,
    "kill_timetable": 6,
    "kill_valkey": 6,
    "flush_valkey": 6,
    "cut_database": 9,
    "pause_worker": 6,
    "pause_timetable": 4,
    "pause_web_worker": 3,
}


class Faults:
    """One lot after the other; `kinds` says how often each fault is drawn."""

    def __init__(self, fleet: Fleet, seed: int, kinds: Mapping[str, int]) -> None:
        self.fleet, self.kinds, self.lot = fleet, kinds, Random(seed)  # noqa: S311 - to be drawn again, not to be secret
        self.done: Counter[str] = Counter()
        self._paused: list[tuple[float, psutil.Process]] = []

    def strike(self) -> str:
        """Draw a fault and do it."""
        (kind,) = self.lot.choices(list(self.kinds), list(self.kinds.values()))
        number = self.lot.choice((1, 2))
        seconds = LEASE + self.lot.uniform(0.5, 3.0)
        self._strike(kind, number, seconds)
        self.done[kind] += 1
        return kind

    def between(self) -> float:
        """Seconds until the next one."""
        return self.lot.uniform(0.5, 1.3)

    def let_go(self, *, all_of_them: bool = False) -> None:
        """Let web workers go on that were stopped for long enough."""
        due = [one for one in self._paused if all_of_them or time.monotonic() >= one[0]]
        self._paused = [one for one in self._paused if one not in due]
        for _, process in due:
            with suppress(psutil.NoSuchProcess):
                process.resume()

    def _strike(self, kind: str, number: int, seconds: float) -> None:
        children = self.fleet.children
        match kind:
            case "kill_web":
                children[f"web-{number}"].kill()
            case "kill_worker":
                children[f"worker-{number}"].kill()
            case "kill_timetable":
                children[f"timetable-{number}"].kill()
            case "pause_worker":
                children[f"worker-{number}"].pause(seconds)
            case "pause_timetable":
                children[f"timetable-{number}"].pause(seconds)
            case "cut_database":
                self.fleet.postgresql.cut_connections()
            case "kill_web_worker" | "pause_web_worker":
                self._strike_web_worker(kind, number, seconds)
            case _:
                self._strike_valkey(kind)

    def _strike_web_worker(self, kind: str, number: int, seconds: float) -> None:
        master = self.fleet.children[f"web-{number}"].process
        with suppress(psutil.NoSuchProcess):
            workers = psutil.Process(master.pid).children() if master else []
            if workers and kind == "kill_web_worker":
                self.lot.choice(workers).kill()
            elif workers:
                chosen = self.lot.choice(workers)
                chosen.suspend()
                self._paused.append((time.monotonic() + seconds, chosen))

    def _strike_valkey(self, kind: str) -> None:
        if kind == "kill_valkey":
            self.fleet.valkey.kill()
            self.fleet.valkey_starts_at = time.monotonic() + self.lot.uniform(0.2, 3.0)
            return
        with suppress(redis.RedisError), self.fleet.valkey.client() as client:
            client.flushall()
