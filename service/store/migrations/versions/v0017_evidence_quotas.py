"""What an organization has of evidence, and what a person has handed in within a day, is added up from indexes."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make both indexes."""
    op.create_index("ix_evidence_organization_id_size", "evidence", ["organization_id", "size"])
    op.create_index("ix_evidence_uploaded_by_id_uploaded_at", "evidence", ["uploaded_by_id", "uploaded_at"])
