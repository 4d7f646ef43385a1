"""The watchdog's process, and its stand-in within a web process: a look every ten seconds, whatever stands still."""

from contextlib import ExitStack, suppress

import structlog

from service.doctor.watchdog.watchdog import Watchdog
from service.errors import Unavailable
from service.store.heartbeats import WATCHDOG
from workers.heart import Heart
from workers.resources import Resources

LOOK_EVERY = 10.0  # seconds
FIRST_AFTER = 15.0  # seconds: those that were started together come up meanwhile
STUCK_AFTER = 120.0  # seconds without a look after which it counts as stopped

_log = structlog.get_logger()


def keep_watch(resources: Resources, *, stands_by: bool = False) -> None:
    """Watch until a stop is requested; one that stands by has other work, and watches only while nobody else does."""
    watchdog = Watchdog(
        resources.settings, resources.engine, resources.sessions, resources.readers, resources.channels, stands_by
    )
    with ExitStack() as stack:
        heart = None if stands_by else stack.enter_context(Heart(resources.sessions, WATCHDOG, stuck_after=STUCK_AFTER))
        resources.stop.wait(FIRST_AFTER)
        logged = ""
        while not resources.stop.requested:
            if heart:
                heart.turn()
            if (part := _look(watchdog)) != logged:
                _log.info(logged := part)
            resources.stop.wait(LOOK_EVERY)
        with suppress(Unavailable):
            watchdog.leave()


def _look(watchdog: Watchdog) -> str:
    try:
        return "watching" if watchdog.look() else "standing_by"
    except Exception:  # noqa: BLE001 - the next look may succeed, and this one's failure is in the log
        _log.exception("look_failed")
        return "failing"
