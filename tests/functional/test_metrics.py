"""`/metrics`: open to this host and to whoever has the token, and what it measures moves when it moves."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from tests.fakes.client import Client
from tests.worlds.http import Clock, World, open_app
from workers.queues import SWEEP, Ticks

TOKEN = "0123456789abcdef" * 2
NOWHERE = "redis://127.0.0.1:1/0"


def samples(text: str) -> dict[str, float]:
    return {
        sample.name + "".join(f"{{{sample.labels[label]}}}" for label in sorted(sample.labels)): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scraped(client: Client) -> dict[str, float]:
    answer = client.call("GET", "/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    return samples(answer.get_data(as_text=True))


def test_requests_are_counted_by_template_and_never_by_what_callers_make_up(world: World) -> None:
    before = scraped(world.anonymous)
    for _ in range(3):
        world["inspector"].get("/me")
    world["inspector"].get("/findings/00000000-0000-7000-8000-000000000000", expect=404)
    world.anonymous.call("GET", "/nothing/of/the/kind")
    world.anonymous.call("BREW", "/nothing")
    after = scraped(world.anonymous)
    assert after["duban_http_requests_total{GET}{/api/v1/me}{2xx}"] == 3
    assert after["duban_http_request_duration_seconds_count{GET}{/api/v1/me}"] == 3
    assert after["duban_http_requests_total{GET}{/api/v1/findings/<id:finding_id>}{4xx}"] == 1
    assert after["duban_http_requests_total{-}{-}{4xx}"] == 2
    assert not [name for name in after if "nothing" in name or "BREW" in name]
    assert before["duban_database_up"] == after["duban_database_up"] == 1


def test_figures_of_the_office_move_with_it(world: World) -> None:
    assert scraped(world.anonymous)["duban_oldest_due_seconds{findings}"] == 0
    body = {"organization_id": world.ids.university_id, "summary": "考场监控有盲区", "severity": "major"}
    world["inspector"].post("/findings", body)
    world.clock.at += timedelta(days=30)
    after = scraped(world.anonymous)
    assert after["duban_oldest_due_seconds{findings}"] > 24 * 3600
    assert after["duban_alerts_waiting{older}"] > 0


def test_queues_in_redis_are_counted_and_a_redis_that_is_away_is_told(world: World, redis_url: str) -> None:
    with Redis.from_url(redis_url) as redis:
        redis.flushdb()
    with_redis = world.another(redis_url=redis_url)
    before = scraped(with_redis.anonymous)
    Ticks(redis_url).send(SWEEP)
    after = scraped(with_redis.anonymous)
    assert (before["duban_queue_length{sweep}"], after["duban_queue_length{sweep}"]) == (0, 1)
    assert after["duban_redis_up"] == 1
    away = scraped(world.another(redis_url=NOWHERE).anonymous)
    assert away["duban_redis_up"] == 0
    assert "duban_redis_up" not in scraped(world.anonymous), "there is none"


def test_while_the_database_is_away_that_is_told_and_nothing_of_the_office(tmp_path: Path) -> None:
    found = scraped(Client(open_app("postgresql://duban@127.0.0.1:1/none", tmp_path, Clock())))
    assert found["duban_database_up"] == 0
    assert "duban_held" not in found


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("192.0.2.7", {}),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}),
        ("127.0.0.1", {"Via": "1.1 proxy"}),
    ],
)
def test_whoever_comes_from_elsewhere_needs_the_token(world: World, address: str, headers: dict[str, str]) -> None:
    def status(token: str | None) -> int:
        sent = {**headers, **({"Authorization": f"Bearer {token}"} if token else {})}
        options = {"headers": sent, "environ_base": {"REMOTE_ADDR": address}}
        return world.anonymous.call("GET", "/metrics", **options).status_code

    assert (status(None), status(TOKEN), status("None")) == (401, 401, 401), "no token is set"
    own = world.app.extensions["duban"]
    world.app.extensions["duban"] = replace(own, settings=replace(own.settings, metrics_token=TOKEN))
    assert (status(None), status(TOKEN[:-1]), status(world.ids.tokens["admin"]), status(TOKEN)) == (401, 401, 401, 200)


PROCESS = """
import os, sys
from pathlib import Path
from tests.fakes.client import Client
from tests.worlds.http import Clock, open_app
client = Client(open_app(sys.argv[1], Path(sys.argv[2]), Clock()))
child = os.fork()
client.get("/healthz")
if child == 0:
    os._exit(0)
os.waitpid(child, 0)
sys.stdout.write("---\\n" + client.call("GET", "/metrics").get_data(as_text=True))
"""


def test_several_processes_are_added_up_by_whichever_is_asked(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "measures"
    folder.mkdir()
    command = [sys.executable, "-c", PROCESS, str(world.engine.url), str(tmp_path)]
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    found = samples(done.stdout.partition("---\n")[2])
    assert found["duban_http_requests_total{GET}{/healthz}{2xx}"] == 2
    assert len(list(folder.glob("counter_*.db"))) == 2
    assert len(list(folder.glob("gauge_livesum_*.db"))) == 1, "the one that has ended holds no connection"
