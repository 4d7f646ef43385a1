"""The timetable: one holder for each database, and the exact instants of its ticks."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import sessionmaker

from service.db import connect, sessions
from service.overdue import next_due_at
from service.settings import Settings
from tests.deadlines_ahead import due_in, expiries, make_open_town, unsent
from tests.duban import eventually
from tests.servers import PostgreSQL
from workers.holding import hold
from workers.queues import DELIVER, SWEEP
from workers.timetable import LOOK_AGAIN, LOOK_EVERY, Outlook, keep, look
from workers.wiring import Wiring, wire

NOW = datetime(2026, 5, 20, 9, tzinfo=UTC)


@pytest.fixture
def other(database_url: str) -> Iterator[Engine]:
    """The same database, as another process sees it."""
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def wiring(database_url: str, tmp_path: Path) -> Iterator[Wiring]:
    settings = Settings(
        database_url=database_url,
        redis_url=None,
        data_dir=tmp_path,
        secret_key="0" * 64,
        smtp_url=None,
        base_url="http://127.0.0.1:8000",
    )
    wiring = wire(settings)
    yield wiring
    wiring.close()


def test_one_holds_and_the_rest_stand_by(engine: Engine, other: Engine) -> None:
    with hold(engine) as first, hold(other) as second:
        assert first is not None
        assert second is None


def test_the_next_takes_over(engine: Engine, other: Engine) -> None:
    with hold(engine) as first:
        assert first is not None
    with hold(other) as second:
        assert second is not None


def test_a_holder_that_was_cut_off_notices(postgresql: PostgreSQL, postgresql_url: str) -> None:
    engine, other = connect(postgresql_url), connect(postgresql_url)
    with pytest.raises(DBAPIError), hold(engine) as first:  # noqa: PT012 - the holder's own story
        assert first is not None
        look(first)
        postgresql.cut_connections()
        with hold(other) as second:
            assert second is not None
        look(first)
    engine.dispose()
    other.dispose()


def test_a_look_sees_what_others_wrote(engine: Engine, other: Engine) -> None:
    with hold(engine) as session:
        assert session is not None
        assert look(session).due_at == {SWEEP: None, DELIVER: None}
        (at,) = _deadlines(sessions(other), 60)
        assert look(session).due_at[SWEEP] == at


def test_it_sleeps_until_the_very_instant() -> None:
    near, far = timedelta(milliseconds=137), timedelta(hours=1)
    assert Outlook(NOW, {SWEEP: NOW + near, DELIVER: None}).pause() == pytest.approx(0.137)
    assert Outlook(NOW, {SWEEP: NOW + far, DELIVER: NOW + near}).pause() == pytest.approx(0.137)
    assert Outlook(NOW, {SWEEP: NOW + far, DELIVER: None}).pause() == LOOK_EVERY
    assert Outlook(NOW, {SWEEP: None, DELIVER: None}).pause() == LOOK_EVERY


def test_what_is_due_does_not_hide_for_long_what_comes_next() -> None:
    outlook = Outlook(NOW, {SWEEP: NOW, DELIVER: NOW + timedelta(microseconds=1)})
    assert outlook.is_due(SWEEP)
    assert not outlook.is_due(DELIVER)
    assert outlook.pause() == LOOK_AGAIN


def test_ticks_that_nobody_takes_are_noticed() -> None:
    outlook = Outlook(NOW, {SWEEP: NOW - timedelta(seconds=5), DELIVER: NOW - timedelta(seconds=4)})
    assert outlook.is_untaken(SWEEP)
    assert not outlook.is_untaken(DELIVER)


def test_alone_and_without_redis_the_timetable_does_everything(wiring: Wiring) -> None:
    town = make_open_town(wiring.sessions)
    due_in(wiring.sessions, town, -1, 0.5)
    keeping = threading.Thread(target=keep, args=[wiring])
    keeping.start()
    try:
        assert eventually(lambda: len(expiries(wiring.sessions)) == 2 and not unsent(wiring.sessions))
    finally:
        wiring.stop.request()
        keeping.join(10)
    assert not keeping.is_alive()
    assert all(event.at >= datetime.fromisoformat(event.data["due_at"]) for event in expiries(wiring.sessions))


def _deadlines(sessions: sessionmaker, *seconds: float) -> list[datetime]:  # type: ignore[type-arg]
    due_in(sessions, make_open_town(sessions), *seconds)
    with sessions() as session:
        at = next_due_at(session)
    assert at
    return [at]
