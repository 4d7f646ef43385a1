"""The jobs and their ticks: what is due is done, Redis carries hints only, and a lost database is waited for."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
import redis
from rq import Queue
from sqlalchemy import make_url, select, text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

import service.store.db
import workers.jobs
from service.findings.sweep import next_due_at, sweep
from service.models import Checkpoint, Document, new_id
from service.settings import Settings
from service.store import clock
from service.store.db import sessions
from service.store.heartbeats import ThisProcess, beat
from service.store.sweeping import ClockTask
from tests.build.deadlines_ahead import due_in, expiries, make_open_town, unsent
from tests.build.process_settings import process_settings
from workers.jobs import Sweep, attempt, deliver_waiting, render_waiting, sweep_due
from workers.queues import DELIVER, QUEUES, RENDER, SWEEP, Ticks, open_queue
from workers.resources import Resources, open_resources
from workflows.vocabulary import DocumentKind, DocumentStatus


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    return process_settings(database_url, tmp_path, redis_url=redis_url)


@pytest.fixture
def resources(settings: Settings) -> Iterator[Resources]:
    resources = open_resources(settings)
    yield resources
    resources.close()


@pytest.fixture
def queues(redis_url: str) -> Iterator[dict[str, Queue]]:
    connection = redis.Redis.from_url(redis_url)
    yield {name: open_queue(name, connection) for name in QUEUES}
    connection.close()


def test_a_worker_beside_a_newer_schema_does_nothing_and_stops(resources: Resources) -> None:
    due_in(resources.sessions, make_open_town(resources.sessions), -1)
    with resources.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not attempt(sweep_due, resources)
    assert (resources.stop.requested, resources.stop.why) == (True, "schema_ahead")
    assert expiries(sessions(resources.engine)) == []


def test_what_is_due_is_swept_and_delivered(resources: Resources) -> None:
    due_in(resources.sessions, make_open_town(resources.sessions), -1, -2, 3600)
    assert sweep_due(resources) == 2
    assert len(expiries(resources.sessions)) == 2
    deliver_waiting(resources)
    assert unsent(resources.sessions) == 0
    assert list((resources.settings.data_dir / "outbox").glob("*.eml"))
    assert sweep_due(resources) == 0


def test_a_renderer_whose_folder_no_web_process_has_leaves_papers_to_others(resources: Resources) -> None:
    make_open_town(resources.sessions)
    with resources.sessions.begin() as session:
        now = clock.now(session)
        paper = {"kind": DocumentKind.LEDGER, "title": "台账", "data": {}, "status": DocumentStatus.QUEUED}
        session.add(Document(id=new_id(), requested_at=now, next_attempt_at=now, **paper))
        beat(session, ThisProcess("web", host="front", folder="another"), now=now)
    assert render_waiting(resources) == 0
    with resources.sessions.begin() as session:
        assert session.scalars(select(Document.attempts)).one() == 0, "it was not even tried"
        beat(session, ThisProcess("web", host="second", folder=resources.folder, pid=2), now=now)
    assert render_waiting(resources) == 1


def test_a_sweep_leaves_a_tick_for_delivery(resources: Resources, queues: dict[str, Queue]) -> None:
    town = make_open_town(resources.sessions)
    due_in(resources.sessions, town, 3600)
    sweep_due(resources)
    assert queues[DELIVER].count == 0
    due_in(resources.sessions, town, -1, first=2)
    sweep_due(resources)
    assert queues[DELIVER].count == 1


def test_a_sweep_goes_on_batch_by_batch(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers.jobs, "SQLITE_BATCH", 2)
    monkeypatch.setattr(workers.jobs, "BATCH", 2)
    due_in(resources.sessions, make_open_town(resources.sessions), *[-1] * 5)
    assert sweep_due(resources) == 5


def test_a_sweep_with_much_to_do_leaves_time_for_the_others(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[ClockTask] = []

    def swept(task: ClockTask) -> Sweep:
        def batch(session: Session, *, now: datetime, limit: int) -> int:
            done.append(task)
            return limit if task is ClockTask.FINDINGS else 1

        return Sweep(task, batch, lambda _session: workers.jobs.AT_ONCE)

    monkeypatch.setattr(workers.jobs, "WORK_FOR", 1.5)
    monkeypatch.setattr(workers.jobs, "SWEPT", (swept(ClockTask.FINDINGS), swept(ClockTask.REPORTS)))
    monkeypatch.setattr(workers.jobs, "UNHEARD", (swept(ClockTask.EVENT_SEALS),))
    sweep_due(resources)
    assert done[0] is ClockTask.FINDINGS
    assert done[-2:] == [ClockTask.REPORTS, ClockTask.EVENT_SEALS]


def test_a_sweep_that_shall_stop_finishes_its_batch(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers.jobs, "SQLITE_BATCH", 2)
    monkeypatch.setattr(workers.jobs, "BATCH", 2)
    due_in(resources.sessions, make_open_town(resources.sessions), *[-1] * 5)

    def signalled(session: Session, *, now: datetime, limit: int) -> int:
        resources.stop.request()
        return sweep(session, now=now, limit=limit).findings

    stopped = Sweep(ClockTask.FINDINGS, signalled, next_due_at)
    assert workers.jobs._drain(resources, stopped, monotonic() + workers.jobs.WORK_FOR) == 2
    assert len(expiries(resources.sessions)) == 2


def test_an_idle_sweep_does_not_queue_behind_writers(sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(
        database_url=sqlite_url, redis_url=None, data_dir=tmp_path, secret_key="", smtp_url=None, base_url=""
    )
    resources = open_resources(settings)
    with closing(sqlite3.connect(str(make_url(sqlite_url).database), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert sweep_due(resources) == 0
    resources.close()


def test_events_are_sealed_a_minute_after_the_first(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    due_in(resources.sessions, make_open_town(resources.sessions), -1)
    sweep_due(resources)
    assert _checkpoints(resources) == 0
    monkeypatch.setattr(workers.jobs, "SEAL_AFTER", timedelta(0))
    sweep_due(resources)
    assert _checkpoints(resources) == 1
    sweep_due(resources)
    assert _checkpoints(resources) == 1


def _checkpoints(resources: Resources) -> int:
    with resources.sessions() as session:
        return len(session.scalars(select(Checkpoint)).all())


def test_ticks_that_wait_are_not_joined_by_more(redis_url: str, queues: dict[str, Queue]) -> None:
    ticks = Ticks(redis_url)
    assert all(ticks.send(SWEEP) for _ in range(3))
    assert queues[SWEEP].count == 1
    queues[SWEEP].delete()
    assert ticks.send(SWEEP)
    assert queues[SWEEP].count == 1
    ticks.close()


def test_a_tick_carries_a_name_and_no_data(redis_url: str, queues: dict[str, Queue]) -> None:
    ticks = Ticks(redis_url)
    for queue in QUEUES:
        ticks.send(queue)
        (job,) = queues[queue].jobs
        assert json.loads(job.data) == [f"workers.jobs.{queue}", None, [], {}]
        assert callable(job.func)
        assert (job.result_ttl, job.timeout) == (0, 600 if queue == RENDER else 30)
        assert queues[queue].connection.ttl(job.key) > 0
    ticks.close()


@pytest.mark.parametrize("address", [None, "unix:///nowhere/redis"])
def test_without_redis_nobody_is_told_and_nothing_fails(address: str | None) -> None:
    ticks = Ticks(address)
    assert not ticks.send(SWEEP)
    assert not ticks.send(SWEEP)
    ticks.close()


def test_without_redis_a_sweep_does_all_the_same(resources: Resources) -> None:
    resources = replace(resources, ticks=Ticks(None))
    due_in(resources.sessions, make_open_town(resources.sessions), -1)
    assert sweep_due(resources) == 1


def test_a_lost_database_is_no_crash(settings: Settings) -> None:
    lost = open_resources(replace(settings, database_url="postgresql://nobody@127.0.0.1:1/nowhere"))
    assert not attempt(sweep_due, lost)
    lost.close()


def test_a_database_that_is_locked_for_a_moment_is_no_error(
    sqlite_url: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.store.db, "BUSY_WITHIN", 0.05)
    busy = open_resources(replace(settings, database_url=sqlite_url))

    def write(resources: Resources) -> None:
        with resources.sessions.begin() as session:
            session.execute(text("UPDATE counters SET value = 1"))

    with closing(sqlite3.connect(tmp_path / "duban.db", isolation_level=None)) as other, capture_logs() as logged:
        other.execute("BEGIN IMMEDIATE")
        assert not attempt(write, busy)
    assert [(line["event"], line["log_level"]) for line in logged] == [("database_busy", "info")]
    busy.close()


def test_a_mistake_of_ours_is_not_taken_for_a_lost_database(resources: Resources) -> None:
    def mistaken(resources: Resources) -> None:
        with resources.sessions() as session:
            session.execute(text("SELECT * FROM no_such_table"))

    with pytest.raises(Exception, match="no_such_table"):
        attempt(mistaken, resources)
