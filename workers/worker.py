"""The worker: RQ's own, in one process, which also looks into the database when it hears no tick."""

import gc
from collections.abc import Sequence
from time import monotonic

import structlog
from redis import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import DequeueTimeout, StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from workers.jobs import JOBS, attempt
from workers.periodic import TIDY_EVERY, TIDY_FIRST_AFTER, Periodic, heartbeat, tidy
from workers.queues import DELIVER, connect, make_tick, open_queue
from workers.resources import Resources

LISTEN_FOR = 1  # seconds between two looks at the wish to stop
LOOK_AFTER = 5.0  # seconds without a tick
LOOK_EVERY = 1.0  # seconds, while Redis is away
WORKER_TTL = 60  # seconds after which a worker that vanished is forgotten

_log = structlog.get_logger()


def work(resources: Resources, queues: Sequence[str]) -> None:
    """Serve the queues until stopped: by ticks while Redis answers, else by looking into the database."""
    gc.freeze()  # what was imported lives as long as the process: no collection need walk it again
    periodic = [heartbeat(resources, "worker")]
    if DELIVER in queues:
        periodic.append(Periodic(resources, tidy, TIDY_EVERY, TIDY_FIRST_AFTER))
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


def _run_periodic(jobs: Sequence[Periodic]) -> None:
    for job in jobs:
        job.run_if_due()


def _by_ticks(resources: Resources, queues: Sequence[str], url: str, periodic: Sequence[Periodic]) -> None:
    try:
        with connect(url) as connection:
            TickWorker(resources, [open_queue(queue, connection) for queue in queues], periodic).work()
    except RedisError as error:
        _log.warning("redis_away", error=str(error), doing="looking into the database instead")


class TickWorker(SimpleWorker):
    """RQ's worker without threads, commands from Redis and exceptions out of signal handlers."""

    def __init__(self, resources: Resources, queues: Sequence[Queue], periodic: Sequence[Periodic]) -> None:
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
            self.run_maintenance_tasks()  # type: ignore[no-untyped-call]  # RQ leaves it untyped
        try:
            found: tuple[Job, Queue] | None = self.queue_class.dequeue_any(
                self.queues, LISTEN_FOR, connection=self.connection, serializer=self.serializer
            )
        except DequeueTimeout:
            return None
        self._heard_at = monotonic()
        return found
