"""Where somebody signed in, as a hash under our key: guesses elsewhere do not slow him or her there."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the column; whoever has signed in before is known from the next time on."""
    op.add_column("tokens", sa.Column("address_hash", sa.String(length=64), nullable=True))
