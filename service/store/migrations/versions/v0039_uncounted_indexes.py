"""The two indexes that figures were counted off go: tallies have taken their place, and they cost every move a write.

They go last, since whoever still reads waits from here until the whole upgrade is done.
"""

from alembic import op

revision = "0039"
down_revision = "0038"

OLD_INDEXES = ("ix_findings_counted", "ix_findings_counted_late")


def upgrade() -> None:
    """Drop them."""
    for name in OLD_INDEXES:
        op.drop_index(name, "findings")
