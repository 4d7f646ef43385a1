"""The jobs: shells around the use cases, called by RQ, by the timetable and by workers that hear no tick."""

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from types import MappingProxyType
from typing import NamedTuple, Protocol

import structlog
from sqlalchemy.orm import Session

from service.alerts.delivery import LIMIT, SENDING_WITHIN
from service.alerts.delivery import deliver as send_waiting
from service.audit.checkpoints import EVENTS, JOURNAL, SECURITY, Book, checkpoint, full_since, unsealed_since
from service.documents.enclosures import ReportEncloser
from service.documents.queue import next_render_at
from service.documents.rendering import RenderTools, make_due
from service.errors import Unavailable
from service.files.store import FolderStore
from service.findings.acknowledgements import next_unacknowledged_at, sweep_acknowledgements
from service.findings.sweep import BATCH, next_due_at
from service.findings.sweep import sweep as sweep_batch
from service.inspections.feedback import next_feedback_at, sweep_feedback
from service.readiness.proposals import next_proposal_at, sweep_proposals
from service.reports.plan import next_plan_at, plan_due
from service.reports.sweep import next_report_at, sweep_reports
from service.store import clock
from service.store.db import is_locked, is_lost, unavailable_when_lost
from service.store.heartbeats import web_hosts_elsewhere
from service.store.rows_on_record.digests import recorded_at
from service.store.sqlite import was_held_up
from service.store.sweeping import ClockTask, resting_tasks, resume_task, set_task_aside
from workers.queues import DELIVER, JOB_TIMEOUT, RENDER, SWEEP
from workers.resources import ANOTHER_SCHEMA, Resources, process_resources

SQLITE_BATCH = 25  # another writer waits for one batch: some 20 ms
GIVE_WAY = 0.005  # seconds after a batch on SQLite, in which whoever waits to write begins
GIVE_WAY_TO_ALL = 0.1  # seconds after a batch that was held up by others: all of them come first, each before one batch
SEAL_AFTER = timedelta(seconds=50)  # with signing and export within a minute
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)  # an instant that has always come
WORK_FOR = JOB_TIMEOUT * 2 / 3  # seconds; then the next tick goes on, before RQ would cut the job off

Probe = Callable[[Session], datetime | None]

_log = structlog.get_logger()


class Batch(Protocol):
    """A use case that works through up to `limit` rows and returns how many it looked at."""

    def __call__(self, session: Session, *, now: datetime, limit: int) -> int: ...


class Sweep(NamedTuple):
    """A task of the clock: how it is done, and when it has something to do next."""

    task: ClockTask
    batch: Batch
    next_at: Probe


def sweep() -> None:
    """RQ's job: `sweep_due` with the resources of this process."""
    attempt(sweep_due, process_resources())


def deliver() -> None:
    """RQ's job: `deliver_waiting` with the resources of this process."""
    attempt(deliver_waiting, process_resources())


def render() -> None:
    """RQ's job: `render_waiting` with the resources of this process."""
    attempt(render_waiting, process_resources())


def attempt(job: Callable[[Resources], object], resources: Resources) -> bool:
    """Do a job; False when the database cannot be reached, which still holds what was not done."""
    try:
        with unavailable_when_lost():
            job(resources)
    except Unavailable as error:
        if error.code in ANOTHER_SCHEMA:  # started again, it is the program that is installed by then
            _log.error("another_schema", code=error.code, doing="stopping")
            resources.stop.request(error.code)
        elif error.code == "database_busy":  # somebody writes much at once: the next turn does it
            _log.info("database_busy", cause=str(error.__cause__))
        else:
            _log.warning("database_unavailable", code=error.code, cause=str(error.__cause__))
        return False
    return True


