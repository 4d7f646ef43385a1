"""Saying that one runs: `duban doctor` and those who watch from outside go by it."""

from time import monotonic

from service import clock
from service.heartbeats import beat
from workers.jobs import attempt
from workers.wiring import Wiring

BEAT_EVERY = 10.0  # seconds


class Pulse:
    """The heartbeat of one process; may be asked for at every turn of its loop."""

    def __init__(self, wiring: Wiring, process: str) -> None:
        self._wiring, self._process, self._next = wiring, process, 0.0

    def beat(self) -> None:
        """Say so, when it is time; a lost database does not stop the process."""
        if monotonic() >= self._next:
            self._next = monotonic() + BEAT_EVERY
            attempt(self._write, self._wiring)

    def _write(self, wiring: Wiring) -> None:
        with wiring.sessions.begin() as session:
            beat(session, self._process, now=clock.now(session))
