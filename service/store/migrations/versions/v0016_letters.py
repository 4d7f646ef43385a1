"""Letters are kept as they were first written; a large message is formed in portions."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the letters that may be sent again, and whether a message is still being formed."""
    op.create_table(
        "letters",
        sa.Column("message_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_letters_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_letters")),
    )
    op.add_column("messages", sa.Column("forming", sa.Boolean(), server_default=sa.false(), nullable=False))
    forming = sa.text("forming")
    op.create_index("ix_messages_forming", "messages", ["person_id"], postgresql_where=forming, sqlite_where=forming)