def sweep_due(resources: Resources, *, retry_now: bool = False) -> int:
    """Everything that is due by now; then somebody is told to deliver. Returns how many rows were looked at.

    A task that failed as a whole rests for a while, unless it is to be retried now.
    """
    until = monotonic() + WORK_FOR  # for all together: the next tick goes on where this one had to end
    with resources.readers.begin() as session:
        now, resting = clock.now(session), resting_tasks(session)
        rests = {task for task, again_at in resting.items() if again_at > now and not retry_now}
        due = _due(session, [sweep for sweep in SWEPT if sweep.task not in rests], resting, now)
    done = _sweep_in_turn(resources, due, resting, until)
    if done:
        resources.ticks.send(DELIVER)
    with resources.readers.begin() as session:
        due = _due(session, [sweep for sweep in UNHEARD if sweep.task not in rests], resting, clock.now(session))
    _sweep_in_turn(resources, due, resting, until)
    return done


def deliver_waiting(resources: Resources, *, limit: int = LIMIT, within: float = SENDING_WITHIN) -> int:
    """Send the messages that are due, over one connection for each channel; returns how many were tried.

    Begins no further message after `within` seconds.
    """
    base_url = resources.settings.base_url
    encloser = ReportEncloser(resources.readers, FolderStore(resources.settings.data_dir / "documents"))
    report = send_waiting(
        resources.sessions, resources.channels, base_url=base_url, limit=limit, within=within, encloser=encloser
    )
    if report.tried or report.down:
        _log.info("delivered", sent=report.sent, failed=report.failed, lost=report.lost, down=report.down)
    return report.tried


def render_waiting(resources: Resources) -> int:
    """Make the documents that are queued; returns how many were tried."""
    with resources.readers.begin() as session:  # an idle look takes no write lock
        at = next_render_at(session)
        if at is None or at > (now := clock.now(session)):
            return 0
        elsewhere = web_hosts_elsewhere(session, resources.folder, now=now)
    if elsewhere:  # nobody would find there what is made here; one that shares their folder makes it
        _log.error("folder_of_another", web=",".join(elsewhere), doing="leaving documents to others")
        return 0
    data = resources.settings.data_dir
    tools = RenderTools(
        resources.readers, FolderStore(data / "evidence"), FolderStore(data / "documents"), data / "templates"
    )
    return make_due(resources.sessions, tools, now=clock.now, within=WORK_FOR, stop=lambda: resources.stop.requested)


def next_swept_at(session: Session) -> list[datetime]:
    """The instants at which the sweeps have something to do next, in UTC; none for a sweep without."""
    resting = resting_tasks(session)
    return [at for sweep in (*SWEPT, *UNHEARD) if (at := resting.get(sweep.task) or _next_at(session, sweep))]


JOBS: Mapping[str, Callable[[Resources], object]] = MappingProxyType(
    {SWEEP: sweep_due, DELIVER: deliver_waiting, RENDER: render_waiting}
)


def next_seal_at(session: Session, book: Book = EVENTS) -> datetime | None:
    """When the next checkpoint of a book is due: some time after the first entry it will cover, or with the 500th."""
    since = unsealed_since(session, book)
    return min(since + SEAL_AFTER, full_since(session, book) or since + SEAL_AFTER) if since else None


def _due(session: Session, sweeps: Sequence[Sweep], failed_before: Container[str], now: datetime) -> list[Sweep]:
    """The sweeps that have something to do, by one look for all: an idle one takes no transaction of its own.

    Once a probe fails, the rest keep theirs, for a transaction may be of no use after that.
    """
    due: list[Sweep] = []
    for position, sweep in enumerate(sweeps):
        try:
            at = AT_ONCE if sweep.task in failed_before else sweep.next_at(session)
        except Exception as error:
            if is_lost(error):
                raise
            return [*due, *sweeps[position:]]
        if at is not None and at <= now:
            due.append(sweep._replace(next_at=_at_once))
    return due


def _at_once(_session: Session) -> datetime:
    """The probe of a sweep that is known to have something to do."""
    return AT_ONCE


def _next_at(session: Session, sweep: Sweep) -> datetime | None:
    """What the probe says; at once when it fails, so that the sweep is tried and its failure noted."""
    try:
        return sweep.next_at(session)
    except Exception as error:  # one sweep that fails must not hide what the others have to do
        if is_lost(error):
            raise
        _log.error("probe_failed", task=str(sweep.task), error=repr(error))
        return AT_ONCE


