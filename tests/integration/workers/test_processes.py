"""Workers and timetables as real processes: on time, never early, and nothing lost or doubled whoever is killed."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil
import pytest
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from service.models import Alert, Delivery
from service.store.db import connect, sessions
from tests.build.deadlines_ahead import doubled, due_in, expiries, make_open_town, unsent
from tests.fakes.duban import Duban, eventually
from tests.servers import PostgreSQL, Valkey

pytestmark = pytest.mark.timeout(300)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
EVERY = 0.4  # seconds between two deadlines: not in step with any pause of the processes


@dataclass
class Fleet:
    """A database, a Redis that may be killed, and the processes of one test."""

    settings: dict[str, str]
    books: sessionmaker[Session]
    redis: Valkey
    folder: Path
    stack: ExitStack

    def start(self, *words: str) -> Duban:
        return self.stack.enter_context(Duban(*words, folder=self.folder, settings=self.settings))

    def start_all(self) -> list[Duban]:
        started = [self.start("worker", "sweep"), self.start("worker", "deliver"), self.start("timetable")]
        for process, words in zip(started, ("serving", "serving", "holding"), strict=True):
            process.says(words)
        return started

    def done(self, findings: int) -> bool:
        """Whether so many went overdue and everybody was told."""
        return len(expiries(self.books)) == findings and not unsent(self.books)


@pytest.fixture
def fleet(database_url: str, tmp_path: Path) -> Iterator[Fleet]:
    engine = connect(database_url)
    with Valkey() as redis, ExitStack() as stack:
        settings = {
            "DUBAN_DATABASE_URL": database_url,
            "DUBAN_REDIS_URL": redis.url(),
            "DUBAN_DATA_DIR": str(tmp_path / "data"),
        }
        yield Fleet(settings, sessions(engine), redis, tmp_path, stack)
    engine.dispose()


@pytest.mark.alone
def test_every_move_is_recorded_at_its_moment_and_mailed_soon(fleet: Fleet, capsys: pytest.CaptureFixture[str]) -> None:
    town = make_open_town(fleet.books)
    fleet.start_all()
    due_in(fleet.books, town, *(1 + EVERY * number for number in range(40)))
    assert eventually(lambda: fleet.done(40), 60)
    late = [
        (event.at - datetime.fromisoformat(event.data["due_at"])).total_seconds() for event in expiries(fleet.books)
    ]
    mailed = _until_sent(fleet.books)
    with capsys.disabled():
        print(f"\nmoment → event {_spread(late)}; event → mail {_spread(mailed)}")  # noqa: T201 - the figures
    assert min(late) >= 0, "a move came before its moment"
    assert sorted(late)[20] < 1
    assert sorted(mailed)[len(mailed) // 2] < 2
    assert doubled(fleet.books) == 0


@ON_POSTGRESQL
def test_nothing_is_lost_when_redis_is_killed_and_comes_back_empty(fleet: Fleet) -> None:
    town = make_open_town(fleet.books)
    processes = fleet.start_all()
    due_in(fleet.books, town, *(EVERY * number for number in range(30)))
    assert eventually(lambda: len(expiries(fleet.books)) >= 3)
    fleet.redis.kill()
    assert eventually(lambda: len(expiries(fleet.books)) >= 15), "nobody looked into the database"
    fleet.redis.start()
    with fleet.redis.client() as client:
        client.flushall()
    assert eventually(lambda: fleet.done(30), 60)
    assert doubled(fleet.books) == 0
    assert [process.process.poll() for process in processes] == [None] * 3
    assert eventually(lambda: _listen_again(fleet.redis)), "the workers did not come back to Redis"


@ON_SQLITE
def test_workers_that_hear_no_tick_look_themselves(fleet: Fleet) -> None:
    town = make_open_town(fleet.books)
    for queue in ("sweep", "deliver"):
        fleet.start("worker", queue).says("serving")
    due_in(fleet.books, town, 0.5, 1)
    assert eventually(lambda: fleet.done(2), 30)


@ON_SQLITE
def test_a_timetable_whose_ticks_nobody_takes_sweeps_by_itself_and_mail_waits_for_a_worker(fleet: Fleet) -> None:
    town = make_open_town(fleet.books)
    fleet.start("timetable").says("holding")
    due_in(fleet.books, town, 0.5, 1)
    assert eventually(lambda: len(expiries(fleet.books)) == 2, 30)
    fleet.start("worker", "deliver").says("serving")
    assert eventually(lambda: fleet.done(2), 30)


@ON_POSTGRESQL
def test_a_second_timetable_takes_over_when_the_first_is_killed(fleet: Fleet) -> None:
    town = make_open_town(fleet.books)
    for queue in ("sweep", "deliver"):
        fleet.start("worker", queue).says("serving")
    first = fleet.start("timetable").says("holding")
    second = fleet.start("timetable").says("standing_by")
    assert "holding" not in second.log()
    first.kill()
    second.says("holding", within=10)
    due_in(fleet.books, town, 0.5)
    assert eventually(lambda: fleet.done(1), 30)


@ON_SQLITE
def test_killed_workers_lose_and_double_nothing(fleet: Fleet) -> None:
    town = make_open_town(fleet.books)
    sweeper, deliverer, _ = fleet.start_all()
    due_in(fleet.books, town, *(EVERY * number for number in range(30)))
    for reached in (5, 12, 20):
        assert _reached(fleet.books, reached)
        sweeper.kill()
        deliverer.kill()
        sweeper, deliverer = fleet.start("worker", "sweep"), fleet.start("worker", "deliver")
    assert eventually(lambda: len(expiries(fleet.books)) == 30, 60)
    assert doubled(fleet.books) == 0
    # A lease that died with its holder runs out after a minute, as does one whose mail could not be written down.
    assert eventually(lambda: not unsent(fleet.books), 150), deliverer.log()


@ON_SQLITE
def test_what_somebody_plants_in_redis_is_not_run(fleet: Fleet) -> None:
    planted = fleet.folder / "planted"
    with fleet.redis.client() as client:  # a job that seems to have died, with a callback for that case
        client.hset("rq:job:left", mapping={"status": "started", "failure_callback_name": "builtins.print"})
        client.zadd("rq:wip:sweep", {"left:1": 1})
        client.set("rq:suspended", 1)
    worker = fleet.start("worker", "sweep").says("serving")
    with fleet.redis.client() as client:
        assert eventually(lambda: client.zcard("rq:wip:sweep") == 0)
        Queue("sweep", connection=client, serializer=JSONSerializer).enqueue("os.mkdir", str(planted))
        Queue("sweep", connection=client).enqueue(f"{Path.__module__}.Path.mkdir", planted)  # pickled
        assert eventually(lambda: client.llen("rq:queue:sweep") == 0)
    town = make_open_town(fleet.books)
    due_in(fleet.books, town, 0)
    assert eventually(lambda: expiries(fleet.books))
    assert not planted.exists()
    assert "<Job left" not in worker.log()


@ON_SQLITE
def test_a_pool_starts_its_dead_again_and_stops_as_one(fleet: Fleet) -> None:
    pool = fleet.start("worker", "--count", "2")
    assert eventually(lambda: pool.log().count("serving") == 2)
    children = psutil.Process(pool.process.pid).children()
    children[0].kill()
    assert eventually(lambda: pool.log().count("serving") == 3)
    children = psutil.Process(pool.process.pid).children()
    assert pool.stop() == 0
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)


@ON_SQLITE
def test_processes_stop_on_request_and_say_nothing_of_errors(fleet: Fleet) -> None:
    town = make_open_town(fleet.books)
    processes = fleet.start_all()
    due_in(fleet.books, town, *[0.2] * 200)
    assert eventually(lambda: expiries(fleet.books))
    for process, number in zip(processes, (signal.SIGTERM, signal.SIGINT, signal.SIGTERM), strict=True):
        assert process.stop(number) == 0
        assert "Traceback" not in process.log()


def test_cut_connections_are_made_again(postgresql: PostgreSQL, postgresql_url: str, tmp_path: Path) -> None:
    engine = connect(postgresql_url)
    books = sessions(engine)
    with Valkey() as redis, ExitStack() as stack:
        settings = {
            "DUBAN_DATABASE_URL": postgresql_url,
            "DUBAN_REDIS_URL": redis.url(),
            "DUBAN_DATA_DIR": str(tmp_path / "data"),
        }
        fleet = Fleet(settings, books, redis, tmp_path, stack)
        town = make_open_town(books)
        processes = fleet.start_all()
        due_in(books, town, *(EVERY * number for number in range(20)))
        for reached in (3, 8, 14):
            assert _reached(books, reached)
            postgresql.cut_connections()
            engine.dispose()
        assert eventually(lambda: fleet.done(20), 90)
        assert doubled(books) == 0
        assert [process.process.poll() for process in processes] == [None] * 3
    engine.dispose()


def _reached(books: sessionmaker[Session], findings: int) -> bool:
    return eventually(lambda: len(expiries(books)) >= findings)


def _until_sent(books: sessionmaker[Session]) -> list[float]:
    query = select(Delivery.sent_at, Alert.created_at).join(Alert, Alert.message_id == Delivery.message_id)
    with books() as session:
        return [(sent_at - created_at).total_seconds() for sent_at, created_at in session.execute(query) if sent_at]


def _spread(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.5, 0.99))
    return f"p50 {p50:.3f} s, p99 {p99:.3f} s of {len(ordered)}"


def _listen_again(redis: Valkey) -> bool:
    with redis.client() as client:
        return len(client.smembers("rq:workers")) == 2
