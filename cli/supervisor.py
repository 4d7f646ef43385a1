"""Keeps children running in one terminal: hands on what they say, starts again what dies, stops them in order."""

import contextlib
import os
import selectors
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from cli.children import Child
from workers.stopping import Stop

TURN = 0.2  # seconds between two looks at who has ended
STOP_WITHIN = 40.0  # seconds: a job has 30

Say = Callable[[str, str], None]  # a child's name, and one line of it


@dataclass(slots=True)
class _Output:
    """What one run of a child writes; its own children may write on when it has ended."""

    name: str
    rest: bytes = b""


class Supervisor:
    """Runs in one thread: the kernel ends children with the thread that started them."""

    def __init__(self, say: Say, stop: Stop) -> None:
        self._say, self._stop = say, stop
        self._children: list[Child] = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(stop, selectors.EVENT_READ)

    def start(self, child: Child) -> None:
        """Start a child and keep it running from now on; the first started is the last stopped."""
        self._children.append(child)
        self._start(child)

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Look after the children until something is ready; false when it took too long, or is not wanted any more."""
        patience = monotonic() + seconds
        while not ready():
            if self._stop.requested or monotonic() > patience:
                return False
            self.turn(TURN / 4)
        return True

    def run(self) -> None:
        """Look after the children until somebody wishes to stop."""
        while not self._stop.requested:
            self.turn(TURN)

    def turn(self, seconds: float) -> None:
        """Hand on what was said, for so long; then see to those that ended."""
        self._listen(seconds)
        for child in self._children:
            if child.process is None:
                if monotonic() >= child.start_at and not self._stop.requested:
                    self._start(child)
            elif (code := child.ended()) is not None:
                child.rest()
                self._say(child.name, f"<4>ended ({_how(code)}), starts again in {child.pause:.1f} s")

    def stop(self, names: Sequence[str]) -> None:
        """Ask these to stop, once each, and wait; whoever takes too long is killed."""
        with contextlib.suppress(KeyError):
            self._selector.unregister(self._stop)  # from the wish on it would wake every wait
        asked = [child for child in self._children if child.name in names]
        for child in asked:
            child.signal(signal.SIGTERM)
        patience = monotonic() + STOP_WITHIN
        while (late := [child for child in asked if child.ended() is None]) and monotonic() < patience:
            self._listen(TURN / 4)
        for child in late:
            self._say(child.name, "<4>did not stop in time, is killed")
            child.signal(signal.SIGKILL)
        self._listen(0)

    def _start(self, child: Child) -> None:
        child.start()
        assert child.process  # noqa: S101 - just started
        self._selector.register(child.output, selectors.EVENT_READ, (_Output(child.name), child.process.stdout))

    def _listen(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                continue
            output, file = key.data
            chunk = _read(file.fileno())
            lines = (output.rest + chunk).split(b"\n")
            output.rest = lines.pop()
            for line in lines:
                self._say(output.name, line.decode(errors="replace"))
            if not chunk:
                self._selector.unregister(file)
                file.close()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


def _how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"code {code}"
