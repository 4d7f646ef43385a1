"""The security log and its checkpoints."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

LOG, CHECKPOINTS = "security_log", "security_checkpoints"
ID = sa.Uuid(as_uuid=False)
OUTCOMES = ("success", "failure", "blocked")
REFUSAL = "the security log is append-only"
TOO_YOUNG = "the security log is kept for six months at least"
LEAST = "184 days"  # six months, whichever they are; as in service/security_log/retention.py


def upgrade() -> None:
    """Make both tables, which only grow; of the log entries may go that are older than six months."""
    op.create_table(
        LOG,
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), server_default=_transaction_id(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(*OUTCOMES, name="outcome", native_enum=False, length=32, create_constraint=True),
            nullable=False,
        ),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("name_hash", sa.String(length=32), nullable=True),
        sa.Column("subject_id", ID, nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("device", sa.String(length=80), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("canonical", sa.String(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_security_log_person_id")),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_security_log")),
        sa.UniqueConstraint("position", name=op.f("uq_security_log_position")),
    )
    op.create_index("ix_security_log_feed", LOG, ["transaction_id", "serial"])
    op.create_index("ix_security_log_person", LOG, ["person_id", "position"])
    op.create_index("ix_security_log_kind", LOG, ["kind", "position"])
    op.create_index("ix_security_log_at", LOG, ["at"])
    op.create_table(
        CHECKPOINTS,
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("event_serial", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_security_checkpoints")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_security_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE FUNCTION refuse_early_removal() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF OLD.at > now() - interval '{LEAST}' THEN RAISE EXCEPTION '{TOO_YOUNG}'; END IF; "
        "RETURN OLD; END $$"
    )
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {CHECKPOINTS} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_security_change()"
    )
    op.execute(
        f"CREATE TRIGGER unchanging BEFORE UPDATE OR TRUNCATE ON {LOG} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_security_change()"
    )
    op.execute(f"CREATE TRIGGER long_kept BEFORE DELETE ON {LOG} FOR EACH ROW EXECUTE FUNCTION refuse_early_removal()")


def _guard_on_sqlite() -> None:
    for table, act in ((LOG, "UPDATE"), (CHECKPOINTS, "UPDATE"), (CHECKPOINTS, "DELETE")):
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    op.execute(
        f"CREATE TRIGGER {LOG}_refuse_delete BEFORE DELETE ON {LOG} WHEN OLD.at > datetime('now', '-{LEAST}') "
        f"BEGIN SELECT RAISE(ABORT, '{TOO_YOUNG}'); END"
    )


def _transaction_id() -> sa.TextClause:
    return sa.text("(pg_current_xact_id()::text::bigint)" if op.get_bind().dialect.name == "postgresql" else "0")
