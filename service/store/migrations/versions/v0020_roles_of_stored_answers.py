"""An answer that is kept for a repeat remembers in which roles its caller acted."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the column; answers of before, which live for 72 hours, are repeated by sight alone."""
    op.add_column("idempotency_keys", sa.Column("roles", sa.JSON(), nullable=False, server_default="[]"))
