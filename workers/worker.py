"""The worker: RQ's own, in one process, which also looks into the database when it hears no tick."""

import gc
from collections.abc import Callable, Sequence
from time import monotonic

import structlog
from redis import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import DequeueTimeout, StopRequested
from rq.executions import Execution
from rq.job import Job
from rq.registry import StartedJobRegistry
from rq.serializers import JSONSerializer
from rq.utils import now as utcnow
from rq.worker import WorkerStatus
from rq.worker_registration import clean_worker_registry

from service.store.heartbeats import WORKER
from workers.heart import Heart
from workers.jobs import JOBS, attempt
from workers.periodic import (
    READDRESS_EVERY,
    TIDY_EVERY,
    TIDY_FIRST_AFTER,
    WEEK_EVERY,
    WEEK_FIRST_AFTER,
    Periodic,
    keep_a_week,
    send_to_new_addresses,
    tidy,
)
from workers.queue_list import note_failure, reason_at_hand
from workers.queues import DELIVER, JOB_TIMEOUT, RENDER, RENDER_TIMEOUT, connect, make_tick, open_queue
from workers.resources import Resources

LISTEN_FOR = 1  # seconds between two looks at the wish to stop
LOOK_AFTER = 5.0  # seconds without a tick
LOOK_EVERY = 1.0  # seconds, while Redis is away
STUCK_AFTER = 60.0  # seconds beyond the longest job of a worker, after which it counts as stopped
WORKER_TTL = 60  # seconds after which a worker that vanished is forgotten

_log = structlog.get_logger()


def work(resources: Resources, queues: Sequence[str]) -> None:
    """Serve the queues until stopped: by ticks while Redis answers, else by looking into the database."""
    gc.freeze()  # what was imported lives as long as the process: no collection need walk it again
    longest = RENDER_TIMEOUT if RENDER in queues else JOB_TIMEOUT
    duties = tuple(f"{WORKER} {queue}" for queue in queues)
    stuck_after = longest + STUCK_AFTER
    with Heart(resources.sessions, WORKER, *duties, folder=resources.folder, stuck_after=stuck_after) as heart:
        _serve(resources, queues, lambda: heart.turn(*duties))


def _serve(resources: Resources, queues: Sequence[str], turn: Callable[[], None]) -> None:
    periodic: list[Callable[[], None]] = [turn]
    if DELIVER in queues:
        periodic.append(Periodic(resources, send_to_new_addresses, READDRESS_EVERY).run_if_due)
        periodic.append(Periodic(resources, tidy, TIDY_EVERY, TIDY_FIRST_AFTER).run_if_due)
        periodic.append(Periodic(resources, keep_a_week, WEEK_EVERY, WEEK_FIRST_AFTER).run_if_due)
    _log.info("serving", queues=",".join(queues), by="ticks" if resources.settings.redis_url else "looking")
    while not resources.stop.requested:
        if resources.settings.redis_url:
            _by_ticks(resources, queues, resources.settings.redis_url, periodic)
        look(resources, queues)
        _run_periodic(periodic)
        resources.stop.wait(LOOK_EVERY)


def look(resources: Resources, queues: Sequence[str]) -> None:
    """Do the jobs of the queues, as ticks would ask for them."""
    for queue in queues:
        if not resources.stop.requested:
            attempt(JOBS[queue], resources)


def _run_periodic(jobs: Sequence[Callable[[], None]]) -> None:
    for job in jobs:
        job()


def _by_ticks(resources: Resources, queues: Sequence[str], url: str, periodic: Sequence[Callable[[], None]]) -> None:
    try:
        with connect(url) as connection:
            TickWorker(resources, [open_queue(queue, connection) for queue in queues], periodic).work()
    except RedisError as error:
        _log.warning("redis_away", error=str(error), doing="looking into the database instead")


class TickWorker(SimpleWorker):
    """RQ's worker without threads, commands from Redis and exceptions out of signal handlers."""

    def __init__(self, resources: Resources, queues: Sequence[Queue], periodic: Sequence[Callable[[], None]]) -> None:
        super().__init__(queues, connection=queues[0].connection, serializer=JSONSerializer, worker_ttl=WORKER_TTL)
        self._resources, self._periodic = resources, periodic
        self._heard_at = monotonic()

    def _install_signal_handlers(self) -> None:
        """Stop takes the signals: RQ's handlers would break off whatever is at hand."""

    def subscribe(self) -> None:
        """Listen to no commands: anyone who reaches Redis could end workers with them."""

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run our own job of the queue's name: what lies in Redis is a hint, and anyone may have put it there."""
        super().execute_job(make_tick(queue, job.id), queue)

    def handle_job_failure(
        self,
        job: Job,
        queue: Queue,
        started_job_registry: StartedJobRegistry | None = None,
        exc_string: str = "",  # noqa: ARG002 - a traceback quotes what the failure was about
        execution: Execution | None = None,
    ) -> None:
        """Leave in Redis the kind of the error and its place alone: the whole of it is in this process's log."""
        reason = reason_at_hand()
        super().handle_job_failure(job, queue, started_job_registry, exc_string=reason, execution=execution)
        note_failure(queue, job, reason)

    def check_for_suspension(self, burst: bool) -> None:  # noqa: FBT001 - RQ's signature
        """Never pause: what Redis says of it anyone may have written."""

    def run_maintenance_tasks(self) -> None:
        """Forget what killed workers left behind; RQ's own would call what the jobs there name as callback."""
        for queue in self.queues:
            with self.connection.pipeline() as pipeline:
                for registry in (queue.started_job_registry, queue.failed_job_registry):
                    pipeline.zremrangebyscore(registry.key, "-inf", utcnow().timestamp())
                pipeline.delete(queue.intermediate_queue.key)  # ticks that died with their worker: another one comes
                pipeline.execute()
            clean_worker_registry(queue)
        self.last_cleaned_at = utcnow()  # type: ignore[assignment]  # RQ leaves it untyped

    def dequeue_job_and_maintain_ttl(
        self,
        timeout: int | None,  # noqa: ARG002 - RQ's signature
        max_idle_time: int | None = None,  # noqa: ARG002 - RQ's signature
    ) -> tuple[Job, Queue]:
        """The next tick; between ticks the database is looked at, and a requested stop ends the wait."""
        self.set_state(WorkerStatus.IDLE)
        while not self._resources.stop.requested:
            if found := self._listen():
                return found
            if monotonic() - self._heard_at >= LOOK_AFTER:
                look(self._resources, self.queue_names())
                self._heard_at = monotonic()
        raise StopRequested

    def _listen(self) -> tuple[Job, Queue] | None:
        """Wait for a tick, not for long; keep up what RQ knows of this worker."""
        _run_periodic(self._periodic)
        self.heartbeat()
        if self.should_run_maintenance_tasks:
            self.run_maintenance_tasks()
        try:
            found: tuple[Job, Queue] | None = self.queue_class.dequeue_any(
                self.queues, LISTEN_FOR, connection=self.connection, serializer=self.serializer
            )
        except DequeueTimeout:
            return None
        self._heard_at = monotonic()
        return found
