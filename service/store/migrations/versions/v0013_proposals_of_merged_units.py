"""Units that become one may each have a proposed finding on the same item."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the index anew, which is not unique any more: a round's proposals are made one sweep at a time."""
    proposed = sa.text("proposed")
    op.drop_index("ix_findings_proposed", table_name="findings")
    op.create_index(
        "ix_findings_proposed",
        "findings",
        ["round_id", "organization_id", "checklist_item_id"],
        postgresql_where=proposed,
        sqlite_where=proposed,
    )
