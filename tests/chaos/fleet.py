"""Everything that runs in a fault run: PostgreSQL, Valkey, a mail server, web, workers, timetables; kept alive."""

import ctypes
import os
import signal
import socket
import subprocess
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
from tests.chaos.mail_log import TAKES
from tests.chaos.product import ROOT, Patch, copy_product
from tests.servers import PR_SET_PDEATHSIG, PostgreSQL, Valkey

START_AGAIN_AFTER = 0.4  # seconds, as a supervisor would
READY_WITHIN = 90.0
LIBC = ctypes.CDLL(None)


@dataclass(slots=True)
class Child:
    """A process that is started again when it ends."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    folder: Path
    pass_fds: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = None
    start_at: float = 0.0
    continue_at: float | None = None  # on the monotonic clock, while it is stopped

    def keep(self) -> None:
        """Start it unless it runs; let it go on when it was stopped for long enough."""
        if self.continue_at and time.monotonic() >= self.continue_at:
            self.go_on()
        if self.process and self.process.poll() is None:
            return
        if self.process:
            self.process, self.start_at = None, time.monotonic() + START_AGAIN_AFTER
        if time.monotonic() >= self.start_at:
            self._start()

    def kill(self) -> None:
        """`kill -9`."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def pause(self, seconds: float) -> None:
        """SIGSTOP; `keep` sends SIGCONT."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGSTOP)
            self.continue_at = time.monotonic() + seconds

    def go_on(self) -> None:
        self.continue_at = None
        if self.process:
            self.process.send_signal(signal.SIGCONT)

    def log(self) -> str:
        return (self.folder / f"{self.name}.log").read_text(errors="replace")

    def _start(self) -> None:
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environ,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=self.pass_fds,
                preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0),  # noqa: PLW1509 - one prctl call
            )


@dataclass(slots=True)
class Fleet:
    """`with Fleet(folder, patches) as fleet:` everything runs; `keep` is to be called all the time."""

    folder: Path
    patches: Sequence[Patch]
    mail_takes: float = TAKES
    stack: ExitStack = field(default_factory=ExitStack)
    children: dict[str, Child] = field(default_factory=dict)
    postgresql: PostgreSQL = field(init=False)
    valkey: Valkey = field(init=False)
    database_url: str = field(init=False)
    address: str = field(init=False)
    valkey_starts_at: float | None = None

    def __enter__(self) -> Self:
        self.postgresql = self.stack.enter_context(PostgreSQL())
        self.valkey = self.stack.enter_context(Valkey())
        self.database_url = self.postgresql.create_database("chaos")
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
        raise TimeoutError(f"the web process did not get ready: {self.children['web-1'].log()[-2000:]}")

    def heal(self) -> None:
        """No more faults: everything that was stopped goes on, everything that was killed starts."""
        for child in self.children.values():
            child.go_on()
        if self.valkey_starts_at:
            self.valkey_starts_at = time.monotonic()

    def _add_children(self, listener: int) -> None:
        port = _free_port()
        environ = self._environ(port)
        mail_log = [sys.executable, "-m", "tests.chaos.mail_log", str(self.mail_file), str(port), str(self.mail_takes)]
        self._add("mail", mail_log, {**os.environ, "PYTHONPATH": str(ROOT)})
        for number in (1, 2):
            web = _duban("web", "--fd", str(listener), "--processes", "1")
            self._add(f"web-{number}", web, environ, [listener])
            self._add(f"worker-{number}", _duban("worker"), environ)
            self._add(f"timetable-{number}", _duban("timetable"), environ)

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
        }


def _duban(*words: str) -> list[str]:
    return [sys.executable, "-P", "-m", "cli.main", *words]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
