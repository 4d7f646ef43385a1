"""From a deadline to its event and its message: timetable and workers as real processes, PostgreSQL, Redis."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from benchmarks.http import ROUNDS, p50, p99, running
from benchmarks.lines import Line
from benchmarks.run import Run, watched
from benchmarks.seed import seed_round
from cli.processes.child_processes import duban_command
from service.findings.log import NewFinding, log
from service.findings.rectification_notices import Demand, notify
from service.models import Organization, Person
from service.people.callers import caller_of
from service.store import clock
from service.store.db import connect, sessions
from service.store.heartbeats import QUEUES
from service.store.schema import upgrade
from workflows.findings.facts import Actor
from workflows.vocabulary import OrganizationKind, Role, Severity

EVERY = timedelta(milliseconds=100)
LEAD = timedelta(seconds=15)  # for logging them all, and for the processes to start
COMMITTED = text("SELECT finding_id, clock_timestamp() FROM events WHERE move = 'expire'")
IN_INBOX = text("SELECT DISTINCT finding_id, clock_timestamp() FROM alerts WHERE kind = 'expire'")
SENT = text("""
SELECT findings.id, findings.deadline, min(deliveries.sent_at)
FROM findings JOIN events ON events.finding_id = findings.id
JOIN alerts ON alerts.event_id = events.id JOIN deliveries ON deliveries.message_id = alerts.message_id
WHERE events.move = 'expire' GROUP BY findings.id""")
Delays = dict[str, float]  # of each finding, in milliseconds


def measure(run: Run) -> Iterator[Line]:
    """Milliseconds from a deadline until its event is committed, stands in an inbox, and its mail is handed over."""
    url, deadlines = run.empty(), run.sizes.deadlines
    upgrade(url)
    engine = connect(url)
    with working(run, url):  # they start while all is logged
        awaited = _prepare(engine, deadlines)
        committed, seen = _watch(engine, awaited)
        time.sleep(3)
    with engine.connect() as connection:
        sent = {str(id_): _ms(at - deadline) for id_, deadline, at in connection.execute(SENT) if at}
    engine.dispose()
    assert len(sent) == deadlines, f"{len(sent)} of {deadlines} messages"
    assert min(committed.values()) > 0, "a move was recorded before its moment"
    portions = [list(awaited)[n::ROUNDS] for n in range(ROUNDS)]
    yield Line("deadline to first commit: p50 ms", [p50([committed[one] for one in part]) for part in portions], 60)
    yield Line("deadline to inbox: p99 ms", [p99([seen[one] for one in part]) for part in portions], 300)
    yield Line("deadline to mail handed over: p50 ms", [p50([sent[one] for one in part]) for part in portions], 150)
    yield Line("deadline to mail handed over: p99 ms", [p99([sent[one] for one in part]) for part in portions], 1000)


@contextmanager
def working(run: Run, url: str) -> Iterator[None]:
    """Timetable and a worker of each queue: messages wait for the papers that go along."""
    environ = run.environ(url, DUBAN_REDIS_URL=run.redis)
    commands = (*(("worker", queue) for queue in QUEUES), ("timetable",))
    with ExitStack() as stack:
        stack.enter_context(watched(url))
        for words in commands:
            stack.enter_context(running(duban_command(*words), environ))
        yield


def _prepare(engine: Engine, deadlines: int) -> dict[str, datetime]:
    """Findings notified with a deadline each, a tenth of a second apart."""
    with sessions(engine)() as session:
        seed_round(session)
        session.execute(text("UPDATE people SET email = id || '@example.invalid'"))
        inspector = inspector_of(session)
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


def inspector_of(session: Session) -> Actor:
    """An inspector, who has every district."""
    person = session.scalars(select(Person).where(Person.role == Role.INSPECTOR)).first()
    assert person is not None
    return caller_of(session, person).actor


def _watch(engine: Engine, awaited: dict[str, datetime]) -> tuple[Delays, Delays]:
    """Look every few milliseconds for events and alerts that were not there before, by the database's clock."""
    committed: Delays = {}
    seen: Delays = {}
    until = time.monotonic() + (LEAD + len(awaited) * EVERY).total_seconds() + 30
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while min(len(committed), len(seen)) < len(awaited) and time.monotonic() < until:
            for delays, looked in ((committed, COMMITTED), (seen, IN_INBOX)):
                for id_, at in connection.execute(looked):
                    delays.setdefault(str(id_), _ms(at - awaited[str(id_)]))
            time.sleep(0.005)
    assert len(committed) == len(awaited), f"{len(committed)} of {len(awaited)} events"
    assert len(seen) == len(awaited), f"{len(seen)} of {len(awaited)} alerts"
    return committed, seen


def _ms(span: timedelta) -> float:
    return span.total_seconds() * 1000
