"""One fault run: load and faults, the drain, the verdict."""

import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, func, or_, select

from service.models import Alert, Delivery, Finding
from service.store.db import connect, reading, sessions
from tests.chaos.checker import Checker, Verdict
from tests.chaos.faults import KINDS, Faults
from tests.chaos.fleet import Fleet
from tests.chaos.load import Load
from tests.chaos.mail_log import read_mails
from tests.chaos.product import Copy
from tests.worlds.http import Ids, build_round

STORIES = 8  # at a time
SLOWEST = 200  # alerts, of which every twentieth is told
DRAINED_WITHIN = 120.0  # seconds


@dataclass(slots=True)
class Report:
    """How a run went."""

    seed: int
    faults: Counter[str]
    calls: int
    unexpected: list[str]
    drain_seconds: float | None  # none: it was never drained
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def faultless(self) -> bool:
        return self.verdict.faultless and not self.unexpected and self.drain_seconds is not None

    def lines(self) -> list[str]:
        """The figures."""
        verdict, drain = self.verdict, self.drain_seconds
        made = {"calls": self.calls, "findings": verdict.findings, "events": verdict.events, "alerts": verdict.alerts}
        bad = {"lost": verdict.lost, "doubled": verdict.doubled, "wrong": verdict.wrong, "unexpected": self.unexpected}
        return [
            f"seed {self.seed}: {self.faults.total()} faults {dict(self.faults)}",
            ", ".join(f"{number} {what}" for what, number in made.items()),
            f"{verdict.mails} mails, {verdict.repeats} of them repeated under the same Message-ID",
            ", ".join(f"{what} {len(found)}" for what, found in bad.items()),
            f"drained in {drain:.1f} s" if drain is not None else f"not drained in {DRAINED_WITHIN:.0f} s",
            f"load of the machine {os.getloadavg()[0]:.1f}: far above its processors the times below say little",
            f"due→recorded {_percentiles(verdict.recorded_after)}",
            f"due→mail {_percentiles([wait.mailed for wait in verdict.waits])}",
            *(f"  among the slowest: {wait}" for wait in sorted(verdict.waits)[-SLOWEST::20]),
        ]


def run(folder: Path, database: str, *, faults: int, seed: int, copy: Copy = Copy()) -> Report:  # noqa: B008 - frozen
    """Everything in one go; the folder keeps the logs of all processes."""
    with Fleet(folder, database, copy.patches, copy.mail_takes) as fleet:
        engine = connect(fleet.database_url)
        ids = _seed(engine)
        fleet.wait_until_ready()
        load, done = Load(fleet.address, ids, seed), Faults(fleet, seed, copy.kinds or KINDS[database])
        load.start(STORIES)
        _strike(fleet, done, faults)
        load.stop()
        fleet.heal()
        drain = _drain(fleet, engine)
        report = Report(seed, done.done, len(load.calls), load.unexpected, drain)
        with sessions(reading(engine))() as session:
            report.verdict = Checker(session, ids, read_mails(fleet.mail_file)).check(load.calls)
        engine.dispose()
    if report.verdict.repeats > (explained := done.explained_repeats()):
        report.verdict.doubled.append(f"{report.verdict.repeats} mails came again, of which faults explain {explained}")
    return report


def _seed(engine: Engine) -> Ids:
    with sessions(engine).begin() as session:
        return build_round(session, now=datetime.now(UTC) - timedelta(days=1))


def _strike(fleet: Fleet, faults: Faults, number: int) -> None:
    fleet.keep(3)
    for _ in range(number):
        faults.strike()
        fleet.keep(faults.between())


def _drain(fleet: Fleet, engine: Engine) -> float | None:
    """Wait until nothing is due and nothing waits; seconds that it took, beyond the last deadline that was set."""
    began = time.monotonic()
    fleet.keep(_last_deadline(engine))
    last_due = time.monotonic()
    while time.monotonic() - began < DRAINED_WITHIN:
        fleet.keep(0.3)
        if not _waiting(engine):
            return time.monotonic() - last_due
    return None


def _last_deadline(engine: Engine) -> float:
    """Seconds until the last deadline of the load has passed."""
    soon = datetime.now(UTC) + timedelta(minutes=1)
    with sessions(reading(engine))() as session:
        last = session.scalar(select(func.max(Finding.deadline)).where(Finding.deadline < soon))
    return max(0.0, (last - datetime.now(UTC)).total_seconds()) if last else 0.0


def _waiting(engine: Engine) -> int:
    with sessions(reading(engine))() as session:
        due = select(func.count()).where(Finding.next_action_at <= datetime.now(UTC))
        ungrouped = select(func.count()).where(Alert.message_id.is_(None))
        unsent = select(func.count()).where(
            Delivery.sent_at.is_(None), or_(Delivery.given_up_at.is_(None), Delivery.next_attempt_at.is_not(None))
        )
        return sum(session.scalar(query) or 0 for query in (due, ungrouped, unsent))


def _percentiles(seconds: Sequence[float]) -> str:
    if not seconds:
        return "never"
    ordered = sorted(seconds)
    p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.5, 0.99))
    return f"p50 {p50:.2f} s, p99 {p99:.2f} s, longest {ordered[-1]:.2f} s, of {len(ordered)}"
