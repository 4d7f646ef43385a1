"""What a process does beside its work: say that it runs, and clear away what nobody will ask for."""

from collections.abc import Callable
from time import monotonic

import structlog

from service.evidence import sweep_orphans
from service.files.store import FolderStore
from service.store import clock
from service.store.heartbeats import beat
from service.store.idempotency import forget_old
from service.store.sweeping import forget_settled
from workers.jobs import attempt
from workers.wiring import Wiring

BEAT_EVERY = 10.0  # seconds; `duban doctor` and those who watch from outside go by it
TIDY_EVERY, TIDY_FIRST_AFTER = 3600.0, 300.0  # seconds

_log = structlog.get_logger()


class Periodic:
    """A job done every so often; its process may ask at every turn of its loop. A lost database is no crash."""

    def __init__(self, wiring: Wiring, job: Callable[[Wiring], object], every: float, first_after: float = 0.0) -> None:
        self._wiring, self._job, self._every = wiring, job, every
        self._next = monotonic() + first_after

    def turn(self) -> None:
        """Do it, when it is time."""
        if monotonic() >= self._next:
            self._next = monotonic() + self._every
            attempt(self._job, self._wiring)


def heartbeat(wiring: Wiring, process: str) -> Periodic:
    """Say that a process of this kind runs."""

    def say_so(wiring: Wiring) -> None:
        with wiring.sessions.begin() as session:
            beat(session, process, now=clock.now(session))

    return Periodic(wiring, say_so, BEAT_EVERY)


def tidying(wiring: Wiring) -> Periodic:
    """Clear away answers that no client will ask for again, and files that no row refers to."""
    return Periodic(wiring, tidy, TIDY_EVERY, TIDY_FIRST_AFTER)


def tidy(wiring: Wiring) -> None:
    """Any number may do so at once."""
    with wiring.sessions.begin() as session:
        forgotten = forget_old(session, now=clock.now(session))
        forget_settled(session)
    store = FolderStore(wiring.settings.data_dir / "evidence")
    with wiring.readers.begin() as session:  # looking at many files must keep no writer waiting
        removed = sweep_orphans(session, store, now=clock.now(session))
    if forgotten or removed:
        _log.info("tidied", answers=forgotten, files=removed)
