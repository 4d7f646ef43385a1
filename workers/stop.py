"""Stopping on request: work in progress is finished, a sleeping process wakes up."""

import os
import select
import signal

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stop:
    """Whether this process is to stop.

    A pipe rather than `threading.Event`: a signal's handler runs between any two steps of the main thread, also
    within the event's own lock, and would wait for itself.
    """

    def __init__(self) -> None:
        self.requested = False
        self.why: str | None = None  # the code of an error that is the reason; none: somebody asked for it
        self._reader, self._writer = os.pipe()

    def fileno(self) -> int:
        """The descriptor that a selector watches: readable once a stop is requested."""
        return self._reader

    def on_signals(self) -> None:
        """Let SIGTERM and SIGINT request the stop; a second signal changes nothing."""
        for number in SIGNALS:
            signal.signal(number, lambda _number, _frame: self.request())

    def request(self, why: str | None = None) -> None:
        """Request the stop, for an error if so; more than once changes nothing."""
        if not self.requested:
            self.requested, self.why = True, why
            os.write(self._writer, b".")

    def wait(self, seconds: float) -> bool:
        """Sleep for so long, or until a stop is requested; returns whether it is."""
        if not self.requested:
            select.select([self._reader], [], [], max(0.0, seconds))
        return self.requested
