"""The watchdog, apart from the sweep: what should have moved and has not, stopped, or is damaged, is found and told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, event, select, text, update
from sqlalchemy.orm import Session

from service.alerts.channels.transport import ChannelDown
from service.doctor.ready import reasons_not_ready
from service.doctor.watchdog import alarms, watchdog
from service.doctor.watchdog.holder import HELD_FOR, take_watch
from service.doctor.watchdog.watchdog import Watchdog
from service.errors import Unavailable
from service.models import Alarm, Delivery, Finding, Heartbeat, Message, Person, WatchNote, new_id
from service.store import clock
from service.store.db import connect
from service.store.watch_notes import HOLDER
from tests.build.deadlines_ahead import due_in, make_open_town
from tests.build.heartbeats import let_all_run
from tests.build.process_settings import process_settings
from tests.fakes.recording_channel import RecordingChannel
from tests.worlds.books import Town, log_finding
from workers.jobs import sweep_due
from workers.resources import Resources, open_resources
from workflows.vocabulary import Role, State


class Watched:
    """A town in good health, its watchdog, and the mails that administrators get."""

    def __init__(self, url: str, folder: Path) -> None:
        self.settings = process_settings(url, folder)
        self.resources: Resources = open_resources(self.settings)
        self.channel = RecordingChannel()
        self.watchdog = self.another()
        self.town: Town = make_open_town(self.resources.sessions)
        with self.resources.sessions.begin() as session:
            let_all_run(session, now=clock.now(session))
            session.execute(delete(WatchNote))

    def another(self, *, stands_by: bool = False) -> Watchdog:
        own = self.resources
        return Watchdog(self.settings, own.engine, own.sessions, own.readers, [self.channel], stands_by)

    def told(self) -> list[str]:
        """Look once, and return the texts of the mails that this made."""
        before = len(self.channel.carried)
        self.watchdog.look()
        return [mail.body for mail in self.channel.carried[before:]]


@pytest.fixture(autouse=True)
def _without_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "SEEN_FOR", timedelta(0))
    monkeypatch.setattr(alarms, "SETTLED_AFTER", timedelta(0))
    monkeypatch.setattr(watchdog, "LOST_FOR", timedelta(0))


@pytest.fixture
def watched(database_url: str, tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(database_url, tmp_path)
    yield watched
    watched.resources.close()


@pytest.fixture
def on_sqlite(sqlite_url: str, tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(sqlite_url, tmp_path)
    yield watched
    watched.resources.close()


def test_a_finding_that_has_lost_its_timer_is_set_right_and_told_once(watched: Watched) -> None:
    ids = due_in(watched.resources.sessions, watched.town, 3600, -3600, 3600)
    sweep_due(watched.resources)
    assert watched.told() == [], "all is well"
    with watched.resources.sessions.begin() as session:
        right = session.scalars(select(Finding.next_action_at).where(Finding.id == ids[2])).one()
        session.execute(update(Finding).where(Finding.id.in_(ids[:2])).values(next_action_at=None))
        later = clock.now(session) + timedelta(days=900)
        session.execute(update(Finding).where(Finding.id == ids[2]).values(next_action_at=later))
    (told,) = watched.told()
    assert all(f"2026-08-000{number}" in told for number in (1, 2, 3))
    assert watched.told() == []
    sweep_due(watched.resources)
    with watched.resources.sessions() as session:
        timers = dict(session.execute(select(Finding.id, Finding.next_action_at)).all())
        assert session.get_one(Finding, ids[1]).state == State.OVERDUE
    assert all(timers.values())
    reckoned = timers[ids[2]]
    assert reckoned
    assert right
    assert abs(reckoned - right) < timedelta(seconds=1)


def test_a_process_that_stopped_is_told_of_and_its_return_too(on_sqlite: Watched) -> None:
    assert on_sqlite.told() == []
    with on_sqlite.resources.sessions.begin() as session:
        session.execute(delete(Heartbeat).where(Heartbeat.duties == "worker deliver"))
    (told,) = on_sqlite.told()
    assert "worker deliver" in told
    assert on_sqlite.told() == [], "the same trouble is told once"
    with on_sqlite.resources.sessions.begin() as session:
        session.execute(delete(Heartbeat))
        let_all_run(session, now=clock.now(session))
    on_sqlite.watchdog.look()
    assert "已解除" in on_sqlite.channel.carried[-1].subject
    assert on_sqlite.told() == []


def test_what_no_server_takes_is_sent_once_it_does(on_sqlite: Watched) -> None:
    with on_sqlite.resources.sessions.begin() as session:
        session.execute(delete(Heartbeat))
    on_sqlite.channel.down = ChannelDown("connection refused")
    assert on_sqlite.told() == []
    on_sqlite.channel.down, on_sqlite.channel.unflushable = None, ChannelDown("the disk is full")
    assert len(on_sqlite.told()) == 1, "which a power cut might take away"
    on_sqlite.channel.unflushable = None
    assert len(on_sqlite.told()) == 1
    assert on_sqlite.told() == []
    assert set(on_sqlite.channel.readers) == {"admin@exam.example"}


def test_what_nobody_could_be_told_is_told_once_an_administrator_has_an_address(
    on_sqlite: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    with on_sqlite.resources.sessions.begin() as session:
        session.execute(delete(Heartbeat))
        session.execute(update(Person).where(Person.role == Role.ADMIN).values(email=None))
    on_sqlite.channel.down = ChannelDown("not even asked")
    assert on_sqlite.told() == on_sqlite.told() == []
    assert on_sqlite.channel.opened == 0
    assert capsys.readouterr().out.count("Start or restart it") == 1, "logged once, however often it is tried"
    on_sqlite.channel.down = None
    with on_sqlite.resources.sessions.begin() as session:
        session.execute(update(Person).where(Person.role == Role.ADMIN).values(email="new@exam.example"))
    assert len(on_sqlite.told()) == 1


def test_of_a_mail_that_was_given_up_administrators_hear_by_its_alert_alone(on_sqlite: Watched) -> None:
    with on_sqlite.resources.sessions.begin() as session:
        now = clock.now(session)
        session.add(Message(id=(id_ := new_id()), person_id=on_sqlite.town.leader.id, created_at=now))
        session.flush()
        session.add(Delivery(id=new_id(), message_id=id_, channel="mail", given_up_at=now))
    assert on_sqlite.told() == []


def test_nobody_is_missed_right_after_the_database_was_away_or_the_host_slept(
    on_sqlite: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert on_sqlite.told() == []
    woken = on_sqlite.watchdog.looked_at
    assert woken
    woken += timedelta(minutes=10)
    with on_sqlite.resources.sessions.begin() as session:
        session.execute(delete(Heartbeat))  # as silent as those that are about to beat again
    for seconds, mails in ((0, 0), (10, 0), (30, 0), (50, 1)):
        monkeypatch.setattr(clock, "of_host", lambda at=woken + timedelta(seconds=seconds): at)
        assert len(on_sqlite.told()) == mails
        on_sqlite.watchdog.looked_at = clock.of_host()


def test_an_alarm_from_before_the_clock_was_set_back_is_told(on_sqlite: Watched) -> None:
    with on_sqlite.resources.sessions.begin() as session:
        session.execute(delete(Heartbeat))
        ahead = clock.now(session) + timedelta(days=900)
        session.add(Alarm(name="processes", status="fault", words={}, since=ahead, seen_at=ahead))
    assert len(on_sqlite.told()) == 1


def test_one_watches_and_another_takes_over_when_it_has_stopped(watched: Watched) -> None:
    stand_in, second = watched.another(stands_by=True), watched.another()
    assert stand_in.look(), "nobody else does"
    assert watched.watchdog.look(), "who is there for it goes first"
    assert not stand_in.look()
    assert not second.look()
    with watched.resources.sessions.begin() as session:
        long_ago = clock.now(session) - HELD_FOR - timedelta(seconds=5)
        session.execute(update(WatchNote).where(WatchNote.task == HOLDER).values(at=long_ago))
    assert not stand_in.look(), "it leaves a while to those that are there for it"
    assert second.look()
    assert not watched.watchdog.look()
    second.leave()
    assert stand_in.look()


def test_a_broken_chain_is_named_until_it_is_whole_again(watched: Watched) -> None:
    with watched.resources.sessions.begin() as session:
        finding = log_finding(session, watched.town, at=clock.now(session))
        number, head = finding.number, finding.chain_head
    assert watched.told() == []
    with watched.resources.sessions.begin() as session:
        session.execute(update(Finding).where(Finding.id == finding.id).values(chain_head="0" * 64))
    watched.watchdog.chains_at = None
    (told,) = watched.told()
    assert number in told
    with watched.resources.readers.begin() as session:
        assert reasons_not_ready(session, now=clock.now(session)) == ["records"]
    with watched.resources.sessions.begin() as session:
        session.execute(update(Finding).where(Finding.id == finding.id).values(chain_head=head))
    watched.watchdog.chains_at = None
    watched.watchdog.look()
    assert "已解除" in watched.channel.carried[-1].subject


def test_the_loss_of_the_database_itself_is_told_by_who_watched_last(on_sqlite: Watched) -> None:
    gone = connect("postgresql://nobody@127.0.0.1:1/nothing")
    stand_in = on_sqlite.another(stands_by=True)
    assert on_sqlite.told() == []
    for one in (stand_in, on_sqlite.watchdog):
        one.engine = gone
        one.look()
        one.look()
    (mail,) = on_sqlite.channel.carried
    assert "数据库暂时无法访问" in mail.body
    on_sqlite.watchdog.engine = on_sqlite.resources.engine
    (told,) = on_sqlite.told()
    assert "已解除" in told
    gone.dispose()


def test_a_watchdog_that_begins_on_a_full_disk_tells_of_it_unless_another_watches(
    on_sqlite: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    second, stand_in = on_sqlite.another(), on_sqlite.another(stands_by=True)
    assert on_sqlite.watchdog.look()

    def refuse(_session: Session) -> None:
        raise Unavailable("database_full")

    def full(session: Session, *_: object, **_named: object) -> bool:
        event.listen(session, "before_commit", refuse, once=True)
        return True

    monkeypatch.setattr("service.doctor.watchdog.watchdog.take_watch", full)
    assert not second.look()
    on_sqlite.watchdog.leave()
    assert not stand_in.look()
    assert second.look()
    (mail,) = on_sqlite.channel.carried
    assert "磁盘已满" in mail.body
    monkeypatch.setattr("service.doctor.watchdog.watchdog.take_watch", take_watch)
    assert second.look()
    assert "已解除" in on_sqlite.channel.carried[-1].body


def test_a_look_that_fails_is_told_of_and_keeps_the_others_from_nothing(
    on_sqlite: Watched,
) -> None:
    with on_sqlite.resources.sessions.begin() as session:
        session.execute(delete(Heartbeat).where(Heartbeat.duties == "timetable"))
    on_sqlite.watchdog.settings = replace(on_sqlite.settings, data_dir=Path("/proc/nowhere"))
    with on_sqlite.resources.sessions.begin() as session:
        session.execute(text("ALTER TABLE documents RENAME COLUMN requested_at TO asked_at"))
    (told,) = on_sqlite.told()
    assert "documents" in told
    assert "timetable" in told
    assert "/proc/nowhere" in told
