"""Accounts at the office's own OIDC provider, and how whoever holds a token has signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

PROOFS = ("password", "provider", "provider_with_factor")


def upgrade() -> None:
    """Add the table, which is empty, and the column: who signed in before did so with a password."""
    op.create_table(
        "provider_accounts",
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("subject_hash", sa.String(length=64), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_provider_accounts_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_provider_accounts")),
        sa.UniqueConstraint("subject_hash", name=op.f("uq_provider_accounts_subject_hash")),
    )
    with op.batch_alter_table("tokens") as batch:
        batch.add_column(sa.Column("proof", sa.String(length=32), nullable=True))
        batch.create_check_constraint(batch.f("ck_tokens_proof"), f"proof IN ({', '.join(map(repr, PROOFS))})")
