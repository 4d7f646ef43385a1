"""What an administrator sees of queues: why a job failed without what it was about, and nothing that was planted."""

import uuid
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job

import workers.jobs
from service.errors import NotFound, Unavailable
from tests.build.process_settings import process_settings
from workers.queue_list import MOST_FAILED, REASON, QueueState, end_failed, failed_jobs, note_failure, queue_states
from workers.queues import SWEEP, connect, make_tick, open_queue
from workers.resources import Resources, open_resources
from workers.worker import TickWorker

SECRET = "password=hunter2 of 王某"


@pytest.fixture
def queue(redis_url: str) -> Queue:
    return open_queue(SWEEP, connect(redis_url))


def fail_once(queue: Queue, resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a worker do a tick that fails, and stop."""

    def failing() -> Resources:
        resources.stop.request("test")
        raise ValueError(SECRET)

    monkeypatch.setattr(workers.jobs, "process_resources", failing)
    queue.enqueue_job(make_tick(queue))
    TickWorker(resources, [queue], []).work()


def everything(redis: Redis) -> str:
    """All keys and fields that RQ has, as text."""
    kinds = {key: redis.type(key) for key in redis.scan_iter("rq:*")}
    hashes = [redis.hgetall(key) for key, kind in kinds.items() if kind == b"hash"]
    return repr((kinds, hashes))


def test_a_failed_job_says_what_kind_of_error_and_where_and_may_run_again(
    queue: Queue, redis_url: str, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resources = open_resources(process_settings(sqlite_url, tmp_path))
    fail_once(queue, resources, monkeypatch)
    resources.close()
    (failed,) = failed_jobs(redis_url)
    assert failed.reason is not None
    assert failed.reason.startswith("builtins.ValueError at workers/jobs.py:")
    assert failed.failed_at is not None
    result = Job.fetch(failed.id, connection=queue.connection, serializer=queue.serializer).latest_result()
    assert result is not None
    assert result.exc_string == failed.reason
    assert "hunter2" not in everything(queue.connection)
    assert queue_states(redis_url)[0] == QueueState(SWEEP, waiting=0, running=0, failed=1, listeners=0)
    assert end_failed(redis_url, failed.id, again=True) == SWEEP
    assert (failed_jobs(redis_url), queue.count) == ([], 1)
    assert queue.jobs[0].func_name == "workers.jobs.sweep"
    with pytest.raises(NotFound):
        end_failed(redis_url, failed.id, again=False)


def test_what_others_have_planted_is_neither_believed_nor_run(queue: Queue, redis_url: str) -> None:
    redis, registry = queue.connection, queue.failed_job_registry
    planted, bomb = str(uuid.uuid4()), str(uuid.uuid4())
    redis.zadd(registry.key, {"no id": 9e9, planted: 9e9, bomb: 9e9})
    redis.hset(Job.key_for(planted), mapping={"duban_reason": "<b>密码</b>", "duban_failed_at": "now"})
    redis.hset(Job.key_for(planted), mapping={"data": "\x80", "failure_callback_name": "os.mkdir"})
    redis.hset(Job.key_for(bomb), mapping={"duban_reason": "x" * 10_000, "duban_failed_at": "x"})
    redis.zadd(queue.started_job_registry.key, {f"{planted}:1": 1})
    assert {(one.id, one.failed_at, one.reason) for one in failed_jobs(redis_url)} == {
        (planted, None, None),
        (bomb, None, None),
    }
    assert queue_states(redis_url)[0].running == 1
    end_failed(redis_url, planted, again=True)
    assert [one.func_name for one in queue.jobs] == ["workers.jobs.sweep"]
    assert not redis.exists(Job.key_for(planted))


def test_only_the_newest_failures_of_a_queue_are_kept(queue: Queue, redis_url: str) -> None:
    for number in range(MOST_FAILED + 3):
        job = make_tick(queue)
        queue.connection.zadd(queue.failed_job_registry.key, {job.id: 9e9 + number})
        note_failure(queue, job, f"builtins.ValueError at workers/jobs.py:{number}")
    found = failed_jobs(redis_url)
    assert len(found) == MOST_FAILED
    assert found[0].reason == f"builtins.ValueError at workers/jobs.py:{MOST_FAILED + 2}"
    assert all(REASON.fullmatch(one.reason or "") for one in found)


def test_a_redis_that_is_away_is_said_to_be() -> None:
    with pytest.raises(Unavailable, match="redis_away"):
        queue_states("redis://127.0.0.1:1/0")
