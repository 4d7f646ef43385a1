"""The servers of the tests themselves: fresh for each test, and gone with the process that started them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from tests.emptied_database import EmptiedDatabase
from tests.servers import PREFIX, SHORT, PostgreSQL, Valkey, remove_abandoned_folders

NUMBER = "SELECT count(*) FROM information_schema.tables WHERE table_name = 'marks'"
STARTER = "from tests.servers import *; s = {server}().start(); print(s.process.pid, s.folder, flush=True); input()"


def eventually(holds: Callable[[], bool], within: float = 30) -> bool:
    patience = time.monotonic() + within
    while not holds() and time.monotonic() < patience:
        time.sleep(0.02)
    return holds()


def ended(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE  # some containers' first process never reaps
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("test", ["first", "second"])
def test_whoever_changes_the_schema_changes_it_for_nobody_else(postgresql_url: str, test: str) -> None:
    with psycopg.connect(postgresql_url) as connection:
        assert connection.execute(NUMBER).fetchone() == (0,)
        connection.execute("CREATE TABLE marks (word text)")
        connection.execute("ALTER TABLE counters RENAME COLUMN value TO number")


def test_each_test_gets_an_empty_database_whatever_the_one_before_left(
    postgresql_url: str, postgresql_database: EmptiedDatabase
) -> None:
    left_open = psycopg.connect(postgresql_url)
    left_open.execute("INSERT INTO counters (name, value) VALUES ('整改通知书', 7)")
    left_open.commit()
    left_open.execute("SELECT value FROM counters FOR UPDATE")
    postgresql_database.empty()
    left_open.close()
    with psycopg.connect(postgresql_url) as connection:
        assert connection.execute("SELECT count(*) FROM counters").fetchone() == (0,)


def test_a_connection_left_open_does_not_keep_a_database_alive(postgresql: PostgreSQL) -> None:
    left_open = psycopg.connect(postgresql.create_database("left_open"))
    postgresql.drop_database("left_open")
    with pytest.raises(psycopg.OperationalError):
        left_open.execute("SELECT 1")
    left_open.close()


@pytest.mark.parametrize("test", ["first", "second"])
def test_each_test_gets_an_empty_redis(redis_url: str, test: str) -> None:
    client = redis.Redis.from_url(redis_url)
    assert client.dbsize() == 0
    client.set("督办", test)
    client.close()


def test_cut_connections_are_cut(postgresql: PostgreSQL, postgresql_url: str) -> None:
    connection = psycopg.connect(postgresql_url)
    assert postgresql.cut_connections() >= 1
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()


def test_a_killed_server_goes_on_with_what_lies_on_disk() -> None:
    with Valkey(appendonly=True) as server:
        with server.client() as client:
            client.set("督办", "一")
            client.waitaof(1, 0, 5000)
        server.kill()
        server.start()
        with server.client() as client:
            assert client.get("督办") == "一".encode()


@pytest.mark.alone  # it ends processes, and sweeps the temporary folder
@pytest.mark.parametrize("server", ["PostgreSQL", "Valkey"])
def test_a_server_dies_with_the_process_that_started_it(server: str) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER.format(server=server)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    with starter:
        assert starter.stdout
        pid, folder = starter.stdout.readline().decode().split()
        assert not ended(int(pid))
        starter.send_signal(signal.SIGKILL)
        starter.wait()
    assert eventually(lambda: ended(int(pid)))
    remove_abandoned_folders()
    assert not Path(folder).exists()


def test_folders_of_living_processes_stay() -> None:
    mine = SHORT / f"{PREFIX}{os.getpid()}-mine"
    mine.mkdir()
    remove_abandoned_folders()
    assert mine.exists()
    mine.rmdir()
