"""A ledger is fetched only as long as the units and rounds that it was made from are in its reader's sight."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Row

revision = "0021"
down_revision = "0020"

ID = sa.Uuid(as_uuid=False)
ROLES = (
    *("inspector", "team_head", "district", "university", "leader"),
    *("leadership", "bureau", "committee", "admin", "system"),
)
FINDINGS = sa.table("findings", *(sa.column(name, ID) for name in ("round_id", "organization_id", "district_id")))


def upgrade() -> None:
    """Add the table, and fill it for the ledgers that are there from the scope that they were ordered with."""
    places = op.create_table(
        "document_places",
        sa.Column("document_id", ID, nullable=False),
        sa.Column("role", sa.Enum(*ROLES, name="role", native_enum=False, length=32, create_constraint=True)),
        sa.Column("round_id", ID, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_document_places_document_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_document_places_round_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_document_places_organization_id")
        ),
        sa.PrimaryKeyConstraint("document_id", "role", "round_id", "organization_id", name=op.f("pk_document_places")),
    )
    documents = sa.table("documents", sa.column("id", ID), sa.column("kind", sa.String), sa.column("data", sa.JSON))
    connection = op.get_bind()
    ledgers = connection.execute(sa.select(documents.c.id, documents.c.data).where(documents.c.kind == "ledger"))
    known = connection.execute(sa.select(FINDINGS).distinct()).all()
    rows = [{"document_id": id_, **place} for id_, data in ledgers.all() for place in _places(data["actor"], known)]
    if rows:
        connection.execute(places.insert(), rows)


def _places(actor: Mapping[str, Any], known: Sequence[Row[Any]]) -> list[dict[str, str]]:
    """Role, round and unit of every finding in each post's districts or organization; above and in the lead, of all."""
    places: set[tuple[str, str, str]] = set()
    for post in (actor, *actor.get("others", ())):
        theirs = {post["organization_id"], *(district for _, district in post.get("assigned", ()))}
        everywhere = post["role"] in ("leadership", "bureau", "committee")
        places |= {
            (post["role"], row.round_id, row.organization_id)
            for row in known
            if everywhere or theirs & {row.organization_id, row.district_id}
        }
    return [{"role": role, "round_id": round_, "organization_id": unit} for role, round_, unit in sorted(places)]
