"""The rights of the ordinary role that the processes work with: all that the product does, and no more.

Events, journal and checkpoints it may read and add to, not change. It owns nothing, so it can take no guard away.
"""

import re

from psycopg import sql
from sqlalchemy import Connection, text

from service.errors import Conflict
from service.store.db import connect

NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
GUARDED = (  # append-only tables are those that a trigger of this name guards
    "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE t.tgname = 'append_only' AND c.relnamespace = current_schema()::regnamespace"
)
# The role itself and every role that it is a member of: it may become each of them, whether or not it inherits.
_ROLES = "pg_roles mine JOIN pg_roles held ON pg_has_role(mine.oid, held.oid, 'MEMBER') WHERE mine.rolname = :role"
# S608 below: the names are written here, the role's comes as a parameter
MIGHTY = (
    "SELECT bool_or(held.rolsuper OR held.rolbypassrls OR held.rolcreaterole OR held.rolreplication OR held.rolname IN "  # noqa: S608
    f"('pg_write_server_files', 'pg_execute_server_program')) FROM {_ROLES}"
)
OWNED = (
    "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace "  # noqa: S608
    f"AND relowner IN (SELECT held.oid FROM {_ROLES})"
)
CHANGEABLE = (
    "SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "  # noqa: S608
    "WHERE t.tgname = 'append_only' AND c.relnamespace = current_schema()::regnamespace AND EXISTS "
    f"(SELECT FROM {_ROLES} AND has_table_privilege(held.oid, c.oid, 'UPDATE, DELETE, TRUNCATE'))"
)


def grant(url: str, role: str, *, password: str | None = None) -> None:
    """Let a role of PostgreSQL work with the database of that address, which is its owner's; makes the role if need be.

    To be repeated after each upgrade. Raises Conflict `not_postgresql`, `bad_role` for a name that is none, and
    `mighty_role` for one that rules the server, owns the tables or may change the record, also as a member of another.
    """
    if not NAME.fullmatch(role):
        raise Conflict("bad_role", role=role)
    engine = connect(url, upgrading=True)
    try:
        if engine.dialect.name != "postgresql":
            raise Conflict("not_postgresql")
        with engine.begin() as connection:
            _make(connection, role, password)
            _grant(connection, role)
            if connection.scalar(text(CHANGEABLE), {"role": role}):
                raise Conflict("mighty_role", role=role)
    finally:
        engine.dispose()


def _make(connection: Connection, role: str, password: str | None) -> None:
    mighty = connection.scalar(text(MIGHTY), {"role": role})
    if mighty is None:
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
    elif mighty or connection.scalar(text(OWNED), {"role": role}):
        raise Conflict("mighty_role", role=role)
    if password is not None:
        connection.exec_driver_sql(f"ALTER ROLE {role} PASSWORD {sql.Literal(password).as_string()}")


def _grant(connection: Connection, role: str) -> None:
    schema = connection.scalar(text("SELECT quote_ident(current_schema())"))
    guarded = ", ".join(connection.scalars(text(GUARDED)))
    for statement in (
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        f"REVOKE UPDATE, DELETE ON {guarded} FROM {role}",
        f"REVOKE UPDATE ON security_log FROM {role}",  # the oldest may go; a trigger sees to the rest
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
    ):
        connection.exec_driver_sql(statement)
