"""What a process does from time to time beside its work: its heartbeat, and tidying."""

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
from workers.resources import Resources

BEAT_EVERY = 10.0  # seconds; `duban doctor` and those who watch from outside go by it
TIDY_EVERY, TIDY_FIRST_AFTER = 3600.0, 300.0  # seconds

_log = structlog.get_logger()


class Periodic:
    """A job that is due every so many seconds; a lost database does not end the process."""

    def __init__(
        self, resources: Resources, job: Callable[[Resources], object], every: float, first_after: float = 0.0
    ) -> None:
        self._resources, self._job, self._every = resources, job, every
        self._next = monotonic() + first_after

    def run_if_due(self) -> None:
        """Do the job when it is due; to be called at every turn of the process's loop."""
        if monotonic() >= self._next:
            self._next = monotonic() + self._every
            attempt(self._job, self._resources)


def heartbeat(resources: Resources, process: str) -> Periodic:
    """The job that records that a process of this kind runs."""

    def record(resources: Resources) -> None:
        with resources.sessions.begin() as session:
            beat(session, process, now=clock.now(session))

    return Periodic(resources, record, BEAT_EVERY)


def tidy(resources: Resources) -> None:
    """Remove answers no client asks for again, files without a row, and notes of what was settled; safe at once."""
    with resources.sessions.begin() as session:
        forgotten = forget_old(session, now=clock.now(session))
        forget_settled(session)
    store = FolderStore(resources.settings.data_dir / "evidence")
    with resources.readers.begin() as session:  # looking at many files must keep no writer waiting
        removed = sweep_orphans(session, store, now=clock.now(session))
    if forgotten or removed:
        _log.info("tidied", answers=forgotten, files=removed)
