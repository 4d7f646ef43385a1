"""What a document could not show is said on it: pictures lost or left out, signs without a font."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Nothing is known of documents that were made before."""
    with op.batch_alter_table("documents") as table:
        table.add_column(sa.Column("remarks", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("documents") as table:
        table.alter_column("remarks", server_default=None, existing_type=sa.JSON())
