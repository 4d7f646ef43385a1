"""Findings tell what they have ever been, and keep their texts in the form that is searched."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Connection, Row
from sqlalchemy.types import TypeEngine

from workflows.findings.history import history_of
from workflows.signs import searchable

revision = "0010"
down_revision = "0009"

BATCH = 1000
SHIPPED = 3  # partial reviews that a cycle allows, by the policy that comes with Duban
INSTANT = sa.DateTime(timezone=True)
ID = sa.Uuid(as_uuid=False)
FINDINGS = sa.table(
    "findings",
    sa.column("id", ID),
    sa.column("policy_version", sa.String),
    sa.column("cycle", sa.Integer),
    sa.column("failures", sa.Integer),
    sa.column("original_deadline", INSTANT),
    *(sa.column(name, sa.String) for name in ("number", "summary", "details", "location", "search_text")),
    *(sa.column(name, INSTANT) for name in ("first_overdue_at", "first_deadline")),
    *(sa.column(name, sa.Integer) for name in ("failures_in_all", "highest_level")),
)
EVENTS = sa.table(
    "events",
    sa.column("finding_id", ID),
    sa.column("position", sa.Integer),
    sa.column("at", INSTANT),
    sa.column("move", sa.String),
    sa.column("escalation_level", sa.Integer),
    sa.column("data", sa.JSON),
)


def upgrade() -> None:
    """Add the columns, and fill them from the events and texts that are there."""
    for name in ("first_overdue_at", "first_deadline"):
        op.add_column("findings", sa.Column(name, INSTANT, nullable=True))
    needed: dict[str, TypeEngine[Any]] = dict.fromkeys(("failures_in_all", "highest_level"), sa.Integer())
    needed["search_text"] = sa.String()
    for name, kind in needed.items():
        op.add_column("findings", sa.Column(name, kind, nullable=True))
    connection = op.get_bind()
    _fill_from_columns(connection)
    _fill(connection, _pasts(connection))
    _fill(connection, _searched(connection))
    with op.batch_alter_table("findings") as batch:
        for name, kind in needed.items():
            batch.alter_column(name, existing_type=kind, nullable=False)


def _fill_from_columns(connection: Connection) -> None:
    """What a finding in its first cycle says of that is its whole history."""
    level = sa.select(sa.func.max(EVENTS.c.escalation_level)).where(EVENTS.c.finding_id == FINDINGS.c.id)
    connection.execute(
        FINDINGS.update().values(
            highest_level=sa.func.coalesce(level.scalar_subquery(), 0),
            failures_in_all=FINDINGS.c.failures,
            first_deadline=FINDINGS.c.original_deadline,
        )
    )


def _pasts(connection: Connection) -> Iterator[dict[str, Any]]:
    """Of findings that were ever overdue or are beyond their first cycle, what only their events tell."""
    expired = sa.select(EVENTS.c.finding_id).where(EVENTS.c.move == "expire")
    query = (
        sa.select(EVENTS, FINDINGS.c.cycle, FINDINGS.c.failures, FINDINGS.c.policy_version, FINDINGS.c.first_deadline)
        .join(FINDINGS, FINDINGS.c.id == EVENTS.c.finding_id)
        .where(sa.or_(FINDINGS.c.cycle > 1, FINDINGS.c.id.in_(expired)))
        .order_by(EVENTS.c.finding_id, EVENTS.c.position)
    )
    allowed = _partials_allowed(connection)
    for id_, several in groupby(connection.execute(query).all(), lambda event: event.finding_id):
        events = list(several)
        first, past = events[0], history_of(events)
        anew = first.cycle > 1
        yield {
            "row_id": id_,
            "first_overdue_at": _instant(past.first_overdue_at),
            "first_deadline": _instant(past.first_deadline) if anew else first.first_deadline,
            "failures_in_all": first.failures
            + (_earlier_failures(events, allowed[first.policy_version]) if anew else 0),
        }


def _earlier_failures(events: Iterable[Row[Any]], allowed: int) -> int:
    """Failed reviews of the cycles before the present one; partial ones beyond those that were allowed are such."""
    failures, partials, earlier = 0, 0, 0
    for event in events:
        if event.move in ("set_anew", "reopen"):
            earlier, failures, partials = earlier + failures, 0, 0
        elif event.move == "review_fail":
            failures += 1
        elif event.move == "review_partial":
            failures += partials >= allowed
            partials += 1
    return earlier


def _partials_allowed(connection: Connection) -> Mapping[str, int]:
    rulebooks = connection.execute(sa.text("SELECT version, text FROM rulebooks WHERE kind = 'policy'"))
    return {version: tomllib.loads(text).get("reviews", {}).get("partials", SHIPPED) for version, text in rulebooks}


def _searched(connection: Connection) -> Iterator[dict[str, Any]]:
    columns = ("number", "summary", "details", "location")
    for row in connection.execute(sa.select(FINDINGS.c.id, *(FINDINGS.c[name] for name in columns))).all():
        texts = (getattr(row, name) for name in columns)
        yield {"row_id": row.id, "search_text": "\n".join(searchable(text) for text in texts if text)}


def _fill(connection: Connection, rows: Iterable[dict[str, Any]]) -> None:
    found = list(rows)
    for at in range(0, len(found), BATCH):
        batch = found[at : at + BATCH]
        named: dict[str, Any] = {name: sa.bindparam(name) for name in batch[0] if name != "row_id"}
        # bound under a name of its own: `id` would be taken for a value to set
        connection.execute(FINDINGS.update().where(FINDINGS.c.id == sa.bindparam("row_id")).values(named), batch)


def _instant(stored: Any) -> datetime | None:
    at = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return at.astimezone(UTC) if at and at.tzinfo else at
