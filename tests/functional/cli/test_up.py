"""`duban up`, whole: what it serves, what it repairs, what it refuses, and that nothing is left when it stops."""

import json
import re
import signal
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import httpx
import psutil
import pytest

from tests.fakes.duban import Duban, eventually

pytestmark = [pytest.mark.alone, pytest.mark.timeout(300)]
Found = TypeVar("Found")
CHILDREN = ("duban web", "duban timetable", "duban sweep", "duban deliver", "valkey-server")


@dataclass
class Up:
    """A running `duban up`."""

    duban: Duban
    data: Path
    address: str

    def accounts(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = json.loads((self.data / "demo-accounts.json").read_text())["accounts"]
        return found

    def client(self, role: str) -> httpx.Client:
        token = next(account["token"] for account in self.accounts() if account["role"] == role)
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=f"{self.address}/api/v1", headers=headers, timeout=30)

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def child(self, name: str) -> psutil.Process | None:
        for child in psutil.Process(self.duban.process.pid).children():
            with suppress(psutil.NoSuchProcess):  # it ended while we looked
                if child.name() == name or name.removeprefix("duban ") in child.cmdline():  # a copy, or a new process
                    return child
        return None

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.duban.process.pid).children(recursive=True)


@contextmanager
def running(folder: Path, *words: str, data: str = "data", port: str = "0") -> Iterator[Up]:
    """In the folder; `data` is where its data lie: `data-demo` without a word of ours, when it is the demonstration."""
    settings = {} if data == "data-demo" else {"DUBAN_DATA_DIR": str(folder / data)}
    with Duban("up", "--port", port, *words, folder=folder, settings=settings) as duban:
        duban.says("Duban is running")
        address = re.search(r"http://127\.0\.0\.1:\d+", duban.log())
        assert address
        yield Up(duban, folder / data, address[0])


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with running(tmp_path_factory.mktemp("up"), "--demo") as up:
        yield up


def test_it_serves_and_says_where_everything_is(up: Up) -> None:
    assert up.is_ready()
    said = up.duban.log()
    assert str(up.data / "demo-accounts.json") in said
    assert str(up.data / "outbox") in said
    assert stat.S_IMODE((up.data / "demo-accounts.json").stat().st_mode) == 0o600


def test_every_account_of_the_demo_gets_in(up: Up) -> None:
    for account in up.accounts():
        me = httpx.get(f"{up.address}/api/v1/me", headers={"Authorization": f"Bearer {account['token']}"}, timeout=30)
        assert me.json()["role"] == account["role"]


def test_a_deadline_is_met_within_a_second_and_mailed_within_two(up: Up, capsys: pytest.CaptureFixture[str]) -> None:
    late, mailed = zip(*(_miss_a_deadline(up) for _ in range(5)), strict=True)
    with capsys.disabled():
        print(f"\nmoment → event {_spread(late)}; event → mail {_spread(mailed)}")  # noqa: T201 - the figures
    assert min(late) > 0, "overdue before the deadline had passed"
    assert median(late) < 1
    assert median(mailed) < 2


@pytest.mark.parametrize("name", CHILDREN)
def test_a_killed_child_is_started_again(up: Up, name: str) -> None:
    killed = up.child(name)
    assert killed
    killed.kill()
    assert eventually(lambda: (again := up.child(name)) is not None and again.pid != killed.pid, 60)
    assert eventually(up.is_ready, 60)
    again = up.child(name)
    assert again
    assert again.cmdline() != psutil.Process(up.duban.process.pid).cmdline(), "a copy of what may be the former program"


def test_after_all_that_deadlines_are_still_met_and_mailed(up: Up) -> None:
    late, _ = _miss_a_deadline(up)
    assert late > 0


def test_a_second_one_on_the_same_data_is_refused(up: Up) -> None:
    settings = {"DUBAN_DATA_DIR": str(up.data)}
    with Duban("up", "--port", "0", folder=up.data.parent, settings=settings) as second:
        assert second.process.wait(60) == 1
    assert "已有一个 duban up 在运行" in second.log()
    assert "Traceback" not in second.log()


def test_a_port_that_is_taken_is_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        settings = {"DUBAN_DATA_DIR": str(tmp_path / "data")}
        with Duban("up", "--port", port, folder=tmp_path, settings=settings) as refused:
            assert refused.process.wait(60) == 1
    assert f"端口 {port} 不能使用" in refused.log()


