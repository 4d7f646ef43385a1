"""Weekly reports know when they count as missing, and rounds when theirs are to be laid out anew."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

AT_ONCE = datetime(1970, 1, 1)  # noqa: DTZ001 - both databases keep UTC, and SQLite does not say so


def upgrade() -> None:
    """Add the instants, and let open rounds be laid out at once; drop what nothing has to remember."""
    op.add_column("rounds", sa.Column("replan_at", sa.DateTime(timezone=True), nullable=True))
    instant = sa.DateTime(timezone=True)
    rounds = sa.table("rounds", sa.column("replan_at", instant), sa.column("closed_at", instant))
    op.execute(rounds.update().where(rounds.c.closed_at.is_(None)).values(replan_at=AT_ONCE))
    op.add_column("weekly_reports", sa.Column("missing_at", instant, nullable=True))
    op.execute("UPDATE weekly_reports SET missing_at = deadline")
    with op.batch_alter_table("weekly_reports") as batch:
        batch.alter_column("missing_at", existing_type=instant, nullable=False)
        batch.drop_column("progress")
