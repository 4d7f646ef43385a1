"""From thousands of findings due at one instant to the last message: timetable and workers as real processes."""

import tempfile
import time
from datetime import timedelta

import psutil
from sqlalchemy import Engine, text

from benchmarks.latency import running
from benchmarks.seed import fill, seed_round
from service.store import clock
from service.store.db import connect, sessions
from service.store.schema import upgrade

LEAD = timedelta(seconds=10)  # for the processes to start
PATIENCE, FOR_EACH = 900.0, 0.05  # seconds in all, and for each that is due
NOT_MOVED = text("SELECT count(*) FROM findings WHERE state = 'rectifying'")
NOT_SENT = text("""
SELECT EXISTS (SELECT 1 FROM alerts WHERE message_id IS NULL) OR EXISTS (SELECT 1 FROM messages WHERE forming)
    OR EXISTS (SELECT 1 FROM deliveries WHERE sent_at IS NULL)""")
SENT = text("""
SELECT count(*), max(attempts), extract(epoch FROM percentile_disc(0.9) WITHIN GROUP (ORDER BY sent_at)),
    (SELECT max(of_one) FROM (SELECT count(*) AS of_one FROM messages GROUP BY person_id) AS each_person),
    (SELECT count(*) FROM alerts)
FROM deliveries WHERE sent_at IS NOT NULL""")


def measure(database_url: str, redis_url: str, *, due: int) -> dict[str, float]:
    """Seconds until all have moved and until nothing waits to be sent; messages, tries, and the largest process."""
    upgrade(database_url)
    engine = connect(database_url)
    with sessions(engine)() as session:
        seeded = seed_round(session)
        session.execute(text("UPDATE people SET email = id || '@example.invalid'"))
        session.commit()
        instant = clock.now(session) + LEAD
    fill(engine, seeded, prefix="2026-同时-", count=due, next_action_at=instant)
    with tempfile.TemporaryDirectory() as folder, running(database_url, redis_url, folder) as processes:
        watched = [psutil.Process(process.pid) for process in processes]
        figures = _watch(engine, instant.timestamp(), watched, PATIENCE + due * FOR_EACH)
    engine.dispose()
    return figures


def _watch(engine: Engine, instant: float, processes: list[psutil.Process], patience: float) -> dict[str, float]:
    moved = largest = 0.0
    until = time.monotonic() + patience
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while time.monotonic() < until:
            time.sleep(0.5)
            largest = max(largest, *(process.memory_info().rss for process in processes))
            if not moved and not connection.scalar(NOT_MOVED):
                moved = time.time() - instant
            if moved and not connection.scalar(NOT_SENT):
                sent, tries, most_by, of_one, alerts = connection.execute(SENT).one()
                return {
                    "all moved s": moved,
                    "nine of ten messages out s": float(most_by) - instant,
                    "last message out s": time.time() - instant,
                    "alerts": alerts,
                    "messages": sent,
                    "most messages of one person": of_one,
                    "most tries of one": tries,
                    "largest process MB": largest / 1_000_000,
                }
    raise AssertionError(f"not all was sent within {patience:.0f} s")
