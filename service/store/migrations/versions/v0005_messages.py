"""Alerts that wait for a digest, and the address at which a mail was given up."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns: nothing is held, and where earlier mails failed nobody knows."""
    op.add_column("alerts", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deliveries", sa.Column("failed_address", sa.String(length=254), nullable=True))
    op.drop_index("ix_alerts_to_group", table_name="alerts")
    _create_index("ix_alerts_to_group", "alerts", "created_at", "message_id IS NULL AND held_until IS NULL")
    _create_index("ix_alerts_held", "alerts", "held_until", "message_id IS NULL AND held_until IS NOT NULL")
    _create_index("ix_deliveries_given_up", "deliveries", "given_up_at", "given_up_at IS NOT NULL")


def _create_index(name: str, table: str, column: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, [column], postgresql_where=condition, sqlite_where=condition)
