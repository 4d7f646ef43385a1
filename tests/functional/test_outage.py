"""The database is away, locked, or not as the program wants it: 503, and nothing half done."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from service.models import Finding
from service.store import db
from service.store.db import connect, sessions
from tests.fakes.client import Json
from tests.servers import PostgreSQL
from tests.worlds.http import World, open_world


def new(world: World) -> Json:
    return {"organization_id": world.ids.university_id, "summary": "考场监控有盲区", "severity": "general"}


def test_it_lives_and_is_ready(world_on_each: World) -> None:
    assert world_on_each.anonymous.get("/healthz") == {"status": "ok"}
    assert world_on_each.anonymous.get("/readyz") == {"status": "ok"}


def test_it_is_not_ready_on_another_schema(world: World) -> None:
    with world.engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    assert world.anonymous.get("/readyz", expect=503)["code"] == "schema_behind"
    assert world.anonymous.get("/healthz") == {"status": "ok"}


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
