"""Who has alerts that wait for a message is found by one probe a person, however many wait."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

WAITING = sa.text("message_id IS NULL AND held_until IS NULL")


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        "ix_alerts_of_person_to_group",
        "alerts",
        ["person_id", "created_at"],
        postgresql_where=WAITING,
        sqlite_where=WAITING,
    )
