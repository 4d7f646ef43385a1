"""The queues, and the ticks that travel in them: hints without data, for the database is the truth."""

from time import monotonic

import structlog
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from service.store import heartbeats

SWEEP, DELIVER, RENDER = QUEUES = heartbeats.QUEUES
JOB_TIMEOUT = 30  # seconds; a job stops by itself well before
RENDER_TIMEOUT = 600  # seconds: a ledger of a hundred thousand rows takes a minute of a slow machine
TICK_TTL = 60  # seconds after which a tick that no worker took is forgotten
FAILED_KEPT = 7 * 24 * 3600  # seconds that an administrator can see a failure
ANSWER_WITHIN = 2.0  # seconds
AVOID_FOR = 2.0  # seconds that a Redis which failed is not asked again: its silence must not delay a sweep

_log = structlog.get_logger()


def connect(url: str) -> Redis:
    """A client with short time-outs, which retries once a connection that was cut while idle."""
    return Redis.from_url(
        url,
        socket_connect_timeout=ANSWER_WITHIN,
        socket_timeout=ANSWER_WITHIN,
        retry=Retry(NoBackoff(), 1),
        client_name="duban",
    )


def ping(url: str) -> str | None:
    """Ping Redis; the error as text, None when it answers."""
    try:
        with connect(url) as client:
            client.ping()
    except RedisError as error:
        return str(error)
    return None


def open_queue(name: str, connection: Redis) -> Queue:
    """One of QUEUES; its jobs are JSON, never pickled code."""
    return Queue(name, connection=connection, serializer=JSONSerializer)


def make_tick(queue: Queue, job_id: str | None = None) -> Job:
    """The only job that a queue carries: the one of its own name, without data."""
    return queue.create_job(
        f"workers.jobs.{queue.name}",
        job_id=job_id,
        timeout=RENDER_TIMEOUT if queue.name == RENDER else JOB_TIMEOUT,
        result_ttl=0,
        ttl=TICK_TTL,
        failure_ttl=FAILED_KEPT,
    )


class Ticks:
    """Sends ticks to the queues; without an address, or with Redis away, none is sent."""

    def __init__(self, url: str | None) -> None:
        self._connection = connect(url) if url else None
        self._avoid_until = 0.0

    def send(self, name: str) -> bool:
        """Leave a tick in the queue unless one waits there; False when Redis is away.

        Two senders at once may leave two: a tick too many finds nothing to do.
        """
        if self._connection is None or monotonic() < self._avoid_until:
            return False
        try:
            queue = open_queue(name, self._connection)
            if queue.count == 0:
                queue.enqueue_job(make_tick(queue))
        except RedisError as error:
            self._avoid_until = monotonic() + AVOID_FOR
            _log.warning("redis_away", error=str(error), doing="looking into the database instead")
            return False
        return True

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
