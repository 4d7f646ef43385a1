"""The queues as an administrator sees them: how many ticks wait, and which jobs failed, run again or dropped.

RQ's own classes say where things lie; what lies there anyone who reaches Redis may have written. So nothing of it is
called, unpickled or unpacked: registries are read without RQ's cleaning, which calls what jobs name; of a failed job
only two short fields are read that our own worker wrote, and believed only in the form that it gives them.
"""

import re
import sys
from collections.abc import Iterator
from datetime import datetime
from types import TracebackType
from typing import NamedTuple
from uuid import UUID

from redis import Redis, RedisError
from rq import Queue, Worker
from rq.job import Job
from rq.results import Result
from rq.utils import now as utcnow

from service.errors import NotFound, Unavailable
from workers.queues import QUEUES, connect, make_tick, open_queue

MOST_FAILED = 50  # of one queue that are kept, the newest
LONGEST_FIELD = 300  # bytes
REASON = re.compile(r"[A-Za-z_][\w.]{0,100} at [\w/.-]{1,100}:\d{1,6}", re.ASCII)
OURS = ("workers", "service", "workflows")
_WHY, _AT = "duban_reason", "duban_failed_at"  # fields of RQ's hash of a job


class QueueState(NamedTuple):
    """How it stands with one queue."""

    name: str
    waiting: int
    running: int
    failed: int
    listeners: int  # workers that have registered for it


class FailedJob(NamedTuple):
    """A job that failed; `reason` names the kind of error and its place in the program, never its message."""

    id: str
    queue: str
    failed_at: datetime | None  # None as well as no reason: not written by a worker of ours
    reason: str | None


def queue_states(url: str) -> list[QueueState]:
    """Every queue; raises Unavailable `redis_away`."""
    with _Opened(url) as queues:
        return [
            QueueState(
                queue.name,
                queue.count,
                queue.started_job_registry.get_job_count(cleanup=False),
                queue.failed_job_registry.get_job_count(cleanup=False),
                Worker.count(queue=queue),
            )
            for queue in queues
        ]


def failed_jobs(url: str) -> list[FailedJob]:
    """The jobs that failed, the newest of each queue first; raises Unavailable `redis_away`."""
    with _Opened(url) as queues:
        return [_failed(queue, id_) for queue in queues for id_ in _failed_ids(queue)]


def end_failed(url: str, job_id: str, *, again: bool) -> str:
    """Forget a failed job, and let its queue do its work once more if `again`; returns the queue's name.

    Raises NotFound, and Unavailable `redis_away`. What runs is our own tick, which has no data, not what lies there.
    """
    with _Opened(url) as queues:
        for queue in queues:
            if job_id in _failed_ids(queue):
                _forget(queue, job_id)
                if again and queue.count == 0:
                    queue.enqueue_job(make_tick(queue))
                return queue.name
    raise NotFound("not_found")


def note_failure(queue: Queue, job: Job, reason: str) -> None:
    """Note when and why a job failed, and forget the oldest failures of its queue beyond the newest."""
    queue.connection.hset(job.key, mapping={_WHY: reason, _AT: utcnow().isoformat()})
    for old in queue.failed_job_registry.get_job_ids(0, -MOST_FAILED - 1, cleanup=False):
        _forget(queue, old)


def reason_of(error: BaseException | None, at: TracebackType | None) -> str:
    """The kind of an error and the innermost place of the program, without its message: that may quote anything."""
    kind, place = type(error), "unknown:0"
    while at is not None:
        module = at.tb_frame.f_globals.get("__name__", "")
        if module.partition(".")[0] in OURS:
            place = f"{module.replace('.', '/')}.py:{at.tb_lineno}"
        at = at.tb_next
    return f"{kind.__module__}.{kind.__qualname__} at {place}"


def reason_at_hand() -> str:
    """That of the error which is just being handled."""
    _, error, at = sys.exc_info()
    return reason_of(error, at)


class _Opened:
    """`with _Opened(url) as queues:` the queues over one connection; a Redis that is away is Unavailable."""

    def __init__(self, url: str) -> None:
        self._connection: Redis = connect(url)

    def __enter__(self) -> list[Queue]:
        return [open_queue(name, self._connection) for name in QUEUES]

    def __exit__(self, kind: object, error: BaseException | None, at: object) -> None:
        self._connection.close()
        if isinstance(error, RedisError):
            raise Unavailable("redis_away") from error


def _failed_ids(queue: Queue) -> Iterator[str]:
    """Of the newest ones, those that could be ours."""
    ids = queue.failed_job_registry.get_job_ids(0, MOST_FAILED - 1, desc=True, cleanup=False)
    return (id_ for id_ in ids if _is_id(id_))


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _failed(queue: Queue, id_: str) -> FailedJob:
    reason, at = _field(queue, id_, _WHY), _field(queue, id_, _AT)
    if reason is None or at is None or not REASON.fullmatch(reason):
        return FailedJob(id_, queue.name, None, None)
    try:
        failed_at = datetime.fromisoformat(at)
    except ValueError:
        return FailedJob(id_, queue.name, None, None)
    return FailedJob(id_, queue.name, failed_at if failed_at.tzinfo else None, reason)


def _field(queue: Queue, id_: str, name: str) -> str | None:
    """A field of a job, unless it is longer than what we write."""
    key = Job.key_for(id_)
    if not 0 < queue.connection.hstrlen(key, name) <= LONGEST_FIELD:
        return None
    value = queue.connection.hget(key, name)
    return value.decode(errors="replace") if isinstance(value, bytes) else None


def _forget(queue: Queue, id_: str) -> None:
    queue.failed_job_registry.remove(id_)
    queue.connection.delete(Job.key_for(id_), Result.get_key(id_))  # type: ignore[no-untyped-call]  # RQ's
