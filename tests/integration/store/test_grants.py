"""The role of the processes may do what they do, and can neither change the record nor take its guards away.

That it is enough for the whole product is seen where the round of 2021 is played with it.
"""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from service.errors import Conflict
from service.store.grants import grant
from tests.servers import PostgreSQL

RECORD = ("events", "journal", "checkpoints", "journal_checkpoints", "signed_checkpoints", "security_checkpoints")
ROLE = "duban_app"


@pytest.fixture
def ordinary(postgresql: PostgreSQL, postgresql_url: str) -> Iterator[psycopg.Connection]:
    """The ordinary role's connection."""
    for _ in range(2):  # as after the next upgrade
        grant(postgresql_url, ROLE, password="it's nobody's")
    with closing(
        psycopg.connect(postgresql.url(make_url(postgresql_url).database or "", role=ROLE), autocommit=True)
    ) as connection:
        yield connection


@pytest.mark.parametrize("table", [*RECORD, "alembic_version"])
def test_what_is_on_record_can_be_read_and_neither_changed_nor_taken_away(
    ordinary: psycopg.Connection, table: str
) -> None:
    name = sql.Identifier(table)
    assert ordinary.execute(sql.SQL("SELECT count(*) FROM {}").format(name)).fetchone() is not None
    (column,) = ordinary.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [table]
    ).fetchone() or ("",)
    for statement in (
        "UPDATE {} SET {column} = {column}",
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "DROP TABLE {} CASCADE",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "ALTER TABLE {} OWNER TO CURRENT_USER",
        "SELECT 1 FROM {} FOR UPDATE",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ordinary.execute(sql.SQL(statement).format(name, column=sql.Identifier(column)))


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        "CREATE TABLE mine ()",
        "CREATE ROLE another SUPERUSER",
        "SET ROLE postgres",
        "COPY events TO PROGRAM 'true'",
    ],
)
def test_it_cannot_go_around_the_guards(ordinary: psycopg.Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ordinary.execute(statement)


def test_roles_that_are_none_or_may_do_more_are_refused(postgresql: PostgreSQL, postgresql_url: str) -> None:
    for role, code in (("postgres", "mighty_role"), ('x"; DROP TABLE events', "bad_role")):
        with pytest.raises(Conflict) as refused:
            grant(postgresql_url, role)
        assert refused.value.code == code
    with pytest.raises(Conflict):
        grant("sqlite:///anything.db", ROLE)


@pytest.mark.parametrize("given", ["{owner}", "pg_write_all_data", "pg_execute_server_program", "keeper"])
def test_a_role_that_may_do_more_as_a_member_of_another_is_refused(
    postgresql: PostgreSQL, postgresql_url: str, given: str
) -> None:
    database = make_url(postgresql_url).database or ""
    with closing(psycopg.connect(postgresql.url(database, role="postgres"), autocommit=True)) as server:
        server.execute("CREATE ROLE member LOGIN NOINHERIT")
        server.execute("CREATE ROLE keeper")
        try:
            server.execute("GRANT DELETE ON journal TO keeper")
            (owner,) = server.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'events'").fetchone() or ("",)
            held = sql.Identifier(given.format(owner=owner))
            server.execute(sql.SQL("GRANT {} TO member").format(held))
            with pytest.raises(Conflict) as refused:
                grant(postgresql_url, "member")
            assert refused.value.code == "mighty_role"
        finally:
            server.execute("DROP OWNED BY keeper, member")
            server.execute("DROP ROLE member, keeper")
