"""The journal speaks of people, organizations, policy and calendar too; people hold several posts."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

REFUSAL = "the journal is append-only"  # as in 0002
ROLES = (
    *("inspector", "team_head", "district", "university", "leader", "leadership"),
    *("bureau", "committee", "admin", "system"),
)
SUBJECTS = (
    *("inspection", "report", "campaign_action", "round", "unit"),
    *("person", "organization", "policy", "calendar"),
)
ACTS = (
    *("open", "answer", "close", "feedback", "submit", "record", "revise", "withdraw", "carry_over"),
    *("remind", "late", "missing", "breach"),
    *("add", "change", "move", "disable", "enable", "merge", "put_in_force", "settle", "recount"),
)


def upgrade() -> None:
    """Let the journal's checks name the new words, add the tables, and let an alert say as whom one hears."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("journal") as batch:  # SQLite makes the table anew, without its triggers
        batch.alter_column("round_id", existing_type=sa.Uuid(as_uuid=False), nullable=True)
        for column, words in (("subject_kind", SUBJECTS), ("act", ACTS)):
            batch.drop_constraint(batch.f(f"ck_journal_{column}"), type_="check")
            batch.create_check_constraint(batch.f(f"ck_journal_{column}"), _among(column, words))
    for act in ("UPDATE", "DELETE") if on_sqlite else ():
        op.execute(
            f"CREATE TRIGGER journal_refuse_{act.lower()} BEFORE {act} ON journal "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    _create_posts()
    _create_personal_changes()
    with op.batch_alter_table("alerts") as batch:
        batch.add_column(sa.Column("role", sa.String(length=32), nullable=True))
        batch.create_check_constraint(batch.f("ck_alerts_role"), _among("role", ROLES))
    _assign_by_round()


def _create_posts() -> None:
    op.create_table(
        "posts",
        sa.Column("person_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("organization_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.CheckConstraint(_among("role", ROLES), name=op.f("ck_posts_role")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_posts_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_posts_person_id")),
        sa.PrimaryKeyConstraint("person_id", "organization_id", "role", name=op.f("pk_posts")),
    )
    op.create_index(op.f("ix_posts_role"), "posts", ["role"])
    op.create_index(op.f("ix_posts_organization_id"), "posts", ["organization_id"])


def _create_personal_changes() -> None:
    op.create_table(
        "personal_changes",
        sa.Column("entry_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["journal.id"], name=op.f("fk_personal_changes_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "field", name=op.f("pk_personal_changes")),
    )


def _assign_by_round() -> None:
    """Ledgers that wait were ordered by somebody with districts in whatever round: now each stands with its round."""
    uuid, json = sa.Uuid(as_uuid=False), sa.JSON()
    documents = sa.table("documents", *(sa.column(name, kind) for name, kind in (("id", uuid), ("data", json))))
    labour = sa.table("assignments", sa.column("round_id", uuid), sa.column("district_id", uuid))
    waiting = sa.text("kind = 'ledger' AND status IN ('queued', 'rendering')")
    bind = op.get_bind()
    for id_, data in bind.execute(sa.select(documents.c.id, documents.c.data).where(waiting)).all():
        districts = data["actor"].pop("district_ids")
        places = bind.execute(sa.select(labour).where(labour.c.district_id.in_(districts))).all()
        data["actor"] |= {"assigned": sorted(map(list, places)), "others": []}
        bind.execute(documents.update().where(documents.c.id == id_).values(data=data))


def _among(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(map(repr, words))})"
