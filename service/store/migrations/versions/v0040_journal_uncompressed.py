"""Digests of rows are kept as they are: PostgreSQL tried to compress them each time, and could not.

An entry with the digests of a batch of the sweep is nearly a megabyte of random digits, twice. To find out that these
cannot be made smaller took it four times as long as to write them.
"""

from alembic import op

revision = "0040"
down_revision = "0039"

COLUMNS = ("data", "canonical")


def upgrade() -> None:
    """Say so of what is written from now on; SQLite compresses nothing."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE journal {', '.join(f'ALTER COLUMN {name} SET STORAGE EXTERNAL' for name in COLUMNS)}")
