"""The journal has entries with the digests of rows."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

REFUSAL = "the journal is append-only"  # as in 0002
SUBJECTS = (
    *("inspection", "report", "campaign_action", "round", "unit"),
    *("person", "organization", "policy", "calendar", "rows"),
)


def upgrade() -> None:
    """Let the check name the new word, and find the entries with digests; `duban db upgrade` makes the first."""
    with op.batch_alter_table("journal") as batch:  # SQLite makes the table anew, without its triggers
        batch.drop_constraint(batch.f("ck_journal_subject_kind"), type_="check")
        words = ", ".join(map(repr, SUBJECTS))
        batch.create_check_constraint(batch.f("ck_journal_subject_kind"), f"subject_kind IN ({words})")
    rows = sa.text("subject_kind = 'rows'")
    op.create_index("ix_journal_rows", "journal", ["serial"], postgresql_where=rows, sqlite_where=rows)
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER IF NOT EXISTS journal_refuse_{act.lower()} BEFORE {act} ON journal "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
