"""What the sweep fails on is set aside: reports, sheets and rounds as well as findings, and a task as a whole."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table; nothing is set aside yet."""
    op.create_table(
        "set_aside",
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("task", "row_id", name=op.f("pk_set_aside")),
    )
