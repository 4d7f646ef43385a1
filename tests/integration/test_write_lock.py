"""Whether this thread writes: known of every transaction, on both databases, and forgotten when it ends."""

import io
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from service.files.store import FolderStore
from service.store.db import connect, reading, sessions
from service.write_lock import WriteTransactionOpen, refuse_while_writing


def writes() -> bool:
    try:
        refuse_while_writing("a look")
    except WriteTransactionOpen:
        return True
    return False


@pytest.mark.parametrize("end", [Session.commit, Session.rollback, Session.close])
def test_who_writes_is_known_until_the_end(engine: Engine, end: Callable[[Session], None]) -> None:
    session = sessions(engine)()
    assert not writes(), "nothing has begun"
    session.execute(text("SELECT 1"))
    with session.begin_nested():
        pass
    assert writes()
    end(session)
    assert not writes()


def test_who_only_reads_keeps_nobody_waiting(engine: Engine) -> None:
    with sessions(reading(engine))() as session:
        session.execute(text("SELECT 1"))
        assert not writes()


def test_each_thread_is_known_for_itself(engine: Engine) -> None:
    seen = []
    with sessions(engine)() as session:
        session.execute(text("SELECT 1"))
        other = Thread(target=lambda: seen.append(writes()))
        other.start()
        other.join()
    assert seen == [False]


def test_a_session_that_was_dropped_without_a_word_is_forgotten(sqlite_url: str) -> None:
    session = sessions(connect(sqlite_url))()
    session.execute(text("SELECT 1"))
    ring: list[object] = [session]
    ring.append(ring)  # as a traceback makes one: no count of references ends it
    del session, ring
    assert not writes()


def test_no_file_is_put_away_while_others_wait(session: Session, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "evidence")
    session.execute(text("SELECT 1"))
    with pytest.raises(WriteTransactionOpen, match="put"):
        store.put(io.BytesIO(b"photo"))
