"""How many findings stood in which state as each week ended is kept: a worker counts it from the events."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Make the table, which fills by itself."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "week_tallies",
        sa.Column("serial", number, nullable=False),
        sa.Column("round_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("district_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("of_office", sa.Boolean(), nullable=False),
        sa.Column("reported", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.String(length=32), nullable=False) for name in ("state", "severity", "origin")),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("findings", number, nullable=False),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_week_tallies")),
    )
    op.create_index(op.f("ix_week_tallies_ends_at"), "week_tallies", ["ends_at"])
