"""Alerts and documents say in which request they were caused, so that a mail's line in the log leads back to it."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Add the columns; of what is there already nobody knows it."""
    for table in ("alerts", "documents"):
        op.add_column(table, sa.Column("request_id", sa.String(length=64), nullable=True))