def test_ctrl_c_stops_everything_and_the_demo_stays_as_it_was(tmp_path: Path) -> None:
    with running(tmp_path, "--demo", data="data-demo") as first:
        written = (first.data / "demo-accounts.json").read_bytes()
        family = first.family()
        assert len(family) >= len(CHILDREN)
        assert first.duban.stop(signal.SIGINT) == 0
    assert [child for child in family if not _ended(child)] == []
    assert "已全部停止" in first.duban.log()
    assert "killed" not in first.duban.log()
    assert not list(Path("/tmp").glob(f"duban-up-{first.duban.process.pid}-*"))  # noqa: S108 - where it was
    with running(tmp_path, "--demo", data="data-demo") as second:
        assert (second.data / "demo-accounts.json").read_bytes() == written
        with second.client("inspector") as inspector:
            assert inspector.get("/me").status_code == 200


def test_killed_outright_it_starts_again_at_once_though_a_worker_is_still_at_its_job(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        family = first.family()
        web, busy = first.child("duban web"), first.child("duban render")
        assert web
        assert busy
        assert Path(f"/proc/{busy.pid}/fd/0").readlink() == Path("/dev/null")
        with _suspended(busy):
            first.duban.kill()
            assert eventually(lambda: _ended(web), 60)
            with running(tmp_path, port=first.address.rpartition(":")[2]) as second:
                assert second.is_ready()
                assert not _ended(busy)
        assert eventually(lambda: all(map(_ended, family)), 60)
    assert not list(Path("/tmp").glob(f"duban-up-{first.duban.process.pid}-*"))  # noqa: S108 - where it was


def test_demonstration_data_are_not_mixed_with_others(tmp_path: Path) -> None:
    settings = {"DUBAN_DATA_DIR": str(tmp_path / "data")}
    with Duban("init", "--generate", folder=tmp_path, settings=settings) as init:
        assert init.process.wait(60) == 0
    with Duban("up", "--demo", "--port", "0", folder=tmp_path, settings=settings) as refused:
        assert refused.process.wait(60) == 1
    assert "已有正式数据" in refused.log()


def _miss_a_deadline(up: Up) -> tuple[float, float]:
    """Log and notify a finding due in two seconds; how late it went overdue, and how long its mail took from there."""
    with up.client("inspector") as inspector:
        finding = _notified(inspector)
        deadline = datetime.fromisoformat(finding["deadline"])
        event = _wait_for(lambda: _expiry(inspector, finding["id"]))
    at = datetime.fromisoformat(event["at"])
    mail = _wait_for(lambda: _mail_about(up.data, finding["number"], at))
    return (at - deadline).total_seconds(), mail.stat().st_mtime - at.timestamp()


def _notified(inspector: httpx.Client) -> dict[str, Any]:
    universities = inspector.get("/organizations", params={"kind": "university"}).json()["items"]
    body = {"organization_id": universities[0]["id"], "summary": "考场监控有盲区", "severity": "general"}
    logged = inspector.post("/findings", json=body)
    assert logged.status_code == 201, logged.text
    deadline = datetime.fromisoformat(logged.json()["found_at"]) + timedelta(seconds=2)  # by the server's clock
    body = {"requirement": "消除盲区", "deadline": deadline.isoformat()}
    notified = inspector.post(f"/findings/{logged.json()['id']}/notification", json=body)
    assert notified.status_code == 200, notified.text
    found: dict[str, Any] = notified.json()
    return found


def _expiry(inspector: httpx.Client, finding_id: str) -> dict[str, Any] | None:
    events: list[dict[str, Any]] = inspector.get(f"/findings/{finding_id}/events").json()["items"]
    return next((event for event in events if event["move"] == "expire"), None)


def _mail_about(data: Path, number: str, since: datetime) -> Path | None:
    for mail in (data / "outbox").glob("*.eml"):
        if mail.stat().st_mtime >= since.timestamp() and number in mail.read_text():
            return mail
    return None


def _wait_for(look: Callable[[], Found | None]) -> Found:
    found: list[Found] = []

    def looked() -> bool:
        one = look()
        found.extend([] if one is None else [one])
        return bool(found)

    assert eventually(looked, 60)
    return found[0]


def _spread(seconds: tuple[float, ...]) -> str:
    return f"median {median(seconds):.3f} s, worst {max(seconds):.3f} s of {len(seconds)}"


@contextmanager
def _suspended(process: psutil.Process) -> Iterator[None]:
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def _ended(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE  # some containers' first process never reaps
    except psutil.NoSuchProcess:
        return True
