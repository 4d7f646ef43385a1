"""Deadlines that were counted before the year's holidays were known are provisional, and recounted once they are."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

REFUSAL = "events are append-only"
MOVES = (
    *("log", "settle", "notify", "begin", "submit", "review_pass", "review_partial", "review_fail", "refuse", "expire"),
    *("escalate", "ask_extension", "grant_extension", "deny_extension", "opine", "set_anew", "reply", "reopen", "void"),
    *("deem_received", "remind", "breach", "repeat", "recount", "acknowledge"),
)
UNKNOWN_FROM = datetime(2026, 12, 31, 16)  # noqa: DTZ001 - both databases keep UTC, and SQLite does not say so


def upgrade() -> None:
    """Add what a provisional deadline was counted from; those that reach into 2027 were counted without its plan."""
    instant = sa.DateTime(timezone=True)
    op.add_column("findings", sa.Column("provisional_from", instant, nullable=True))
    op.add_column("findings", sa.Column("provisional_days", sa.Integer(), nullable=True))
    op.add_column("findings", sa.Column("provisional_limit", instant, nullable=True))
    names = ("provisional_from", "received_at", "deadline", "provisional_days", "working_days")
    texts = ("state", "failures", "partials")
    findings = sa.table(
        "findings",
        *(sa.column(name, instant if name.endswith(("_at", "_from", "deadline")) else sa.Integer()) for name in names),
        *(sa.column(name) for name in texts),
    )
    op.execute(
        findings.update()
        .where(
            findings.c.state.in_(("notified", "rectifying")),
            findings.c.working_days.is_not(None),
            findings.c.received_at.is_not(None),
            findings.c.failures == 0,  # after a review the deadline is another
            findings.c.partials == 0,
            findings.c.deadline >= UNKNOWN_FROM,
        )
        .values(provisional_from=findings.c.received_at, provisional_days=findings.c.working_days)
    )
    with op.batch_alter_table("events") as batch:
        batch.drop_constraint(op.f("ck_events_move"), type_="check")
        batch.create_check_constraint(op.f("ck_events_move"), f"move IN ({', '.join(map(repr, MOVES))})")
    if op.get_bind().dialect.name == "sqlite":  # the table was made anew, and its guards are gone with the old one
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER IF NOT EXISTS events_refuse_{act.lower()} BEFORE {act} ON events "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
