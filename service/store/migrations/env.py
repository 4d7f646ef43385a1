"""How Alembic reaches the database: on the connection that `service.store.schema` hands over, else by the settings."""

import os
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, Enum, Uuid

from service.models import Base
from service.models.columns import Instant
from service.settings import load_settings
from service.store.db import connect
from service.store.schema import is_compared


def spell(kind: str, item: object, _context: Any) -> str | Literal[False]:
    """Write types of ours into a new revision as plain ones: it must not change with the code.

    The check of an enum's words is not written by Alembic: add it by hand, as in the first revision.
    """
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Uuid):
        return "sa.Uuid(as_uuid=False)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    return False


def run(connection: Connection) -> None:
    """Run what Alembic was asked for within the connection's transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite cannot alter a table in place
        render_item=spell,
        compare_type=True,
        include_object=is_compared,
        compare_server_default=False,  # the only one is an expression of ours, and databases rewrite expressions
    )
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:  # `alembic revision --autogenerate` of a developer
    with connect(load_settings(os.environ).database_url, upgrading=True).begin() as own:
        run(own)
