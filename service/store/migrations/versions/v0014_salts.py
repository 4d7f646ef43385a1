"""Events and journal entries have a salt under their hash."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the columns; rows that are there keep their text and their hash, and have none."""
    for table in ("events", "journal"):
        op.add_column(table, sa.Column("salt", sa.String(length=32), nullable=True))
