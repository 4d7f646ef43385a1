"""Figures of findings are counted off indexes, without a look at the rows and without sorting them."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

COUNTED = [
    *("district_id", "state", "severity", "escalation_level", "origin", "proposed", "highest_level"),
    *("checklist_item_id", "organization_id", "round_id"),
]
INDEXES = {
    "ix_findings_counted": (COUNTED, "voided_at IS NULL AND first_overdue_at IS NULL"),
    "ix_findings_counted_late": (COUNTED, "voided_at IS NULL AND first_overdue_at IS NOT NULL"),
    "ix_findings_at_risk": (["at_risk_at"], "voided_at IS NULL AND at_risk_at IS NOT NULL"),
}


def upgrade() -> None:
    """Make the indexes."""
    for name, (columns, condition) in INDEXES.items():
        where = sa.text(condition)
        op.create_index(name, "findings", columns, postgresql_where=where, sqlite_where=where)
