"""What each scheduler does with one that is due: read and lock the row, decide, write row, event and outbox, commit."""

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

SCHEMA = """
CREATE TABLE findings (id bigint PRIMARY KEY, state text NOT NULL, due_at timestamptz, overdue_at timestamptz,
    unit_id bigint NOT NULL, version int NOT NULL DEFAULT 1);
CREATE INDEX ON findings (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE events (id bigserial PRIMARY KEY, finding_id bigint NOT NULL REFERENCES findings, at timestamptz NOT NULL,
    move text NOT NULL, data jsonb NOT NULL);
CREATE TABLE outbox (id bigserial PRIMARY KEY, event_id bigint NOT NULL REFERENCES events, person_id bigint NOT NULL,
    sent_at timestamptz);
"""
FILL = "INSERT INTO findings SELECT n, 'rectifying', now(), NULL, n %% 440 FROM generate_series(1, %s) AS n"
PEOPLE = 7  # who hear of each, as in the sweep
THREADS = 8
_local = threading.local()


def due_ids(url: str) -> list[int]:
    """Those that are due, in order."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT id FROM findings WHERE due_at <= now() ORDER BY due_at, id")
        return [id_ for (id_,) in rows]


def decide(state: str, due_at: datetime, now: datetime) -> tuple[str, datetime] | None:
    """The new state, and when it is due again; none: nothing is to be done."""
    if state != "rectifying" or due_at > now:
        return None
    return "overdue", due_at + timedelta(days=1)


def move(url: str, id_: int) -> None:
    """One that is due, in a transaction of its own, over this thread's connection."""
    connection = _connection(url)
    with connection.transaction():
        query = "SELECT state, due_at FROM findings WHERE id = %s FOR UPDATE"
        state, due_at = connection.execute(query, [id_]).fetchone()
        now = datetime.now(UTC)
        decided = decide(state, due_at, now)
        if decided is None:
            return
        changed = "UPDATE findings SET state = %s, due_at = %s, overdue_at = %s, version = version + 1 WHERE id = %s"
        connection.execute(changed, [*decided, due_at, id_])
        event = "INSERT INTO events (finding_id, at, move, data) VALUES (%s, %s, 'expire', %s) RETURNING id"
        (event_id,) = connection.execute(event, [id_, now, json.dumps({"due_at": due_at.isoformat()})]).fetchone()
        told = "INSERT INTO outbox (event_id, person_id) SELECT %s, n FROM generate_series(1, %s) AS n"
        connection.execute(told, [event_id, PEOPLE])


def _connection(url: str) -> Any:
    if not hasattr(_local, "connection"):
        _local.connection = psycopg.connect(url, autocommit=True)
    return _local.connection
