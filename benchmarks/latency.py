"""From a deadline to its event and its message: timetable and workers as real processes, PostgreSQL, Redis."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from benchmarks.seed import seed_round
from service.findings.log import NewFinding, log
from service.findings.rectification_notices import Demand, notify
from service.models import Organization, Person
from service.people.callers import caller_of
from service.store import clock
from service.store.db import connect, sessions
from service.store.schema import upgrade
from workflows.findings.facts import Actor
from workflows.vocabulary import OrganizationKind, Role, Severity

DUBAN = Path(sys.executable).with_name("duban")
EVERY = timedelta(milliseconds=100)
LEAD = timedelta(seconds=15)  # for logging them all, and for the processes to start
SEEN = text("SELECT finding_id, clock_timestamp() FROM events WHERE move = 'expire'")
SENT = text("""
SELECT findings.deadline, min(deliveries.sent_at) FROM findings JOIN events ON events.finding_id = findings.id
JOIN alerts ON alerts.event_id = events.id JOIN deliveries ON deliveries.message_id = alerts.message_id
WHERE events.move = 'expire' GROUP BY findings.id""")


def measure(database_url: str, redis_url: str, *, deadlines: int) -> dict[str, float]:
    """Milliseconds from a deadline until its event can be read, and until its message was handed over."""
    upgrade(database_url)
    engine = connect(database_url)
    awaited = _prepare(engine, deadlines)
    with tempfile.TemporaryDirectory() as folder, running(database_url, redis_url, folder):
        recorded = _watch(engine, awaited)
        time.sleep(3)
    with engine.connect() as connection:
        handed = [(sent - deadline).total_seconds() for deadline, sent in connection.execute(SENT) if sent]
    engine.dispose()
    assert len(handed) == deadlines, f"{len(handed)} of {deadlines} messages"
    assert min(recorded) > 0, "a move was recorded before its moment"
    return {**_spread("event", recorded), **_spread("message", handed)}


def _prepare(engine: Engine, deadlines: int) -> dict[str, datetime]:
    """Findings notified with a deadline each, a tenth of a second apart."""
    with sessions(engine)() as session:
        seed_round(session)
        session.execute(text("UPDATE people SET email = id || '@example.invalid'"))
        inspector = _inspector(session)
        units = session.scalars(select(Organization.id).where(Organization.kind == OrganizationKind.UNIVERSITY)).all()
        now = clock.now(session)
        ids = [
            log(session, NewFinding(units[n % len(units)], "门禁失灵", Severity.GENERAL), actor=inspector, now=now).id
            for n in range(deadlines)
        ]
        session.commit()
        first = clock.now(session) + LEAD
        awaited = {id_: first + n * EVERY for n, id_ in enumerate(ids)}
        for id_, deadline in awaited.items():
            notify(session, Demand(id_, "立即修复。", deadline), actor=inspector, now=now)
        session.commit()
    return awaited


def _inspector(session: Session) -> Actor:
    person = session.scalars(select(Person).where(Person.role == Role.INSPECTOR)).first()
    assert person is not None
    return caller_of(session, person).actor


@contextmanager
def running(database_url: str, redis_url: str, folder: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Timetable and workers."""
    environment = {
        **os.environ,
        "DUBAN_DATABASE_URL": database_url,
        "DUBAN_REDIS_URL": redis_url,
        "DUBAN_DATA_DIR": folder,
    }
    processes = [
        subprocess.Popen([DUBAN, *words], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for words in (["worker", "sweep"], ["worker", "deliver"], ["worker", "render"], ["timetable"])
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(30)


def _watch(engine: Engine, awaited: dict[str, datetime]) -> list[float]:
    """Look every few milliseconds for events that were not there before, by the database's clock."""
    delays: dict[str, float] = {}
    until = time.monotonic() + (LEAD + len(awaited) * EVERY).total_seconds() + 30
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while len(delays) < len(awaited) and time.monotonic() < until:
            for finding_id, at in connection.execute(SEEN):
                delays.setdefault(str(finding_id), (at - awaited[str(finding_id)]).total_seconds())
            time.sleep(0.005)
    assert len(delays) == len(awaited), f"{len(delays)} of {len(awaited)} events"
    return list(delays.values())


def _spread(name: str, seconds: list[float]) -> dict[str, float]:
    ordered = statistics.quantiles(seconds, n=100)
    return {f"{name} p50 ms": ordered[49] * 1000, f"{name} p99 ms": ordered[98] * 1000}
