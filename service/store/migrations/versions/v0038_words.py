"""Findings are found by words through an index of pairs of signs, filled from their searched texts in sets."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Connection, Row

from workflows.signs import pairs

revision = "0038"
down_revision = "0037"

BATCH = 1000
TABLE = "finding_words"
FINDINGS = sa.table("findings", sa.column("id", sa.Uuid(as_uuid=False)), sa.column("search_text", sa.String))
INDEX = (
    """CREATE VIRTUAL TABLE finding_words_index USING fts5(
    pairs, content='finding_words', content_rowid='serial', tokenize='ascii', detail='none', columnsize=0)""",
    "INSERT INTO finding_words_index(finding_words_index) VALUES ('rebuild')",
    """CREATE TRIGGER finding_words_added AFTER INSERT ON finding_words BEGIN
    INSERT INTO finding_words_index(rowid, pairs) VALUES (new.serial, new.pairs); END""",
    """CREATE TRIGGER finding_words_removed AFTER DELETE ON finding_words BEGIN
    INSERT INTO finding_words_index(finding_words_index, rowid, pairs) VALUES ('delete', old.serial, old.pairs); END""",
    """CREATE TRIGGER finding_words_changed AFTER UPDATE ON finding_words BEGIN
    INSERT INTO finding_words_index(finding_words_index, rowid, pairs) VALUES ('delete', old.serial, old.pairs);
    INSERT INTO finding_words_index(rowid, pairs) VALUES (new.serial, new.pairs); END""",
)


def upgrade() -> None:
    """Add the table, fill it, and index it."""
    connection = op.get_bind()
    kind = sa.Text().with_variant(sa.ARRAY(sa.Integer()), "postgresql")
    table = op.create_table(
        TABLE,
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("finding_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("pairs", kind, nullable=False),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_finding_words_finding_id")),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_finding_words")),
        sa.UniqueConstraint("finding_id", name=op.f("uq_finding_words_finding_id")),
    )
    for some in _in_sets(connection):
        connection.execute(table.insert(), [{"finding_id": row.id, "pairs": _kept(connection, row)} for row in some])
    if connection.dialect.name == "postgresql":
        index = "ix_finding_words_pairs"
        op.create_index(index, TABLE, ["pairs"], postgresql_using="gin", postgresql_with={"fastupdate": "off"})
        return
    for statement in INDEX:
        op.execute(statement)


def _in_sets(connection: Connection) -> Iterator[Sequence[Row[Any]]]:
    query = sa.select(FINDINGS).order_by(FINDINGS.c.id).limit(BATCH)
    some = connection.execute(query).all()
    while some:
        yield some
        some = connection.execute(query.where(FINDINGS.c.id > some[-1].id)).all()


def _kept(connection: Connection, finding: Row[Any]) -> list[int] | str:
    numbers = pairs(finding.search_text)
    if connection.dialect.name == "postgresql":
        return numbers
    return " ".join(f"{number + 0x8000_0000:08x}" for number in numbers)