def _sweep_in_turn(resources: Resources, due: Sequence[Sweep], resting: Container[str], until: float) -> int:
    """Each sweep within its share of the time that is left, with one for what comes after: none keeps others away."""
    done = 0
    for position, sweep in enumerate(due):
        share = (until - monotonic()) / (len(due) - position + 1)
        done += _sweep_safely(resources, sweep, sweep.task in resting, monotonic() + share)
    return done


def _sweep_safely(resources: Resources, sweep: Sweep, failed_before: bool, until: float) -> int:  # noqa: FBT001
    """Drain a sweep; one that fails as a whole is set aside and rests for a while, and the others go on.

    One that finds its rows locked goes on at the next tick.
    """
    if resources.stop.requested or monotonic() >= until:
        return 0
    try:
        done = _drain(resources, sweep, until)
    except Exception as error:  # one sweep that fails must not stop the others
        if is_lost(error):
            raise
        if is_locked(error):
            _log.info("rows_locked", task=str(sweep.task))
            return 0
        with resources.sessions.begin() as session:
            set_task_aside(session, sweep.task, error, now=clock.now(session))
        return 0
    if failed_before:
        with resources.sessions.begin() as session:
            resume_task(session, sweep.task)
    return done


def _drain(resources: Resources, sweep: Sweep, until: float) -> int:
    """Batches, each in its own transaction, until nothing is left, time is up or a stop is requested.

    Looks first whether anything is due, unless that is known: an idle sweep takes no write lock.
    """
    if sweep.next_at is not _at_once:
        with resources.readers.begin() as session:
            earliest = sweep.next_at(session)
            if earliest is None or earliest > clock.now(session):
                return 0
    has_one_writer = resources.engine.dialect.name == "sqlite"
    limit = SQLITE_BATCH if has_one_writer else BATCH
    done, looked_at = 0, limit
    while looked_at == limit and not resources.stop.requested and monotonic() < until:
        with resources.sessions.begin() as session:
            now = clock.now(session)
            held_up = was_held_up(session.connection())
            recorded_at(session, now)
            looked_at = sweep.batch(session, now=now, limit=limit)
        done += looked_at
        if looked_at == limit and has_one_writer:
            resources.stop.wait(GIVE_WAY_TO_ALL if held_up else GIVE_WAY)
    return done


def _seal(session: Session, *, now: datetime, limit: int, book: Book) -> int:  # noqa: ARG001 - one covers all there is
    checkpoint(session, now=now, book=book)
    return 1


def _sweep_batch(session: Session, *, now: datetime, limit: int) -> int:
    swept = sweep_batch(session, now=now, limit=limit)
    _log.info("swept", findings=swept.findings, events=swept.events, set_aside=swept.set_aside)
    return swept.findings + swept.set_aside


# Everything that the clock does, each with the probe of an index that says when it has something to do.
SWEPT = (
    Sweep(ClockTask.FINDINGS, _sweep_batch, next_due_at),
    Sweep(ClockTask.ACKNOWLEDGEMENTS, sweep_acknowledgements, next_unacknowledged_at),
    Sweep(ClockTask.PROPOSALS, sweep_proposals, next_proposal_at),
    Sweep(ClockTask.REPORTS, sweep_reports, next_report_at),
    Sweep(ClockTask.FEEDBACK, sweep_feedback, next_feedback_at),
)
# These leave no alerts.
UNHEARD = (
    Sweep(ClockTask.PLANS, plan_due, next_plan_at),
    Sweep(ClockTask.EVENT_SEALS, partial(_seal, book=EVENTS), partial(next_seal_at, book=EVENTS)),
    Sweep(ClockTask.JOURNAL_SEALS, partial(_seal, book=JOURNAL), partial(next_seal_at, book=JOURNAL)),
    Sweep(ClockTask.SECURITY_SEALS, partial(_seal, book=SECURITY), partial(next_seal_at, book=SECURITY)),
)
