"""Transactions on both databases: writers queue, readers do not, limits hold, a lost database is said to be lost."""

import sqlite3
from pathlib import Path
from threading import Timer
from uuid import uuid4

import pytest
from sqlalchemy import JSON, Column, Engine, MetaData, Table, Text, cast, create_engine, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from service.errors import Unavailable
from service.models import Counter
from service.store import sqlite
from service.store.db import connect, reading, sessions, unavailable_when_lost
from tests.build.pages import zero_page
from tests.build.racing import run_together
from tests.servers import PostgreSQL

NOTICE = "整改通知书"


def add_one(engine: Engine) -> None:
    with sessions(engine).begin() as session:
        counter = session.get(Counter, NOTICE, with_for_update=True, populate_existing=True)
        assert counter is not None
        counter.value += 1


def test_an_sqlite_without_an_index_of_words_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "has_fts5", lambda: False)
    with pytest.raises(Unavailable) as refused:
        connect(f"sqlite:///{tmp_path / 'duban.db'}")
    assert refused.value.code == "sqlite_without_fts5"


def test_writers_that_read_first_lose_no_update(engine: Engine) -> None:
    with sessions(engine).begin() as session:
        session.add(Counter(name=NOTICE, value=0))

    def add_many() -> None:
        for _ in range(10):
            add_one(engine)

    assert run_together(*[add_many] * 4) == []
    with sessions(engine)() as session:
        assert session.get_one(Counter, NOTICE).value == 40


def test_a_reader_does_not_wait_for_a_writer(engine: Engine) -> None:
    with sessions(engine)() as writer, sessions(reading(engine))() as reader:
        writer.add(Counter(name=NOTICE, value=1))
        writer.flush()
        assert reader.get(Counter, NOTICE) is None
        writer.commit()
        assert writer.get_one(Counter, NOTICE).value == 1


def test_a_reader_cannot_write(engine: Engine) -> None:
    with pytest.raises(Exception, match=r"read-?only"), sessions(reading(engine)).begin() as session:
        session.add(Counter(name=NOTICE, value=1))


def test_a_connection_that_only_read_writes_again(engine: Engine) -> None:
    for _ in range(3):
        with sessions(reading(engine))() as session:
            session.get(Counter, NOTICE)
        with sessions(engine).begin() as session:
            session.merge(Counter(name=NOTICE, value=1))


def test_what_was_loaded_stays_readable_after_the_commit(engine: Engine) -> None:
    with sessions(engine)() as session:
        counter = Counter(name=NOTICE, value=1)
        session.add(counter)
        session.commit()
    assert counter.value == 1


def test_a_reference_to_nothing_is_refused(session: Session) -> None:
    insert = text("INSERT INTO teams (id, round_id, name) VALUES (:id, :id, '第一督查组')")
    with pytest.raises(IntegrityError):
        session.execute(insert, {"id": "0f0f0f0f-0f0f-0f0f-0f0f-0f0f0f0f0f0f"})


def test_chinese_is_kept_readable_in_json(engine: Engine) -> None:
    words = Table("words", MetaData(), Column("said", JSON))
    with engine.begin() as connection:
        words.create(connection)
        connection.execute(words.insert(), {"said": {"理由": "逾期"}})
        assert connection.scalar(select(cast(words.c.said, Text))) == '{"理由":"逾期"}'


def test_first_connections_to_a_new_sqlite_file_do_not_hinder_each_other(tmp_path: Path) -> None:
    for number in range(20):
        engines = [connect(f"sqlite:///{tmp_path / str(number)}") for _ in range(6)]
        assert run_together(*[engine.connect().close for engine in engines]) == []
        for engine in engines:
            engine.dispose()


def test_a_locked_sqlite_file_is_busy(sqlite_url: str, tmp_path: Path) -> None:
    engine = create_engine(sqlite_url, connect_args={"timeout": 0})
    holder = sqlite3.connect(tmp_path / "duban.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="database_busy"), unavailable_when_lost(), engine.begin() as connection:
        connection.execute(text("UPDATE counters SET value = 1"))
    holder.close()
    engine.dispose()


def test_a_writer_of_an_sqlite_file_knows_whether_it_was_held_up(sqlite_url: str, tmp_path: Path) -> None:
    engine = connect(sqlite_url)
    holder = sqlite3.connect(tmp_path / "duban.db", isolation_level=None, check_same_thread=False)
    for held_up in (False, True, False):
        if held_up:
            holder.execute("BEGIN IMMEDIATE")
            Timer(0.02, holder.execute, ["ROLLBACK"]).start()
        with engine.begin() as connection:
            assert sqlite.was_held_up(connection) is held_up
    engine.dispose()


def test_an_sqlite_file_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'missing' / 'duban.db'}")
    with pytest.raises(Unavailable, match="database_unavailable"), unavailable_when_lost(), engine.connect():
        pass


