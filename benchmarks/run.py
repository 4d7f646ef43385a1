"""One run of `make bench`: its sizes, and the servers and offices that the lines share."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from threading import Event, Thread

from benchmarks.http import Service, served
from benchmarks.offices import Office, prepare, prepare_peer
from benchmarks.seed import UNIVERSITIES
from cli.processes.child_processes import duban_command
from service.doctor.watchdog.holder import take_watch
from service.models import new_id
from service.store import clock
from service.store.db import connect, sessions
from tests.servers import PostgreSQL, Valkey

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".bench-venv" / "bin" / "python"  # has what only peers need, once it is ready
WATCH_EVERY = 15.0  # seconds
FEW, MANY = 10_000, 100_000  # findings, beside the million


class Run:
    """What the lines share is made when it is first asked for, and goes with the run."""

    def __init__(self, sizes: argparse.Namespace, stack: ExitStack) -> None:
        self.sizes, self._stack = sizes, stack
        self._numbers = count(1)
        self._offices: dict[tuple[str, int, int], Office] = {}
        self._peers: dict[str, Office] = {}

    @cached_property
    def folder(self) -> Path:
        """A folder of the run."""
        return Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="duban-bench-")))

    @cached_property
    def postgresql(self) -> PostgreSQL:
        """One server, as durable as an office's."""
        return self._stack.enter_context(PostgreSQL(durable=True))

    @cached_property
    def redis(self) -> str:
        """The address of a Redis server."""
        return self._stack.enter_context(Valkey()).url()

    def empty(self, kind: str = "postgresql") -> str:
        """The address of a new, empty database."""
        name = f"bench{next(self._numbers)}"
        if kind == "sqlite":
            return f"sqlite:///{self.folder / name}.sqlite"
        return self.postgresql.create_database(name)

    def office(self, listed: int, *, universities: int = UNIVERSITIES, kind: str = "postgresql") -> Office:
        """An office with so many findings, made once; lines leave it much as it was."""
        key = (kind, listed, universities)
        if key not in self._offices:
            self._offices[key] = prepare(self.empty(kind), listed, universities=universities)
        return self._offices[key]

    def peer_of(self, office: Office, listed: int) -> Office:
        """The same office in a peer's database, made once."""
        if office.url not in self._peers:
            kind = "sqlite" if office.url.startswith("sqlite") else "postgresql"
            self._peers[office.url] = prepare_peer(office, self.empty(kind), listed)
        return self._peers[office.url]

    @property
    def has_peers(self) -> bool:
        """Whether the environment of peers is there."""
        return PEERS.parent.parent.joinpath(".ready").exists()

    @contextmanager
    def duban(self, office: Office, *, processes: int = 1) -> Iterator[Service]:
        """`duban web` over an office, which somebody else watches, as the watchdog does in an installation."""
        environ = self.environ(office.url)
        command = duban_command("web", "--processes", str(processes), "--fd", "{fd}")
        with watched(office.url), served(Service("/api/v1", office), command, environ) as service:
            yield service

    @contextmanager
    def flask(self, peer: Office) -> Iterator[Service]:
        """Peer (a) over its database, behind the same server."""
        command = [sys.executable, "-m", "benchmarks.peers.serve", peer.url, "{fd}"]
        with served(Service("", peer), command, {"PYTHONPATH": str(ROOT)}) as service:
            yield service

    @contextmanager
    def fastapi(self, peer: Office) -> Iterator[Service]:
        """Peer (b) over the same database as (a), behind the server that FastAPI is used with."""
        command = [str(PEERS), "-m", "benchmarks.peers.fastapi_core", peer.url, "{fd}"]
        with served(Service("", peer), command, {"PYTHONPATH": str(ROOT)}) as service:
            yield service

    def environ(self, url: str, **more: str) -> dict[str, str]:
        """The environment of a process of ours over that database, with a data folder of its own."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
        data = Path(tempfile.mkdtemp(dir=self.folder))
        many = {"DUBAN_EVIDENCE_PER_DAY": "1000000"}  # what one university brings here, a year would not see
        return {**clean, **many, "DUBAN_DATABASE_URL": url, "DUBAN_DATA_DIR": str(data), **more}


@contextmanager
def watched(url: str) -> Iterator[None]:
    """Hold the watchdog's place meanwhile, so that no web process stands in for it."""
    engine, done, ourselves = connect(url), Event(), new_id()

    def hold() -> None:
        while True:
            with sessions(engine).begin() as session:
                take_watch(session, ourselves, stands_by=False, now=clock.now(session))
            if done.wait(WATCH_EVERY):
                return

    holding = Thread(target=hold, daemon=True)
    holding.start()
    try:
        yield
    finally:
        done.set()
        holding.join()
        engine.dispose()
