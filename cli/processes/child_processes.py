"""Child processes that end with their parent and get no Ctrl-C from the terminal, and their output in that terminal."""

import ctypes
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import IO, Protocol

import click
import structlog

from cli.logs import WITH_PRIORITY

PR_SET_PDEATHSIG = 1
GOOD_START_AFTER = 10.0  # seconds after which a start counts as good
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 30.0  # seconds before the next start
LIBC = ctypes.CDLL(None, use_errno=True)
_MARKED = re.compile(r"<([0-7])>(.*)", re.DOTALL)
_COLOURS = {2: "red", 3: "red", 4: "yellow"}
_now = structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False, key="at")


def duban_command(*words: str) -> list[str]:
    """A command line that runs `duban` with this very installation, whatever lies in the present folder."""
    return [sys.executable, "-P", "-m", "cli.main", *words]


def child_environ(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of a child whose lines `print_line` shows: it marks their urgency and leaves out the time.

    They are read as UTF-8, whatever the terminal's encoding is.
    """
    return {**environ, WITH_PRIORITY: "duban", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8:replace"}


def print_line(name: str, line: str) -> None:
    """Print one line of a child on standard error: with its priority under systemd, else with time and colour."""
    marked = _MARKED.fullmatch(line)
    priority, text = (int(marked[1]), marked[2]) if marked else (6, line)
    if os.environ.get(WITH_PRIORITY):
        click.echo(f"<{priority}>{name}: {text}", err=True)
        return
    at = _now(None, "", {})["at"]
    click.echo(click.style(f"{at} {name:<9} | ", dim=True) + click.style(text, fg=_COLOURS.get(priority)), err=True)


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends, however that happens (Linux; elsewhere nothing)."""
    if hasattr(LIBC, "prctl"):
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


class Process(Protocol):
    """What a child is to whoever looks after it: `subprocess.Popen`, or a fork."""

    stdout: IO[bytes] | None

    def poll(self) -> int | None: ...
    def send_signal(self, number: signal.Signals, /) -> None: ...


@dataclass(slots=True)
class Child:
    """A process to be kept running; its output is read from `process.stdout`."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    pass_fds: Sequence[int] = ()
    process: Process | None = None
    started_at: float = 0.0  # on the monotonic clock, like the next
    start_at: float = 0.0
    pause: float = field(default=SHORTEST_PAUSE)

    def start(self) -> None:
        """Start it, in a session of its own."""
        self.started_at = monotonic()
        self.process = self.launch()
        os.set_blocking(self.output, False)

    def launch(self) -> Process:
        """Run the command as a new process."""
        parent = os.getpid()

        def prepare() -> None:
            die_with_parent()
            if os.getppid() != parent:  # it ended before the kernel knew our wish
                os.kill(os.getpid(), signal.SIGKILL)

        return subprocess.Popen(
            self.command,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=self.pass_fds,
            preexec_fn=prepare,  # noqa: PLW1509 - the parent has one thread, hence no lock that the child could inherit
        )

    @property
    def output(self) -> int:
        """The descriptor of its output."""
        assert self.process  # noqa: S101 - callers started it
        assert self.process.stdout  # noqa: S101 - a pipe, by `start`
        return self.process.stdout.fileno()

    def exit_code(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs, 0 when it isn't started."""
        return self.process.poll() if self.process else 0

    def plan_restart(self) -> None:
        """Set when it is started again: soon after a long life, ever later when it keeps dying."""
        lived = monotonic() - self.started_at
        self.pause = SHORTEST_PAUSE if lived >= GOOD_START_AFTER else min(2 * self.pause, LONGEST_PAUSE)
        self.start_at = monotonic() + self.pause
        self.process = None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
