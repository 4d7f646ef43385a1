"""A round knows the whole 文号 of its notice, and a district may be without a responsible leader."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column, which stays empty for rounds that are there, and let a leader be left out."""
    op.add_column("rounds", sa.Column("document_number", sa.String(length=80), nullable=True))
    with op.batch_alter_table("assignments") as batch:
        batch.alter_column("leader_id", existing_type=sa.Uuid(as_uuid=False), nullable=True)
