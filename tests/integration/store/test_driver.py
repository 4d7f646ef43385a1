"""The driver of PostgreSQL tells what it always does, of columns only to who looks."""

from typing import Any

from psycopg import Cursor

from service.store.db import connect


def test_a_result_is_described_as_the_driver_describes_it_and_ids_come_as_texts(postgresql_url: str) -> None:
    engine = connect(postgresql_url)
    with engine.connect() as connection:
        cursor: Any = connection.connection.cursor()
        cursor.execute("SELECT 1 AS one, gen_random_uuid() AS id, 'a'::varchar(7) AS word")
        usual: Any = Cursor.description.fget(cursor)  # type: ignore[attr-defined]  # a property has one
        assert [tuple(column) for column in cursor.description] == [tuple(column) for column in usual]
        assert (len(cursor.description), cursor.description[2].name) == (3, "word")
        assert isinstance(cursor.fetchone()[1], str)
        cursor.execute("SET LOCAL enable_seqscan = on")
        assert cursor.description is None
        cursor.close()
    engine.dispose()
