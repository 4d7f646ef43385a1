"""What the sweep does with a due finding, as one statement written by hand: claims, moves, hashes, alerts."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

BATCH = 1000

# One statement: claims a batch, moves it to overdue, appends a hashed event each, alerts everyone who hears.
BY_HAND = text("""
WITH hearers AS MATERIALIZED (
    SELECT round_id, unit.id AS organization_id, people.id AS person_id FROM assignments
    JOIN organizations AS unit ON unit.parent_id = assignments.district_id
    JOIN people ON people.organization_id IN (unit.id, unit.parent_id)
    WHERE people.disabled_at IS NULL
    UNION SELECT round_id, unit.id, person_id FROM assignments
    JOIN organizations AS unit ON unit.parent_id = assignments.district_id JOIN team_members USING (team_id)
    JOIN people ON people.id = person_id WHERE people.disabled_at IS NULL
), due AS (
    SELECT id, district_id, organization_id, round_id, chain_length, chain_head FROM findings
    WHERE next_action_at <= :now AND number LIKE :prefix ORDER BY next_action_at, id LIMIT :batch
    FOR UPDATE SKIP LOCKED
), said AS (
    SELECT gen_random_uuid() AS event_id, due.*, json_build_object(
        'id', gen_random_uuid(), 'finding_id', due.id, 'position', due.chain_length + 1,
        'at', CAST(:now AS timestamptz),
        'actor_id', NULL, 'actor_role', 'system', 'move', 'expire', 'step', NULL, 'from', 'rectifying',
        'to', 'overdue', 'level', 0, 'reason', NULL, 'data', json_build_object('due_at', CAST(:due AS timestamptz)),
        'audience', 'unit', 'upward', false, 'previous_hash', due.chain_head)::text AS canonical FROM due
), hashed AS (
    SELECT said.*, encode(sha256(convert_to(chain_head || E'\\n' || canonical, 'UTF8')), 'hex') AS hash FROM said
), moved AS (
    UPDATE findings SET state = 'overdue', overdue_at = :due, next_action_at = :then, at_risk_at = NULL,
        version = version + 1, chain_length = findings.chain_length + 1, chain_head = hashed.hash
    FROM hashed WHERE findings.id = hashed.id
), written AS (
    INSERT INTO events (id, finding_id, position, at, actor_role, move, from_state, to_state, escalation_level, data,
        audience, upward, canonical, hash, previous_hash)
    SELECT event_id, id, chain_length + 1, :now, 'system', 'expire', 'rectifying', 'overdue', 0,
        json_build_object('due_at', CAST(:due AS timestamptz)), 'unit', false, canonical, hash, chain_head FROM hashed
    RETURNING id
)
INSERT INTO alerts (id, key, event_id, finding_id, person_id, kind, created_at)
SELECT gen_random_uuid(), hashed.id || ':expire:' || :due || ':' || people.id, event_id, hashed.id, people.id,
    'expire', :now
FROM hashed JOIN hearers USING (round_id, organization_id) JOIN people ON people.id = hearers.person_id
ON CONFLICT (key) DO NOTHING
""")


def sweep_by_hand(session: Session, due: datetime, now: datetime) -> int:
    """A batch of those that are numbered H, due at that instant."""
    words = {"now": due, "due": due, "then": now + timedelta(days=1), "batch": BATCH, "prefix": "H%"}
    session.execute(BY_HAND, words)
    return BATCH


def check(engine: Engine, due: int, prefixes: Iterable[str]) -> None:
    """All sides must have done the same."""
    with engine.connect() as connection:
        for prefix in prefixes:
            counts = connection.execute(
                text("""SELECT count(DISTINCT findings.id), count(DISTINCT events.id), count(alerts.id)
                    FROM findings JOIN events ON events.finding_id = findings.id
                    JOIN alerts ON alerts.event_id = events.id
                    WHERE findings.state = 'overdue' AND findings.number LIKE :prefix"""),
                {"prefix": f"{prefix}%"},
            ).one()
            assert tuple(counts) == (due, due, due * 7), f"{prefix}: {tuple(counts)}"
