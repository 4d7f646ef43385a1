"""Limits are counted in Redis, and in memory while it is away."""

from pathlib import Path

import pytest

from api.http import limits
from tests.servers import Valkey
from tests.worlds.http import World, open_world

NOWHERE = "redis://127.0.0.1:1/0"


def statuses(world: World, who: str, count: int) -> list[int]:
    return [world[who].call("GET", "/me").status_code for _ in range(count)]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CALLS", "5 per minute")


@pytest.mark.usefixtures("few")
def test_a_token_that_asks_too_often_has_to_wait_and_others_have_not(sqlite_url: str, tmp_path: Path) -> None:
    world = open_world(sqlite_url, tmp_path)
    assert statuses(world, "inspector", 7) == [200] * 5 + [429] * 2
    refused = world["inspector"].call("GET", "/findings")
    assert refused.content_type == "application/problem+json"
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert statuses(world, "leader", 1) == [200]
    world.engine.dispose()


@pytest.mark.usefixtures("few")
def test_processes_count_together_in_redis(sqlite_url: str, tmp_path: Path, redis_url: str) -> None:
    world = open_world(sqlite_url, tmp_path, redis_url=redis_url)
    assert statuses(world, "inspector", 3) == [200] * 3
    other = world.another(redis_url=redis_url)
    assert statuses(other, "inspector", 3) == [200, 200, 429]
    world.engine.dispose()
    other.engine.dispose()


@pytest.mark.usefixtures("few")
def test_without_redis_the_api_stays_up_and_counts_by_itself(sqlite_url: str, tmp_path: Path) -> None:
    world = open_world(sqlite_url, tmp_path, redis_url=NOWHERE)
    assert statuses(world, "inspector", 6) == [200] * 5 + [429]
    world.engine.dispose()


def test_redis_that_goes_away_takes_nothing_with_it(sqlite_url: str, tmp_path: Path) -> None:
    with Valkey() as server:
        world = open_world(sqlite_url, tmp_path, redis_url=server.url())
        assert statuses(world, "inspector", 2) == [200] * 2
    assert statuses(world, "inspector", 2) == [200] * 2
    assert world.anonymous.call("POST", "/tokens", json={"username": "没有", "password": "没有"}).status_code == 401
    world.engine.dispose()
