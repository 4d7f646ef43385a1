"""A process of a fault run: started again when it ends, killed, stopped for a while."""

import ctypes
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.servers import PR_SET_PDEATHSIG

START_AGAIN_AFTER = 0.4  # seconds, as a supervisor would
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
            self.process, self.start_at = None, max(self.start_at, time.monotonic() + START_AGAIN_AFTER)
        if time.monotonic() >= self.start_at:
            self._start()

    def kill(self, away: float = 0.0) -> None:
        """`kill -9`; it starts again after so many seconds."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.start_at = time.monotonic() + away

    def pause(self, seconds: float) -> None:
        """SIGSTOP; `keep` sends SIGCONT."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGSTOP)
            self.continue_at = time.monotonic() + seconds

    def go_on(self) -> None:
        """No more waiting, neither stopped nor for its start."""
        self.continue_at, self.start_at = None, 0.0
        if self.process:
            self.process.send_signal(signal.SIGCONT)

    def log(self) -> str:
        """Everything that it wrote."""
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
