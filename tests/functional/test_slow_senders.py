"""Strangers who send half of what they began, or a byte a second: nobody else waits for them."""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from service.store.db import connect, sessions
from tests.fakes.client import BASE
from tests.fakes.duban import Duban
from tests.worlds.http import build_round

pytestmark = pytest.mark.timeout(300)
EACH = 50
HELD = 4.0  # seconds of the attack in which the rest is looked at: shorter than any deadline
SOON = 1.0  # seconds; a busy machine may miss it once or twice, a stopped product misses it always
HEAD = "Host: duban\r\nContent-Type: application/json\r\n"
HALF_HEADER = "GET / HTTP/1.1\r\nHost: duban\r\nX-A: "
HALF_BODY = f"POST {BASE}/tokens HTTP/1.1\r\n{HEAD}Content-Length: 100\r\n\r\n{{"
FOREIGN_BODY = f"POST {BASE}/evidence HTTP/1.1\r\n{HEAD}Authorization: Bearer x\r\nContent-Length: 19000000\r\n\r\n-"
CHUNKED_BODY = f"POST {BASE}/tokens HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{{"


@contextmanager
def attacked(address: tuple[str, int]) -> Iterator[list[socket.socket]]:
    """Hold `EACH` connections of each kind; those that are handed on get a byte now and then."""
    with ExitStack() as held:
        kinds = [HALF_HEADER, HALF_BODY, FOREIGN_BODY, CHUNKED_BODY, HALF_HEADER]
        opened = []
        for kind in kinds * EACH:
            opened.append(held.enter_context(socket.create_connection(address, timeout=30)))
            opened[-1].sendall(kind.encode())
        yield opened[4::5]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_half_requests_stop_nobody(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = request.getfixturevalue(f"{database}_url")
    engine = connect(url)
    with sessions(engine).begin() as session:
        token = build_round(session, now=datetime.now(UTC) - timedelta(days=1)).tokens["inspector"]
    engine.dispose()
    settings = {"DUBAN_DATABASE_URL": url, "DUBAN_DATA_DIR": str(tmp_path / "data")}
    with Duban("web", "--port", "0", folder=tmp_path, settings=settings) as process:
        process.says("serving at=")
        found = re.search(r"serving at=http://([\d.]+):(\d+)", process.log())
        assert found
        base = f"http://{found[1]}:{found[2]}"
        assert httpx.get(f"{base}/healthz", timeout=60).status_code == 200
        with attacked((found[1], int(found[2]))) as trickling:
            until, took = monotonic() + HELD, []
            while monotonic() < until:
                for one in trickling:
                    one.send(b"a")
                for path, headers in [("/healthz", {}), (f"{BASE}/me", {"Authorization": f"Bearer {token}"})]:
                    began = monotonic()
                    assert httpx.get(base + path, headers=headers, timeout=30).status_code == 200
                    took.append(monotonic() - began)
                sleep(0.25)
        assert sorted(took)[len(took) // 2] < SOON, took
        assert process.stop(within=30) == 0
