"""The database is away, locked, or not as the program wants it: 503, and nothing half done."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text

from service.models import Finding
from service.store import db, writing
from service.store.db import connect, sessions
from service.store.heartbeats import SILENT_AFTER
from tests.build.heartbeats import let_all_run
from tests.fakes.client import Json
from tests.servers import PostgreSQL
from tests.worlds.http import World, open_world


def new(world: World) -> Json:
    return {"organization_id": world.ids.university_id, "summary": "考场监控有盲区", "severity": "general"}


def test_it_lives_and_is_ready(world_on_each: World) -> None:
    assert world_on_each.anonymous.get("/healthz") == {"status": "ok"}
    with world_on_each.session() as session:
        let_all_run(session, now=world_on_each.clock.at)
        session.commit()
    assert world_on_each.anonymous.get("/readyz") == {"status": "ok"}


def test_it_is_not_ready_once_nobody_minds_the_clock_and_tells_strangers_no_more_than_that(world: World) -> None:
    with world.session() as session:
        let_all_run(session, now=world.clock.at)
        session.commit()
    world.clock.at += SILENT_AFTER + timedelta(seconds=1)
    problem = world.anonymous.get("/readyz", expect=503)
    assert (problem["code"], problem["reasons"]) == ("not_ready", ["processes"])
    assert "elsewhere" not in str(problem), "hosts are nobody's business"
    assert world.anonymous.get("/healthz") == {"status": "ok"}


def test_it_is_not_ready_while_nothing_can_be_written_and_says_so_to_whoever_writes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "TRIED_EVERY", 0)
    with world.session() as session:
        let_all_run(session, now=world.clock.at)
        session.commit()
    assert world.anonymous.get("/readyz") == {"status": "ok"}

    @event.listens_for(world.engine, "begin")
    def protect(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only = ON")

    assert world.anonymous.get("/readyz", expect=503)["reasons"] == ["storage"]
    assert world["inspector"].post("/findings", new(world), expect=503)["code"] == "database_read_only"


def test_it_is_not_ready_on_another_schema(world: World) -> None:
    with world.engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    assert world.anonymous.get("/readyz", expect=503)["code"] == "schema_behind"
    assert world.anonymous.get("/healthz") == {"status": "ok"}


def test_old_code_beside_a_newer_schema_does_nothing_and_says_so(world: World) -> None:
    assert world["inspector"].items("/findings") == []
    with world.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("ALTER TABLE findings RENAME COLUMN summary TO subject"))
    for method, path in (("POST", "/findings"), ("GET", "/findings")):
        answer = world["inspector"].call(method, path, json=new(world) if method == "POST" else None)
        assert (answer.status_code, answer.get_json()["code"]) == (503, "schema_ahead")
    assert world.anonymous.get("/readyz", expect=503)["code"] == "schema_ahead"


def test_a_locked_database_is_a_problem_that_passes(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_WITHIN", 0.05)
    world = open_world(sqlite_url, tmp_path)
    other = sqlite3.connect(tmp_path / "duban.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = world["inspector"].call("POST", "/findings", json=new(world))
    assert (answer.status_code, answer.get_json()["code"]) == (503, "database_busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert world["inspector"].items("/findings") == []  # reading goes on meanwhile
    other.execute("ROLLBACK")
    other.close()
    world["inspector"].post("/findings", new(world))
    world.engine.dispose()


def test_a_lost_database_is_a_problem_and_the_next_call_works_again(
    postgresql: PostgreSQL, postgresql_url: str, tmp_path: Path
) -> None:
    world = open_world(postgresql_url, tmp_path)
    world.logged()
    gone = connect("postgresql://nobody@127.0.0.1:1/nothing")
    resources = world.app.extensions["duban"]
    for maker in (resources.reading, resources.writing):
        maker.configure(bind=gone)
    answer = world["inspector"].call("GET", "/findings")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "database_unavailable")
    for maker in (resources.reading, resources.writing):
        maker.configure(bind=world.engine)
    assert len(world["inspector"].items("/findings")) == 1
    world.engine.dispose()
    gone.dispose()


def test_an_error_after_the_effect_rolls_everything_back(world_on_each: World) -> None:
    world = world_on_each
    settled = {"evidence_ids": [], "comment": "没有佐证"}
    world["inspector"].post("/findings", {**new(world), "settled": settled}, expect=422)
    with sessions(world.engine)() as session:
        assert session.query(Finding).count() == 0
    assert world.logged()["number"] == "2021-35-0001"
