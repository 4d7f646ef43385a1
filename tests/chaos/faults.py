"""The faults of a run: drawn by lot from a seed, so that a run can be done again."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from random import Random
from types import MappingProxyType

import redis

from tests.chaos.fleet import Fleet

LEASE = 6.0  # seconds, as SHORT_LEASES has it
COMMON = {  # what is done and to whom → its share; `all` are all of our processes at once
    "kill web": 8,
    "kill worker": 14,
    "kill timetable": 6,
    "kill valkey": 6,
    "kill mail": 3,
    "kill all": 3,
    "flush valkey": 6,
    "pause web": 4,
    "pause worker": 6,
    "pause timetable": 4,
    "pause mail": 2,
}
KINDS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {"postgresql": {**COMMON, "cut database": 9}, "sqlite": {**COMMON, "kill watchdog": 2, "pause watchdog": 1}}
)
# What may keep whoever has handed over a mail from writing that down, and for how many mails.
REPEATS: Mapping[str, int] = MappingProxyType(
    {
        **{f"{act} {whom}": 1 for act in ("kill", "pause") for whom in ("worker", "timetable", "mail")},
        **dict.fromkeys(("kill all", "cut database"), 4),
    }
)


class Faults:
    """One lot after the other; `kinds` says how often each fault is drawn."""

    def __init__(self, fleet: Fleet, seed: int, kinds: Mapping[str, int]) -> None:
        self.fleet, self.kinds, self.lot = fleet, kinds, Random(seed)  # noqa: S311 - to be drawn again, not to be secret
        self.done: Counter[str] = Counter()

    def strike(self) -> str:
        """Draw a fault and do it."""
        (kind,) = self.lot.choices(list(self.kinds), list(self.kinds.values()))
        act, _, whom = kind.partition(" ")
        stopped, away = LEASE + self.lot.uniform(0.5, 3.0), self.lot.uniform(0.2, 3.0)
        number = self.lot.random()
        if whom in ("valkey", "database"):
            self._strike_server(kind, away)
        elif whom == "all":
            for child in self.fleet.of(whom):
                child.kill()
            self.fleet.kill_valkey(0)
        else:
            among = self.fleet.of(whom)
            child = among[int(number * len(among))]
            if act == "pause":
                child.pause(stopped)
            else:
                child.kill(away if whom == "mail" else 0)
        self.done[kind] += 1
        return kind

    def between(self) -> float:
        """Seconds until the next one."""
        return self.lot.uniform(0.5, 1.3)

    def explained_repeats(self) -> int:
        """How many mails may have come twice because of what was done."""
        return sum(REPEATS.get(kind, 0) * number for kind, number in self.done.items())

    def _strike_server(self, kind: str, away: float) -> None:
        if kind == "kill valkey":
            self.fleet.kill_valkey(away)
        elif kind == "flush valkey":
            with suppress(redis.RedisError), self.fleet.valkey.client() as client:
                client.flushall()
        elif self.fleet.postgresql:
            self.fleet.postgresql.cut_connections()
