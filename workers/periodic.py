"""What a process does from time to time beside its work: mails to new addresses, and removing what is past its time."""

from collections.abc import Callable
from time import monotonic

import structlog

from service.alerts import given_up
from service.evidence.unused import sweep_orphans
from service.files.store import FolderStore
from service.statistics.tallies import TALLIES, is_outgrown, merge
from service.statistics.weeks import count_week, keep_week, unkept_weeks
from service.store import clock
from service.store.heartbeats import forget_stopped
from service.store.sweeping import forget_settled
from workers.jobs import attempt
from workers.resources import Resources
from workers.retention import remove_all

READDRESS_EVERY = 60.0  # seconds
TIDY_EVERY, TIDY_FIRST_AFTER = 3600.0, 300.0  # seconds
WEEK_EVERY, WEEK_FIRST_AFTER = 300.0, 60.0  # seconds

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


def send_to_new_addresses(resources: Resources) -> None:
    """Send again what was given up where people have another address by now; safe at once."""
    with resources.readers.begin() as session:  # an idle look takes no write lock
        if not given_up.has_new_address(session, now=clock.now(session)):
            return
    with resources.sessions.begin() as session:
        again = given_up.send_to_new_addresses(session, now=clock.now(session))
    _log.info("sent_to_new_addresses", mails=again)


def keep_a_week(resources: Resources) -> None:
    """Keep how the last week ended that is not kept yet; counting it takes a while, in which no writer waits."""
    with resources.readers.begin() as session:
        ended = unkept_weeks(session, now=clock.now(session))
    if not ended:
        return
    with resources.readers.begin() as session:
        rows = count_week(session, ended[-1])
    with resources.sessions.begin() as session:
        keep_week(session, ended[-1], rows)


def _merge_tallies(resources: Resources) -> None:
    for tally in TALLIES:
        with resources.readers.begin() as session:
            outgrown = is_outgrown(session, tally)
        if outgrown:
            with resources.sessions.begin() as session:
                merge(session, tally)


def tidy(resources: Resources) -> None:
    """Remove what is past its time, files that no row refers to and notes of what was settled, and merge the tallies.

    Safe at once.
    """
    removed = remove_all(resources)
    with resources.sessions.begin() as session:
        forget_settled(session)
        forget_stopped(session, now=clock.now(session))
    _merge_tallies(resources)
    store = FolderStore(resources.settings.data_dir / "evidence")
    with resources.readers.begin() as session:  # looking at many files must keep no writer waiting
        files = sweep_orphans(session, store, now=clock.now(session))
    if removed or files:
        _log.info("tidied", files=files, **{str(kind): count for kind, count in removed.items()})
