"""Stopping on request: the work at hand is finished, what sleeps wakes up."""

import os
import select
import signal
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stop:
    """The wish to stop.

    A pipe rather than `threading.Event`: a signal's handler runs between any two steps of the main thread, also
    within the event's own lock, and would wait for itself.
    """

    def __init__(self) -> None:
        self.requested = False
        self._wakes, self._rings = os.pipe()

    def fileno(self) -> int:
        """What a selector watches: readable from the wish on."""
        return self._wakes

    def on_signals(self) -> None:
        """Take SIGTERM and SIGINT as the wish; again is no stronger wish."""
        for number in SIGNALS:
            signal.signal(number, self._request)

    def request(self) -> None:
        """Wish it."""
        if not self.requested:
            self.requested = True
            os.write(self._rings, b".")

    def wait(self, seconds: float) -> bool:
        """Sleep for so long, or until the wish; returns whether there is one."""
        if not self.requested:
            select.select([self._wakes], [], [], max(0.0, seconds))
        return self.requested

    def _request(self, _number: int, _frame: FrameType | None) -> None:
        self.request()
