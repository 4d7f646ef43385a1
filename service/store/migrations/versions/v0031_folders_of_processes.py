"""Heartbeats say in which data folder a process reads and writes files: those of one office share it."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Add the column; the next beat fills it."""
    op.add_column("heartbeats", sa.Column("folder", sa.String(length=60), nullable=True))
