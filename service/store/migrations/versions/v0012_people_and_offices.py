"""People have telephones and are invited; organizations close, or go on within another."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns, which stay empty for what is there, and the table of invitations."""
    op.add_column("people", sa.Column("telephone", sa.String(length=40), nullable=True))
    with op.batch_alter_table("organizations") as batch:
        batch.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("merged_into_id", sa.Uuid(as_uuid=False), nullable=True))
        batch.create_foreign_key(
            batch.f("fk_organizations_merged_into_id"), "organizations", ["merged_into_id"], ["id"]
        )
    op.create_index(op.f("ix_organizations_merged_into_id"), "organizations", ["merged_into_id"])
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_invitations_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("hash", name=op.f("uq_invitations_hash")),
    )
    op.create_index(op.f("ix_invitations_person_id"), "invitations", ["person_id"])
