"""The one clock."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import sleep

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.models import WatchNote
from service.store.clock import now
from service.store.db import connect, sessions


def test_the_time_is_an_aware_instant_in_utc_and_runs_on_within_a_transaction(session: Session) -> None:
    before = datetime.now(UTC) - timedelta(minutes=1)
    first, second = now(session), now(session)
    assert before < first < second < before + timedelta(minutes=5)
    assert (first.tzinfo, second.tzinfo) == (UTC, UTC)


def test_the_time_comes_back_from_the_books_unchanged(engine: Engine) -> None:
    with sessions(engine).begin() as session:
        at = now(session)
        session.add(WatchNote(task="timers", at=at, note={}))
    with sessions(engine)() as session:
        assert session.scalars(select(WatchNote.at)).one() == at


def test_whoever_waits_for_a_writer_decides_by_the_time_at_which_the_turn_came(sqlite_url: str) -> None:
    engine = connect(sqlite_url)

    def asked() -> datetime:
        with sessions(engine)() as session:
            return now(session)

    with ThreadPoolExecutor() as others:
        with sessions(engine).begin() as session:
            now(session)
            waiting = others.submit(asked)
            sleep(0.2)  # until the other has begun to wait
            until = datetime.now(UTC)
        assert waiting.result() >= until
    engine.dispose()


def test_hosts_with_other_zones_agree(postgresql_url: str) -> None:
    engine = connect(f"{postgresql_url}&options=-ctimezone%3DAsia/Shanghai")
    with sessions(engine)() as session:
        assert now(session).utcoffset() == timedelta(0)
    engine.dispose()
