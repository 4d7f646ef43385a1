"""The timetable: one holder for each database, and the exact instants of its ticks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import redis
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

import workers.timetable
from service.alerts.channels.transport import OutgoingMessage
from service.findings.sweep import next_due_at
from service.models import Organization
from service.store import clock
from service.store.db import connect, sessions
from tests.build.deadlines_ahead import due_in, expiries, make_open_town, unsent
from tests.build.event_rows import make_overdue
from tests.fakes.asked import statements
from tests.fakes.duban import eventually
from tests.fakes.recording_channel import RecordingChannel
from tests.servers import PostgreSQL
from tests.worlds.books import Town
from tests.worlds.rows import make_person
from workers.queues import DELIVER, RENDER, SWEEP, Ticks, open_queue
from workers.resources import Resources
from workers.timetable import (
    BY_ITSELF,
    LOOK_AGAIN,
    LOOK_ANYWAY_EVERY,
    LOOK_EVERY,
    MAILS_A_TURN,
    Lookout,
    Outlook,
    keep_timetable,
)
from workers.timetable_lock import hold
from workflows.vocabulary import Role

NOW = datetime(2026, 5, 20, 9, tzinfo=UTC)
LATER = timedelta(seconds=60)


@pytest.fixture
def other(database_url: str) -> Iterator[Engine]:
    """The same database, as another process sees it."""
    engine = connect(database_url)
    yield engine
    engine.dispose()


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
        lookout = Lookout(first)
        _looked(lookout)
        postgresql.cut_connections()
        with hold(other) as second:
            assert second is not None
        _looked(lookout)
    engine.dispose()
    other.dispose()


def test_a_look_sees_what_others_wrote(engine: Engine, other: Engine) -> None:
    with hold(engine) as session:
        assert session is not None
        lookout = Lookout(session)
        assert _looked(lookout).due_at == {SWEEP: None, DELIVER: None, RENDER: None}
        (at,) = _deadlines(sessions(other), 60)
        assert _looked(lookout).due_at[SWEEP] == at


def test_while_nobody_writes_a_look_asks_whether_somebody_has_and_for_the_time(engine: Engine, other: Engine) -> None:
    with hold(engine) as session:
        assert session is not None
        lookout = Lookout(session)
        _looked(lookout)
        with statements(engine) as idle:
            _looked(lookout)
        _deadlines(sessions(other), 60)
        with statements(engine) as after_a_write:
            _looked(lookout)
        lookout.looked_at -= LOOK_ANYWAY_EVERY
        with statements(engine) as anyway:
            _looked(lookout)
    assert len([one for one in idle if "query_only" not in one and one != "BEGIN"]) <= 2
    assert len(after_a_write) == len(anyway) > 10


def test_it_sleeps_until_the_very_instant() -> None:
    near, far = timedelta(milliseconds=137), timedelta(hours=1)
    assert Outlook(NOW, {SWEEP: NOW + near, DELIVER: None}).pause() == pytest.approx(0.137)
    assert Outlook(NOW, {SWEEP: NOW + far, DELIVER: NOW + near}).pause() == pytest.approx(0.137)
    assert Outlook(NOW, {SWEEP: NOW + far, DELIVER: None}).pause() == LOOK_EVERY
    assert Outlook(NOW, {SWEEP: None, DELIVER: None}).pause() == LOOK_EVERY


def test_what_is_due_does_not_hide_for_long_what_comes_next() -> None:
    outlook = Outlook(NOW, {SWEEP: NOW, DELIVER: NOW + LATER})
    assert outlook.is_due(SWEEP)
    assert not outlook.is_due(DELIVER)
    assert outlook.pause() == LOOK_AGAIN


def test_sweep_ticks_that_nobody_takes_are_noticed() -> None:
    assert Outlook(NOW, {SWEEP: NOW - timedelta(seconds=5), DELIVER: None}).is_untaken(SWEEP)
    assert not Outlook(NOW, {SWEEP: NOW - timedelta(seconds=4), DELIVER: None}).is_untaken(SWEEP)


def test_a_backlog_of_mail_is_not_untaken() -> None:
    assert not Outlook(NOW, {SWEEP: None, DELIVER: NOW - timedelta(hours=1)}).is_untaken(DELIVER)


def test_a_backlog_of_mail_does_not_stop_the_ticks(resources: Resources, redis_url: str) -> None:
    channel, ticks = RecordingChannel(), Ticks(redis_url)
    town = _backlog(resources, 1)
    connection = redis.Redis.from_url(redis_url)
    with _keeping(replace(resources, channels=(channel,), ticks=ticks)):
        assert eventually(lambda: open_queue(DELIVER, connection).count == 1)
        due_in(resources.sessions, town, -1, first=2)
        assert eventually(lambda: open_queue(SWEEP, connection).count == 1)
    assert channel.tried == [], "the workers send it"
    ticks.close()
    connection.close()


def test_without_redis_a_backlog_of_mail_holds_up_no_sweep_for_long(resources: Resources) -> None:
    channel, backlog = RecordingChannel(), MAILS_A_TURN + 5
    town = _backlog(resources, backlog)
    swept: list[int] = []  # findings that had gone overdue when each mail was sent, with the backlog's own

    def look_around(_: OutgoingMessage) -> None:
        if not swept:
            due_in(resources.sessions, town, -1, first=2)
        swept.append(len(expiries(resources.sessions)))

    channel.on_send = look_around
    with _keeping(replace(resources, channels=(channel,))):
        assert eventually(lambda: len(swept) >= backlog)
    assert (swept[0], swept[MAILS_A_TURN]) == (1, 2)


def test_without_redis_a_delivery_that_fails_stops_no_sweep(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[None] = []

    def fail(_: Resources) -> None:
        failures.append(None)
        raise ZeroDivisionError

    monkeypatch.setattr(workers.timetable, "BY_ITSELF", {DELIVER: fail, SWEEP: BY_ITSELF[SWEEP]})
    town = _backlog(resources, 1)
    with _keeping(resources):
        assert eventually(lambda: bool(failures))
        due_in(resources.sessions, town, -1, first=2)
        assert eventually(lambda: len(expiries(resources.sessions)) == 2)


def test_alone_and_without_redis_the_timetable_does_everything(resources: Resources) -> None:
    town = make_open_town(resources.sessions)
    due_in(resources.sessions, town, -1, 0.5)
    with _keeping(resources):
        assert eventually(lambda: len(expiries(resources.sessions)) == 2 and not unsent(resources.sessions))
    assert all(event.at >= datetime.fromisoformat(event.data["due_at"]) for event in expiries(resources.sessions))


def test_what_is_due_hides_no_later_deadline(engine: Engine, other: Engine) -> None:
    due_in(sessions(other), make_open_town(sessions(other)), -1, 60)
    with hold(engine) as session:
        assert session is not None
        lookout = Lookout(session)
        outlook = _looked(lookout)
        assert outlook.is_due(SWEEP)
        assert outlook.then is not None
        assert outlook.then > outlook.now


def test_what_was_awaited_is_known_before_it_is_asked_for(session: Session) -> None:
    now = clock.now(session)
    session.commit()
    known: dict[str, datetime | None] = {SWEEP: now - 2 * LATER, DELIVER: now - LATER / 2}
    lookout = Lookout(session, Outlook(now - LATER, known, then=now - LATER / 3))
    assert lookout.glance() == [SWEEP, DELIVER], "each by an instant that was still ahead"
    assert lookout.glance() == [], "once"


def test_it_wakes_for_the_next_deadline_though_one_is_due() -> None:
    outlook = Outlook(NOW, {SWEEP: NOW, DELIVER: None}, then=NOW + timedelta(milliseconds=37))
    assert outlook.pause() == pytest.approx(0.037)


def _looked(lookout: Lookout) -> Outlook:
    lookout.glance()
    return lookout.look()


@contextmanager
def _keeping(resources: Resources) -> Iterator[None]:
    """The timetable at work beside the test."""
    keeping = threading.Thread(target=keep_timetable, args=[resources])
    keeping.start()
    try:
        yield
    finally:
        resources.stop.request()
        keeping.join(30)
    assert not keeping.is_alive()


def _backlog(resources: Resources, messages: int) -> Town:
    """A town in which so many people have been waiting for a mail for long."""
    town = make_open_town(resources.sessions)
    with resources.sessions.begin() as session:
        centre = session.get_one(Organization, town.people["leader"].organization_id)
        told = tuple(make_person(session, f"李领导{n}", Role.LEADERSHIP, centre) for n in range(messages))
        make_overdue(session, town, told=told)
    return town


def _deadlines(sessions: sessionmaker, *seconds: float) -> list[datetime]:  # type: ignore[type-arg]
    due_in(sessions, make_open_town(sessions), *seconds)
    with sessions() as session:
        at = next_due_at(session)
    assert at
    return [at]
