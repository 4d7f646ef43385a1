"""Weeks in a moment: people act at given instants, and between them the clock does what falls due."""

from collections.abc import Callable, Iterable
from datetime import datetime
from operator import itemgetter

from sqlalchemy.orm import Session

from service.findings.sweep import BATCH, SweepResult, next_due_at, sweep
from service.store.sweeping import still_set_aside
from workers.jobs import SWEPT

BESIDE_FINDINGS = [swept.batch for swept in SWEPT if swept.next_at is not next_due_at]
Act = tuple[datetime, Callable[[datetime], None]]  # an instant, and what is called with it when it comes


class FastClock:
    """Jumps from instant to instant, as the timetable and the workers would have lived through them."""

    def __init__(self, session: Session, *, now: datetime) -> None:
        """Begin at an instant; `after` is called after everything that happens, such as to deliver."""
        self._session = session
        self.after: Callable[[], None] = lambda: None
        self.now = now

    def play(self, acts: Iterable[Act], *, until: datetime) -> None:
        """Let people act in order of time, acts of one instant in the order given; then reach `until`.

        Raises `ValueError` when an act lies before now, or after `until`.
        """
        for at, act in sorted(acts, key=itemgetter(0)):
            if not self.now <= at <= until:
                raise ValueError(f"an act at {at} lies outside {self.now} to {until}")
            self.pass_time(at)
            act(at)
            self.after()
        self.pass_time(until)

    def pass_time(self, until: datetime) -> None:
        """Let the clock act at each instant at which something is due; `RuntimeError` when it sets a row aside."""
        while (due_at := self._next_due_at()) and due_at <= until:
            self.now = max(self.now, due_at)
            while (swept := sweep(self._session, now=self.now)) != SweepResult():
                if swept.set_aside:
                    raise RuntimeError("a finding was set aside: see its set_aside_error")
            for batch in BESIDE_FINDINGS:
                while batch(self._session, now=self.now, limit=BATCH):
                    pass
            if failures := still_set_aside(self._session):
                raise RuntimeError(f"{failures[0].task} set {failures[0].name} aside: {failures[0].error}")
            self.after()
        self.now = max(self.now, until)

    def _next_due_at(self) -> datetime | None:
        return min((at for swept in SWEPT if (at := swept.next_at(self._session))), default=None)
