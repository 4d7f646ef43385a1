"""Limits are counted in Redis, and in memory while it is away."""

from pathlib import Path

import pytest

from api.http import limits
from tests.functional.conftest import Stage, set_stage
from tests.servers import Valkey

NOWHERE = "redis://127.0.0.1:1/0"


def statuses(stage: Stage, who: str, count: int) -> list[int]:
    return [stage[who].call("GET", "/me").status_code for _ in range(count)]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CALLS", "5 per minute")


@pytest.mark.usefixtures("few")
def test_a_token_that_asks_too_often_has_to_wait_and_others_have_not(sqlite_url: str, tmp_path: Path) -> None:
    stage = set_stage(sqlite_url, tmp_path)
    assert statuses(stage, "inspector", 7) == [200] * 5 + [429] * 2
    refused = stage["inspector"].call("GET", "/findings")
    assert refused.content_type == "application/problem+json"
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert statuses(stage, "leader", 1) == [200]
    stage.engine.dispose()


@pytest.mark.usefixtures("few")
def test_processes_count_together_in_redis(sqlite_url: str, tmp_path: Path, redis_url: str) -> None:
    stage = set_stage(sqlite_url, tmp_path, redis_url=redis_url)
    assert statuses(stage, "inspector", 3) == [200] * 3
    other = stage.another(redis_url)
    assert statuses(other, "inspector", 3) == [200, 200, 429]
    stage.engine.dispose()
    other.engine.dispose()


@pytest.mark.usefixtures("few")
def test_without_redis_the_api_stays_up_and_counts_by_itself(sqlite_url: str, tmp_path: Path) -> None:
    stage = set_stage(sqlite_url, tmp_path, redis_url=NOWHERE)
    assert statuses(stage, "inspector", 6) == [200] * 5 + [429]
    stage.engine.dispose()


def test_redis_that_goes_away_takes_nothing_with_it(sqlite_url: str, tmp_path: Path) -> None:
    with Valkey() as server:
        stage = set_stage(sqlite_url, tmp_path, redis_url=server.url())
        assert statuses(stage, "inspector", 2) == [200] * 2
    assert statuses(stage, "inspector", 2) == [200] * 2
    assert stage.anonymous.call("POST", "/tokens", json={"username": "没有", "password": "没有"}).status_code == 401
    stage.engine.dispose()
