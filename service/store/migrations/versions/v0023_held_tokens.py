"""Tokens have a kind, a scope, an end, and say where they were used last."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

LONGEST = timedelta(days=366)
KINDS, SCOPES = ("sign_in", "access_token"), ("full", "read")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Let all tokens end within a year of their making; those of a known address are sign-ins, others of programs."""
    columns = (
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("scope", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.Column("idle_minutes", sa.Integer(), nullable=True),
        sa.Column("idle_at", INSTANT, nullable=True),
        sa.Column("device", sa.String(length=80), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
    )
    for column in columns:
        op.add_column("tokens", column)
    _fill()
    with op.batch_alter_table("tokens") as batch:
        for name, type_ in (("expires_at", INSTANT), ("last_used_at", INSTANT)):
            batch.alter_column(name, existing_type=type_, nullable=False)
        for name, words in (("kind", KINDS), ("scope", SCOPES)):
            batch.alter_column(name, existing_type=sa.String(length=32), nullable=False)
            listed = ", ".join(map(repr, words))
            batch.create_check_constraint(batch.f(f"ck_tokens_{name}"), f"{name} IN ({listed})")


def _fill() -> None:
    tokens = sa.table(
        "tokens",
        *(sa.column(name) for name in ("id", "kind", "scope", "address_hash")),
        *(sa.column(name, INSTANT) for name in ("created_at", "expires_at", "last_used_at")),
    )
    signed_in = tokens.c.address_hash.is_not(None)
    kind = sa.case((signed_in, "sign_in"), else_="access_token")
    connection = op.get_bind()
    connection.execute(sa.update(tokens).values(kind=kind, scope="full", last_used_at=tokens.c.created_at))
    endless = sa.select(tokens.c.id, tokens.c.created_at).where(tokens.c.expires_at.is_(None))
    for id_, created_at in connection.execute(endless).all():
        ends = sa.update(tokens).where(tokens.c.id == id_)
        connection.execute(ends.values(expires_at=created_at + LONGEST))
