"""Many findings with their events on one machine: what they take of the disk, and what reading and writing cost then.

Not run unless it is asked for: `make bench ARGS="scale --scaled 2000000"`.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from benchmarks.asking import in_turns_of
from benchmarks.filling import NEVER_HEARD
from benchmarks.http import ROUNDS, p95
from benchmarks.lines import Line, Missing
from benchmarks.offices import holders, prepare
from benchmarks.run import Run
from service.findings.feed import list_events
from service.findings.list import FindingFilter, list_findings
from service.findings.sweep import next_due_at
from service.people.callers import caller_of
from service.store.db import connect, reading, sessions
from workflows.vocabulary import Role

EVENTS, MONTHS = 10, 12  # of each finding; over which they are spread
FILL = """
INSERT INTO {table} (id, transaction_id, finding_id, position, at, actor_role, move, from_state, to_state,
    escalation_level, data, audience, upward, canonical, hash, previous_hash)
SELECT gen_random_uuid(), 1, id, n, created_at + n * interval '36 days', 'system', 'remind', 'rectifying', 'rectifying',
    0, '{{}}', 'unit', false, repeat('x', 400), :hash, :hash
FROM findings CROSS JOIN generate_series(1, :events) AS n
"""
SIZES = """
SELECT relname, pg_total_relation_size(oid), pg_indexes_size(oid), CAST(reltuples AS float) FROM pg_class
WHERE relname IN ('findings', 'events') AND relkind = 'r'"""


def measure(run: Run) -> Iterator[Line | Missing]:
    """Seconds of filling, bytes, and reading as leadership; then the same events partitioned by month."""
    many = run.sizes.scaled
    if not many:
        yield Missing("many findings with their events", "not asked for; see --scaled")
        return
    office = prepare(run.empty(), many)
    engine = connect(office.url)
    began = time.monotonic()
    _administer(engine, FILL.format(table="events"))
    yield Line(f"{many * EVENTS:,} events written: s", [time.monotonic() - began])
    _administer(engine, "ANALYZE events")
    with engine.connect() as connection:
        for name, size, indexes, rows in connection.execute(text(SIZES)):
            yield Line(f"{name}: bytes a row, with indexes", [size / rows])
            yield Line(f"{name}: bytes a row, of indexes", [indexes / rows])
            yield Line(f"{name}: GB", [size / 1e9])
    yield from _read(engine, f"{many:,}")
    yield from _partitioned(engine)
    engine.dispose()


def _read(engine: Engine, many: str) -> Iterator[Line]:
    with sessions(engine)() as session:
        leadership = caller_of(session, holders(session)[Role.LEADERSHIP]).actor
    now = datetime.now(UTC)
    asked: dict[str, Callable[[Session], object]] = {
        "list of 50": lambda session: list_findings(session, FindingFilter(), actor=leadership, now=now),
        "feed of 50": lambda session: list_events(session, actor=leadership, after="1-1000", limit=50),
        "nothing due": next_due_at,
    }
    for name, ask in asked.items():
        turns = in_turns_of(partial(_ms, engine, ask))
        yield Line(f"{name} among {many}: p95 ms", [p95(turn) for turn in turns])


def _partitioned(engine: Engine) -> Iterator[Line]:
    """A copy of the events by month: keys have to name the month, and dropping a month is a matter of a moment."""
    columns = "(LIKE events INCLUDING DEFAULTS INCLUDING STORAGE)"
    _administer(engine, f"CREATE TABLE by_month {columns} PARTITION BY RANGE (at)")
    _administer(engine, "ALTER TABLE by_month ADD PRIMARY KEY (serial, at), ADD UNIQUE (finding_id, position, at)")
    for month in range(2 * MONTHS):
        first = f"date '2026-01-01' + interval '{month} months'"
        _administer(
            engine,
            f"""DO $$ BEGIN EXECUTE format(
            'CREATE TABLE by_month_{month} PARTITION OF by_month FOR VALUES FROM (%L) TO (%L)',
            {first}, {first} + interval '1 month'); END $$""",
        )
    began = time.monotonic()
    _administer(engine, "INSERT INTO by_month SELECT * FROM events")
    yield Line("the events copied by month: s", [time.monotonic() - began])
    _administer(engine, "ANALYZE by_month")
    one = text("SELECT * FROM by_month WHERE finding_id = (SELECT id FROM findings LIMIT 1) ORDER BY position")
    whole = text("SELECT * FROM events WHERE finding_id = (SELECT id FROM findings LIMIT 1) ORDER BY position")
    for name, query in (("by month", one), ("in one table", whole)):
        took = [_ms(engine, lambda session: session.execute(query).all()) for _ in range(ROUNDS + 1)]  # noqa: B023
        yield Line(f"a finding's events {name}: ms", took[1:])
    began = time.monotonic()
    _administer(engine, "ALTER TABLE by_month DETACH PARTITION by_month_5")
    yield Line("a month taken away: s", [time.monotonic() - began])


def _ms(engine: Engine, ask: Callable[[Session], object]) -> float:
    with sessions(reading(engine))() as session:
        session.connection()
        began = time.perf_counter()
        ask(session)
        return (time.perf_counter() - began) * 1000


def _administer(engine: Engine, statement: str) -> None:
    """In a session that looks nothing up for foreign keys, and has as long as it takes."""
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        values = {"hash": NEVER_HEARD, "events": EVENTS} if ":hash" in statement else {}
        connection.execute(text(statement), values)
