"""A season in a moment: people act at named instants, and between them the clock does what falls due."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from service.findings.sweep import BATCH, Swept, next_due_at, sweep
from workers.jobs import SWEPT

BESIDES = [batch for batch, due_at in SWEPT if due_at is not next_due_at]  # what the clock does besides findings
Script = Iterator[datetime]  # names the instant of its next act, then makes it when it is asked to go on


class Playback:
    """Plays scripts together, in order of time, as the timetable and the workers would have lived through them."""

    def __init__(self, session: Session, *, at: datetime) -> None:
        """Begin at an instant; `after` is called after everything that happens, such as to deliver."""
        self._session = session
        self.after: Callable[[], None] = lambda: None
        self.now = at

    def play(self, scripts: Iterable[Script], *, until: datetime) -> None:
        """Let every script act at its instants, those of one instant in the order given; then reach `until`.

        Raises `ValueError` when a script names an instant that has passed, or lies after `until`.
        """
        waiting = [(at, place, script) for place, script in enumerate(scripts) if (at := next(script, None))]
        heapq.heapify(waiting)
        while waiting:
            at, place, script = heapq.heappop(waiting)
            if not self.now <= at <= until:
                raise ValueError(f"script {place} acts at {at}, outside {self.now} to {until}")
            self.pass_time(at)
            then = next(script, None)
            self.after()
            if then:
                heapq.heappush(waiting, (then, place, script))
        self.pass_time(until)

    def pass_time(self, until: datetime) -> None:
        """Jump from one due instant to the next, and let the clock act at each; `RuntimeError` when that fails."""
        while (due_at := self._next_due_at()) and due_at <= until:
            self.now = max(self.now, due_at)
            while (swept := sweep(self._session, now=self.now)) != Swept():
                if swept.set_aside:
                    raise RuntimeError("a finding was set aside: see its set_aside_error")
            for batch in BESIDES:
                while batch(self._session, now=self.now, limit=BATCH):
                    pass
            self.after()
        self.now = max(self.now, until)

    def _next_due_at(self) -> datetime | None:
        return min((at for _, due_at in SWEPT if (at := due_at(self._session))), default=None)
