"""Which units take part in which round is data, and a round knows when its exam days last changed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the table and columns; in rounds that are there, all units of the assigned districts take part."""
    uuid = sa.Uuid(as_uuid=False)
    op.create_table(
        "round_units",
        sa.Column("round_id", uuid, nullable=False),
        sa.Column("organization_id", uuid, nullable=False),
        sa.Column("takes_part", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_round_units_round_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_round_units_organization_id")),
        sa.PrimaryKeyConstraint("round_id", "organization_id", name=op.f("pk_round_units")),
    )
    op.create_index(op.f("ix_round_units_organization_id"), "round_units", ["organization_id"])
    op.add_column("rounds", sa.Column("exam_set_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("rounds", sa.Column("units_listed", sa.Boolean(), nullable=False, server_default=sa.false()))
