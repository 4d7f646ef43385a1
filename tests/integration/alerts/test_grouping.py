"""What waits for one person becomes one message, once, however many group at once."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.alerts import grouping, messages
from service.alerts.channels.transport import TemporaryFailure
from service.alerts.delivery import DeliveryReport, next_delivery_at
from service.alerts.grouping import HELD_BACK, QUIET, group
from service.models import Alert, Delivery, Finding
from service.store.db import connect, sessions
from tests.build.event_rows import make_alert, make_event, make_overdue
from tests.fakes.recording_channel import BASE_URL, RecordingChannel, drain, email
from tests.worlds.books import Town, build_town, make_finding
from tests.worlds.rows import NOW, make_person
from workflows.vocabulary import Move, Role, State


def test_everything_that_waits_for_a_person_is_one_message(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    for number in range(1, 31):
        make_overdue(session, town, number, told=(town.people["leader"], town.people["university"]))
    session.commit()
    report = drain(engine, channel)
    assert (report.grouped, report.sent) == (2, 2)
    assert channel.readers == sorted([email(town.people["leader"]), email(town.people["university"])])
    assert all(message.subject == "【督办】30 项逾期" for message in channel.carried)
    assert session.scalar(select(func.count()).where(Alert.message_id.is_(None))) == 0
    assert channel.opened == 1


def test_alerts_wait_a_moment_while_the_sweep_is_at_work(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, 1, told=(town.people["leader"],))
    late = make_finding(session, town, 2, next_action_at=NOW)
    session.commit()
    assert drain(engine, channel) == DeliveryReport()
    late.state, late.next_action_at = State.OVERDUE, None
    make_alert(session, make_event(session, late, Move.EXPIRE, from_state=State.RECTIFYING), town.people["leader"])
    session.commit()
    assert drain(engine, channel).sent == 1
    assert channel.carried[0].subject == "【督办】2 项逾期"


def test_a_sweep_that_does_not_end_holds_nothing_back_for_long(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, 1, told=(town.people["leader"],))
    make_finding(session, town, 2, next_action_at=NOW)
    # what people do meanwhile is no sign of the sweep
    acted = {"actor_id": town.people["university"].id, "at": NOW + QUIET / 2}
    make_alert(
        session, make_event(session, make_finding(session, town, 3), Move.SUBMIT, **acted), town.people["team_head"]
    )
    session.commit()
    assert drain(engine, channel, at=NOW + QUIET - timedelta(seconds=1)).sent == 0, "the sweep may be at its next batch"
    assert drain(engine, channel, at=NOW + QUIET).sent == 2


def test_one_person_gets_one_message_however_long_the_sweep_of_an_instant_takes(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    late = make_finding(session, town, 99, next_action_at=NOW)
    for batch in range(4):
        at = NOW + timedelta(minutes=2 * batch)
        make_overdue(session, town, batch + 1, told=(town.people["leader"],), at=at)
        session.commit()
        assert drain(engine, channel, at=at + timedelta(seconds=3)) == DeliveryReport()
    late.next_action_at = None
    session.commit()
    assert drain(engine, channel, at=NOW + timedelta(minutes=6, seconds=4)).sent == 1
    assert channel.carried[0].subject == "【督办】4 项逾期"


def test_a_sweep_without_end_holds_nothing_back_longer_than_the_bound_and_nothing_from_before_it(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, 1, told=(town.people["team_head"],), at=NOW - timedelta(seconds=2))
    make_overdue(session, town, 2, told=(town.people["leader"],))
    make_finding(session, town, 3, next_action_at=NOW)
    make_overdue(session, town, 4, told=(town.people["inspector"],), at=NOW + HELD_BACK)
    session.commit()
    assert drain(engine, channel, at=NOW + HELD_BACK - timedelta(seconds=1)).sent == 1, "what came before the sweep"
    assert drain(engine, channel, at=NOW + HELD_BACK).sent == 1, "what has waited for long enough"
    assert channel.readers == sorted([email(town.people["team_head"]), email(town.people["leader"])])


def test_nobody_gets_a_second_message_before_others_have_got_their_first(
    session: Session, town: Town, channel: RecordingChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "PORTION", 2)
    roles = ("leader", "team_head", "university")
    first, second, last = sorted((town.people[role] for role in roles), key=lambda person: person.id)
    make_overdue(session, town, 1, told=(first, second, last))
    for number in (2, 3, 4):
        make_overdue(session, town, number, told=(first,), at=NOW + timedelta(seconds=1))
    for later in range(2):
        group(session, now=NOW + timedelta(seconds=later), channels=[channel])
    assert session.scalar(select(Alert.message_id).where(Alert.person_id == last.id))


def test_a_large_message_is_formed_in_portions_and_sent_when_it_is_whole(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "PORTION", 7)
    monkeypatch.setattr(messages, "PORTION", 4)
    monkeypatch.setattr(messages, "MOST_READ", 10)
    for number in range(1, 31):
        make_overdue(session, town, number, told=(town.people["leader"],))
    session.commit()
    group(session, now=NOW, channels=[channel])
    session.commit()
    assert session.scalar(select(func.count()).select_from(Delivery)) == 0, "it is not whole yet"
    session.commit()
    assert drain(engine, channel).sent == 1
    (letter,) = channel.carried
    assert letter.subject == "【督办】30 项：10 项逾期等"
    assert "现有30项督办事项" in letter.body
    assert f"另有20项未列入，请在系统中查看：{BASE_URL}/alerts" in letter.body
    assert session.scalar(select(func.count(Alert.message_id.distinct()))) == 1
    assert session.scalar(select(func.count()).where(Alert.message_id.is_(None))) == 0, "nothing is lost from the inbox"


def test_who_has_no_address_or_is_disabled_has_the_inbox_alone(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    silent = make_person(session, "钱无信", Role.UNIVERSITY, town.college, email=None)
    gone = make_person(session, "郑离任", Role.UNIVERSITY, town.college, disabled_at=NOW)
    make_overdue(session, town, told=(silent, gone))
    session.commit()
    assert drain(engine, channel) == DeliveryReport(grouped=2)
    assert channel.carried == []
    assert session.scalar(select(func.count()).select_from(Delivery)) == 0
    assert session.scalar(select(func.count()).where(Alert.message_id.is_(None))) == 0


def test_it_is_known_when_there_is_something_to_deliver(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    assert next_delivery_at(session) is None
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    assert next_delivery_at(session) == NOW
    session.commit()
    channel.failures[email(town.people["leader"])] = TemporaryFailure("451")
    drain(engine, channel)
    again = next_delivery_at(session)
    assert again
    assert again > NOW
    session.commit()
    channel.failures.clear()
    drain(engine, channel, at=again)
    assert next_delivery_at(session) is None


def test_one_message_a_person_however_many_group_at_once(postgresql_url: str, tmp_path: Path) -> None:
    """Two groupers in open transactions: neither takes half of a person's alerts."""
    engine = connect(postgresql_url)
    with sessions(engine)() as first, sessions(engine)() as second:
        town = build_town(first)
        for number in range(1, 11):
            make_overdue(first, town, number, told=(town.people["leader"],))
        first.commit()
        assert group(first, now=NOW, channels=[RecordingChannel()]) == 1
        assert group(second, now=NOW, channels=[RecordingChannel()]) == 0, "somebody else is at it"
        finding = second.scalars(select(Finding).limit(1)).one()
        make_alert(second, make_event(second, finding, Move.REPEAT), town.people["leader"])  # writers are not held up
        first.commit()
        second.commit()
        assert group(second, now=NOW, channels=[RecordingChannel()]) == 1, "the one that came meanwhile"
        assert group(second, now=NOW, channels=[RecordingChannel()]) == 0
    engine.dispose()
