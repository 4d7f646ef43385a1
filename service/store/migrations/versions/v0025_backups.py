"""The journal speaks of the installation: backups, restores, and when nothing is sent.

On PostgreSQL entries may count transactions from further on than the server does, as those of a restored office must.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

REFUSAL = "the journal is append-only"  # as in 0002
SUBJECTS = (
    *("inspection", "report", "campaign_action", "round", "unit"),
    *("person", "organization", "policy", "calendar", "installation", "rows"),
)
ACTS = (
    *("open", "answer", "close", "feedback", "submit", "record", "revise", "withdraw", "carry_over"),
    *("remind", "late", "missing", "breach"),
    *("add", "change", "move", "disable", "enable", "merge", "put_in_force", "settle", "recount"),
    *("back_up", "restore", "hold", "release"),
)
COUNTED_FROM = "coalesce(nullif(current_setting('duban.transactions', true), ''), '0')::bigint"


def upgrade() -> None:
    """Let the checks name the new words, and the ids of transactions begin elsewhere."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("journal") as batch:  # SQLite makes the table anew, without its triggers
        for column, words in (("subject_kind", SUBJECTS), ("act", ACTS)):
            batch.drop_constraint(batch.f(f"ck_journal_{column}"), type_="check")
            among = ", ".join(map(repr, words))
            batch.create_check_constraint(batch.f(f"ck_journal_{column}"), f"{column} IN ({among})")
    if on_sqlite:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER IF NOT EXISTS journal_refuse_{act.lower()} BEFORE {act} ON journal "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        return
    for table in ("events", "journal", "security_log"):
        default = sa.text(f"(pg_current_xact_id()::text::bigint + {COUNTED_FROM})")
        op.alter_column(table, "transaction_id", server_default=default)
