"""Which paper a piece of evidence is the scan of is asked whenever evidence is forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Make the index."""
    has_scan = sa.text("scan_id IS NOT NULL")
    op.create_index("ix_documents_scan_id", "documents", ["scan_id"], postgresql_where=has_scan, sqlite_where=has_scan)
