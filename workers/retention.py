"""Removing what is past its time: each part in a transaction of its own, for whoever runs it: a worker or a command."""

from service.retention.periods import Retained
from service.retention.retention import past_time, remove_past
from service.store import clock
from workers.resources import Resources


def count_past(resources: Resources) -> dict[Retained, int]:
    """How much of each kind is past its time; takes no write lock."""
    kept = resources.settings.logs.security_kept
    with resources.readers.begin() as session:
        return past_time(session, security_kept=kept, now=clock.now(session))


def remove_all(resources: Resources) -> dict[Retained, int]:
    """Remove all that is past its time; returns how much of each kind went. Any number may do so at once."""
    kept = resources.settings.logs.security_kept
    removed: dict[Retained, int] = {}
    for kind in (kind for kind, count in count_past(resources).items() if count):
        gone = 1
        while gone and not resources.stop.requested:
            with resources.sessions.begin() as session:
                gone = remove_past(session, kind, security_kept=kept, now=clock.now(session))
            removed[kind] = removed.get(kind, 0) + gone
    return {kind: count for kind, count in removed.items() if count}