def test_a_cut_connection_is_unavailable_and_the_next_one_works(postgresql: PostgreSQL, postgresql_url: str) -> None:
    engine = connect(postgresql_url)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        postgresql.cut_connections()
        with pytest.raises(Unavailable, match="database_unavailable"), unavailable_when_lost():
            connection.execute(text("SELECT 1"))
    with unavailable_when_lost(), engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()


def test_a_row_that_stays_locked_is_busy(postgresql_url: str) -> None:
    engine = connect(postgresql_url)
    with engine.begin() as holder, engine.begin() as connection:
        holder.execute(text("LOCK TABLE counters"))
        connection.execute(text("SET LOCAL lock_timeout = '10ms'"))
        with pytest.raises(Unavailable, match="database_busy"), unavailable_when_lost():
            connection.execute(text("SELECT * FROM counters"))
    engine.dispose()


def test_an_exhausted_pool_is_busy(postgresql_url: str) -> None:
    engine = create_engine(postgresql_url, pool_size=1, max_overflow=0, pool_timeout=0.01)
    with engine.connect(), pytest.raises(Unavailable, match="database_busy"), unavailable_when_lost():
        engine.connect()
    engine.dispose()


def test_a_mistake_of_our_own_is_not_hidden(engine: Engine) -> None:
    kinds = (OperationalError, ProgrammingError)
    with pytest.raises(kinds), unavailable_when_lost(), engine.connect() as connection:
        connection.execute(text("SELECT nothing FROM nowhere"))


def test_sessions_on_postgresql_have_limits_and_speak_utc(postgresql_url: str) -> None:
    engine = connect(f"{postgresql_url}&options=-csearch_path%3Dpublic")
    wanted = {
        "statement_timeout": "15s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "15s",
        "TimeZone": "UTC",
        "search_path": "public",
        "application_name": "duban",
    }
    with engine.connect() as connection:
        assert {name: connection.scalar(text(f"SHOW {name}")) for name in wanted} == wanted
    engine.dispose()


def test_sessions_on_sqlite_survive_a_power_cut_and_check_references(sqlite_url: str) -> None:
    engine = connect(sqlite_url)
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "busy_timeout": 15_000,
    }
    with engine.connect() as connection:
        assert {name: connection.scalar(text(f"PRAGMA {name}")) for name in wanted} == wanted
    engine.dispose()


def test_a_write_protected_copy_is_read_as_it_stands_and_a_write_ends_in_a_sentence(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_is_protected", lambda _file: True)
    engine = connect(sqlite_url)
    before = sorted(tmp_path.iterdir())
    with sessions(reading(engine))() as session:
        assert session.scalars(select(Counter.value)).all() == []
    assert sorted(tmp_path.iterdir()) == before, "no log, no lock, nothing"
    with pytest.raises(Unavailable) as refused, unavailable_when_lost(), sessions(engine).begin() as session:
        session.add(Counter(name=NOTICE, value=0))
    assert refused.value.code == "database_read_only"
    engine.dispose()


def test_a_damaged_page_is_named_and_ends_in_a_sentence(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "duban.db"
    assert sqlite.damage_of(file, within=10) is None
    page = zero_page(file, "counters")
    assert f"{page}" in (sqlite.damage_of(file, within=10) or "")
    engine = connect(sqlite_url)
    with pytest.raises(Unavailable) as refused, unavailable_when_lost(), sessions(engine).begin() as session:
        session.add(Counter(name=NOTICE, value=0))
    assert refused.value.code == "database_damaged"
    engine.dispose()


def test_an_error_of_the_database_names_no_parameter_and_quotes_no_row(engine: Engine) -> None:
    values = {"id": str(uuid4()), "name": "许机密"}
    with pytest.raises(IntegrityError) as caught, engine.begin() as connection:
        connection.execute(text("INSERT INTO people (id, name) VALUES (:id, :name)"), values)
    assert "许机密" not in f"{caught.value} {caught.value.orig}"
    assert "许机密" not in str(caught.value)
