"""What strangers or programs could put on record without end: the first entries singly, the rest summed."""

import threading
from collections import Counter
from collections.abc import Hashable
from dataclasses import replace
from datetime import datetime, timedelta

from service.security_log.writing import NOWHERE, NewSecurityEntry

PERIOD = timedelta(minutes=15)
SINGLY = 5  # entries of one key in a period; a key is, for example, a name and an address
MOST_SINGLY = 100  # of one group: one person, or all strangers together
MOST_SUMS = 100  # keys with a sum of their own in a period; what is beyond goes into one of its kind
MOST_KEYS = 10_000  # that are told apart at all

Key = tuple[Hashable, ...]


class Summing:
    """The counts of one process; an entry comes back at once, or within its key's sum when the period is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: datetime | None = None
        self._seen: Counter[Key] = Counter()
        self._singly: Counter[str] = Counter()
        self._sums: dict[Key, NewSecurityEntry] = {}

    def add(
        self, entry: NewSecurityEntry, *, key: Key, group: str, at: datetime, singly: int = SINGLY, unseen: int = 0
    ) -> list[NewSecurityEntry]:
        """Count the entry; what is to be written now. The first `unseen` of a key are told by the next one's count."""
        with self._lock:
            ready = self._over(at)
            self._ends = self._ends or at + PERIOD
            if key in self._seen or len(self._seen) < MOST_KEYS:
                self._seen[key] += 1
            seen = self._seen[key] or MOST_KEYS
            if unseen < seen <= unseen + singly and self._singly[group] < MOST_SINGLY:
                self._singly[group] += 1
                first = unseen + 1 if seen == unseen + 1 else 1
                ready.append(replace(entry, at=at, count=first))
            elif seen > unseen:
                self._sum(entry, key, at)
            return ready

    def over(self, at: datetime) -> list[NewSecurityEntry]:
        """The sums of a period that is over."""
        with self._lock:
            return self._over(at)

    def rest(self) -> list[NewSecurityEntry]:
        """All sums so far: the process ends."""
        with self._lock:
            return self._take()

    def _over(self, at: datetime) -> list[NewSecurityEntry]:
        return self._take() if self._ends is not None and at >= self._ends else []

    def _take(self) -> list[NewSecurityEntry]:
        sums = list(self._sums.values())
        self._ends = None
        for counted in (self._seen, self._singly, self._sums):
            counted.clear()
        return sums

    def _sum(self, entry: NewSecurityEntry, key: Key, at: datetime) -> None:
        if key not in self._sums and len(self._sums) >= MOST_SUMS:
            key = (entry.kind, entry.outcome)
            entry = NewSecurityEntry(kind=entry.kind, outcome=entry.outcome, data={"of": "many"}, origin=NOWHERE)
        before = self._sums.get(key)
        self._sums[key] = replace(before or entry, at=at, count=(before.count if before else 0) + 1)
