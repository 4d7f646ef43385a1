"""Keeps children running in one terminal: prints their lines, restarts those that end, stops them in order."""

import contextlib
import os
import selectors
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from cli.processes.child_processes import Child
from workers.stop import Stop

TURN = 0.2  # seconds between two looks at who has ended
STOP_WITHIN = 40.0  # seconds: a job has 30

PrintLine = Callable[[str, str], None]  # of a child's name, and one line of its output


@dataclass(slots=True)
class _Output:
    """The unfinished line of one run of a child; its own children may write on when it has ended."""

    name: str
    rest: bytes = b""


class Supervisor:
    """Runs in one thread: the kernel ends children with the thread that started them."""

    def __init__(self, print_line: PrintLine, stop: Stop) -> None:
        self._print_line, self._stop = print_line, stop
        self._children: list[Child] = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(stop, selectors.EVENT_READ)

    def start(self, child: Child) -> None:
        """Start a child and keep it running from now on; the first started is the last stopped."""
        self._children.append(child)
        self._start(child)

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Look after the children until `ready`; False when that took too long, or a stop was requested."""
        patience = monotonic() + seconds
        while not ready():
            if self._stop.requested or monotonic() > patience:
                return False
            self.turn(TURN / 4)
        return True

    def run(self) -> None:
        """Look after the children until a stop is requested."""
        while not self._stop.requested:
            self.turn(TURN)

    def turn(self, seconds: float) -> None:
        """Print what children write, for so many seconds; then restart those that ended."""
        self._print_output(seconds)
        for child in self._children:
            if child.process is None:
                if monotonic() >= child.start_at and not self._stop.requested:
                    self._start(child)
            elif (code := child.exit_code()) is not None:
                child.plan_restart()
                ending = signal.Signals(-code).name if code < 0 else f"code {code}"
                self._print_line(child.name, f"<4>ended ({ending}), starts again in {child.pause:.1f} s")

    def stop(self, names: Sequence[str]) -> None:
        """Send these SIGTERM and wait up to `STOP_WITHIN`; those that run on are killed."""
        with contextlib.suppress(KeyError):
            self._selector.unregister(self._stop)  # once requested it would wake every wait
        asked = [child for child in self._children if child.name in names]
        for child in asked:
            child.signal(signal.SIGTERM)
        patience = monotonic() + STOP_WITHIN
        while (late := [child for child in asked if child.exit_code() is None]) and monotonic() < patience:
            self._print_output(TURN / 4)
        for child in late:
            self._print_line(child.name, "<4>did not stop in time, is killed")
            child.signal(signal.SIGKILL)
        self._print_output(0)

    def _start(self, child: Child) -> None:
        child.start()
        assert child.process  # noqa: S101 - just started
        self._selector.register(child.output, selectors.EVENT_READ, (_Output(child.name), child.process.stdout))

    def _print_output(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                continue
            output, file = key.data
            chunk = _read(file.fileno())
            lines = (output.rest + chunk).split(b"\n")
            output.rest = lines.pop()
            for line in lines:
                self._print_line(output.name, line.decode(errors="replace"))
            if not chunk:
                self._selector.unregister(file)
                file.close()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""
