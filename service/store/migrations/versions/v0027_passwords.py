"""Passwords that somebody else knows, how old they are, and earlier ones."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nobody who has chosen a password has to change it for this."""
    op.add_column("people", sa.Column("password_given", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("people", sa.Column("password_set_at", INSTANT, nullable=True))
    op.create_table(
        "former_passwords",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_former_passwords_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_passwords")),
    )
    op.create_index(op.f("ix_former_passwords_person_id"), "former_passwords", ["person_id"])
