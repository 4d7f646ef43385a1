"""Everything that runs in a fault run: database, Valkey, a mail server and our own processes; kept alive."""

import os
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from service.store.schema import upgrade
from tests.chaos.child import Child
from tests.chaos.mail_log import TAKES
from tests.chaos.product import copy_product
from tests.planted.patch import ROOT, Patch
from tests.servers import PostgreSQL, Valkey

READY_WITHIN = 90.0
OURS: Mapping[str, Mapping[str, Sequence[str]]] = {  # database → the process → what `duban` is told
    "postgresql": {
        f"{kind}-{number}": words
        for number in (1, 2)
        for kind, words in (("web", ["web"]), ("worker", ["worker"]), ("timetable", ["timetable"]))
    },
    "sqlite": {  # as `duban up` runs an office on one machine
        "web": ["web"],
        "timetable": ["timetable"],
        "watchdog": ["watchdog"],
        "worker-sweep": ["worker", "sweep"],
        "worker-deliver": ["worker", "deliver"],
        "worker-render": ["worker", "render"],
    },
}


@dataclass(slots=True)
class Fleet:
    """`with Fleet(folder, database, patches) as fleet:` everything runs; `keep` is to be called all the time."""

    folder: Path
    database: str  # of OURS
    patches: Sequence[Patch]
    mail_takes: float = TAKES
    stack: ExitStack = field(default_factory=ExitStack)
    children: dict[str, Child] = field(default_factory=dict)
    postgresql: PostgreSQL | None = None
    valkey: Valkey = field(init=False)
    database_url: str = field(init=False)
    address: str = field(init=False)
    valkey_starts_at: float | None = None

    def __enter__(self) -> Self:
        (self.folder / "data").mkdir()
        self.valkey = self.stack.enter_context(Valkey(appendonly=self.database == "sqlite"))
        self.database_url = self._make_database()
        upgrade(self.database_url)
        listener = self.stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=256))
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._add_children(listener.fileno())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for child in self.children.values():
            child.kill()
        self.stack.close()

    @property
    def mail_file(self) -> Path:
        return self.folder / "mails.jsonl"

    def of(self, kind: str) -> list[Child]:
        """The processes of a kind: `worker`; `all` are all of ours."""
        ours = [child for name, child in self.children.items() if name != "mail"]
        chosen = ours if kind == "all" else [self.children["mail"]] if kind == "mail" else []
        return chosen or [child for child in ours if child.name.partition("-")[0] == kind]

    def kill_valkey(self, away: float) -> None:
        """`kill -9`; it starts again after so many seconds."""
        self.valkey.kill()
        self.valkey_starts_at = time.monotonic() + away

    def keep(self, seconds: float = 0.0) -> None:
        """Look after everything for so long."""
        until = time.monotonic() + seconds
        while True:
            for child in self.children.values():
                child.keep()
            if self.valkey_starts_at and time.monotonic() >= self.valkey_starts_at:
                self.valkey_starts_at = None
                self.valkey.start()
            if time.monotonic() >= until:
                return
            time.sleep(0.05)

    def wait_until_ready(self) -> None:
        """Until the API answers."""
        patience = time.monotonic() + READY_WITHIN
        while time.monotonic() < patience:
            self.keep(0.1)
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200:
                    return
        raise TimeoutError(f"the web process did not get ready: {self.of('web')[0].log()[-2000:]}")

    def heal(self) -> None:
        """No more faults: everything that was stopped goes on, everything that was killed starts."""
        for child in self.children.values():
            child.go_on()
        if self.valkey_starts_at:
            self.valkey_starts_at = time.monotonic()

    def _make_database(self) -> str:
        if self.database == "sqlite":
            return f"sqlite:///{self.folder / 'data' / 'duban.db'}"
        self.postgresql = self.stack.enter_context(PostgreSQL())
        return self.postgresql.create_database("chaos")

    def _add_children(self, listener: int) -> None:
        port = _free_port()
        mail_log = [sys.executable, "-m", "tests.chaos.mail_log", str(self.mail_file), str(port), str(self.mail_takes)]
        self._add("mail", mail_log, {**os.environ, "PYTHONPATH": str(ROOT)})
        environ = self._environ(port)
        for name, words in OURS[self.database].items():
            served = ["--fd", str(listener), "--processes", "1"] if words[0] == "web" else []
            self._add(name, [sys.executable, "-P", "-m", "cli.main", *words, *served], environ, [listener])

    def _add(self, name: str, command: Sequence[str], environ: Mapping[str, str], fds: Sequence[int] = ()) -> None:
        self.children[name] = Child(name, command, environ, self.folder, fds)

    def _environ(self, mail_port: int) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("DUBAN_", "JOURNAL_"))}
        return {
            **clean,
            "PYTHONPATH": str(copy_product(self.folder / "product", self.patches)),
            "DUBAN_DATABASE_URL": self.database_url,
            "DUBAN_REDIS_URL": self.valkey.url(),
            "DUBAN_DATA_DIR": str(self.folder / "data"),
            "DUBAN_SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
            "DUBAN_BASE_URL": self.address,
            "DUBAN_EVIDENCE_PER_DAY": "1000000",  # few people do all the work
        }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
