"""The timetable: one small process that sends its ticks at exactly the instants when something falls due."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from types import MappingProxyType

import structlog
from sqlalchemy.orm import Session

from service.alerts.delivery import next_delivery_at
from service.documents.queue import next_render_at
from service.errors import Unavailable
from service.findings.sweep import next_due_after
from service.store import clock
from service.store.db import sign_of_commits, unavailable_when_lost
from service.store.heartbeats import TIMETABLE
from service.store.schema import explained_by_schema, require_current
from workers.heart import Heart
from workers.jobs import attempt, deliver_waiting, next_swept_at, sweep_due
from workers.notes import NOTE_EVERY, NoteKeeper
from workers.periodic import Periodic
from workers.queues import DELIVER, RENDER, SWEEP
from workers.resources import ANOTHER_SCHEMA, Resources
from workers.timetable_lock import hold

LOOK_EVERY = 0.5  # seconds: an earlier instant that was set meanwhile is seen so soon
LOOK_ANYWAY_EVERY = 5.0  # seconds, though nobody seems to have written
ASK_SCHEMA_EVERY = 5.0  # seconds
LOOK_AGAIN = 0.1  # seconds: what is due hides what comes next of its kind, until a worker has taken it
FAILED_PAUSE = 1.0  # seconds after a job that failed, so that it is not tried without a break
STAND_BY = 1.0  # seconds between two tries for the lock
UNTAKEN_AFTER = timedelta(seconds=5)  # sweep ticks were sent and nobody came: there is no worker
MAILS_A_TURN, MAILING_WITHIN = 20, 2.0  # messages, seconds: sweeping waits while the timetable itself sends
STUCK_AFTER = 120.0  # seconds without a turn after which it counts as stopped: it may have sweeps to do itself
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 10.0  # seconds between two tries for a database that was lost

# Sweeping cannot wait for a worker. Mail can, and a backlog is old however many workers send it: only without Redis,
# when no tick can reach any of them, is it sent from here.
BY_ITSELF: Mapping[str, Callable[[Resources], object]] = MappingProxyType(
    {
        SWEEP: sweep_due,
        DELIVER: partial(deliver_waiting, limit=MAILS_A_TURN, within=MAILING_WITHIN),
        RENDER: lambda _resources: None,  # papers wait for a worker: they would keep the sweep waiting
    }
)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outlook:
    """The database's present, when each queue has something to do, and what follows a sweep that is due; all in UTC."""

    now: datetime
    due_at: dict[str, datetime | None]
    then: datetime | None = None

    def is_due(self, queue: str) -> bool:
        """Whether the queue's work may begin."""
        at = self.due_at[queue]
        return at is not None and at <= self.now

    def is_untaken(self, queue: str) -> bool:
        """Whether it is a sweep that should long have begun."""
        at = self.due_at[queue]
        return queue == SWEEP and at is not None and at + UNTAKEN_AFTER <= self.now

    def has_come(self, queue: str, since: datetime) -> bool:
        """Whether an instant is there that was still ahead at `since`."""
        instants = (self.due_at[queue], self.then if queue == SWEEP else None)
        return any(at is not None and since < at <= self.now for at in instants)

    def pause(self) -> float:
        """Seconds to sleep: until the next instant when it is near."""
        ahead = [(at - self.now).total_seconds() for at in (*self.due_at.values(), self.then) if at and at > self.now]
        return min([LOOK_AGAIN if any(map(self.is_due, self.due_at)) else LOOK_EVERY, *ahead])


@dataclass(slots=True)
class Lookout:
    """Looks again and again, on one connection: while nobody has written, what is due is due when it was."""

    session: Session
    outlook: Outlook | None = None
    sign: str | None = None
    looked_at: float = 0.0  # on the monotonic clock
    is_stale: bool = True  # somebody has written since, or may have

    def glance(self) -> list[str]:
        """What time it is, and whether anybody has written; returns the queues whose awaited instant has come."""
        with self.session.begin():
            sign = sign_of_commits(self.session)  # first: what is written meanwhile is seen by the next look
            now = clock.now(self.session)
        self.is_stale = sign != self.sign or monotonic() - self.looked_at >= LOOK_ANYWAY_EVERY
        self.sign, before = sign, self.outlook
        if before is None:
            return []
        self.outlook = outlook = replace(before, now=now)
        return [queue for queue in outlook.due_at if outlook.has_come(queue, before.now)]

    def look(self) -> Outlook:
        """The outlook as of the last glance, asked anew if it is stale; leaves no transaction open."""
        if self.outlook is None or self.is_stale:
            with self.session.begin():
                self.outlook, self.looked_at = _outlook(self.session), monotonic()
        return self.outlook


def keep_timetable(resources: Resources) -> None:
    """Send ticks when something falls due, or stand by while another process does; ends when a stop is requested.

    A lost database is waited for.
    """
    with Heart(resources.sessions, TIMETABLE, folder=resources.folder, stuck_after=STUCK_AFTER) as heart:
        _keep(resources, heart)


def _keep(resources: Resources, heart: Heart) -> None:
    pause, logged = SHORTEST_PAUSE, ""
    while not resources.stop.requested:
        try:
            with unavailable_when_lost(), explained_by_schema(resources.engine), hold(resources.engine) as session:
                pause, part = SHORTEST_PAUSE, "holding" if session else "standing_by"
                if part != logged:
                    _log.info(logged := part)
                if session:
                    _send_ticks(resources, session, heart)
                else:
                    heart.turn()
                    resources.stop.wait(STAND_BY)
        except Unavailable as error:
            if error.code in ANOTHER_SCHEMA:
                _log.error("another_schema", code=error.code, doing="stopping")
                resources.stop.request(error.code)
                return
            _log.warning("database_unavailable", code=error.code, again_in=pause)
            heart.turn()  # it waits and is not stuck: it beats as soon as there is a database again
            resources.stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


def _outlook(session: Session) -> Outlook:
    due_at = {
        SWEEP: min(next_swept_at(session), default=None),
        DELIVER: next_delivery_at(session),
        RENDER: next_render_at(session),
    }
    outlook = Outlook(clock.now(session), due_at)
    return replace(outlook, then=next_due_after(session, outlook.now)) if outlook.is_due(SWEEP) else outlook


def _send_ticks(resources: Resources, session: Session, heart: Heart) -> None:
    notes = Periodic(resources, NoteKeeper(), NOTE_EVERY)
    gate = Periodic(resources, lambda _resources: require_current(resources.engine), ASK_SCHEMA_EVERY)
    lookout = Lookout(session)
    while not resources.stop.requested:
        heart.turn(TIMETABLE)
        gate.run_if_due()
        notes.run_if_due()
        # a tick is a hint: what was awaited need not be asked for first, which takes as long as a small sweep
        sent = [queue for queue in lookout.glance() if resources.ticks.send(queue)]
        outlook = lookout.look()
        for queue, job in BY_ITSELF.items():
            if queue in sent or not outlook.is_due(queue):
                continue
            if not resources.ticks.send(queue) or outlook.is_untaken(queue):
                _do(queue, job, resources)
        resources.stop.wait(outlook.pause())


def _do(queue: str, job: Callable[[Resources], object], resources: Resources) -> None:
    """Do a job that no worker does; one that fails must not keep the timetable from the others."""
    try:
        attempt(job, resources)
    except Exception:  # noqa: BLE001 - whatever it is, the sweeps have to go on
        _log.exception("job_failed", queue=queue)
        resources.stop.wait(FAILED_PAUSE)
