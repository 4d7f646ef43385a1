"""A drain on real databases: sent once, written down after it was sent, and no lock held meanwhile."""

import itertools
import re
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from service.alerts import delivery, grouping
from service.alerts.channels.outbox import Outbox
from service.alerts.channels.smtp import Smtp
from service.alerts.channels.transport import OutgoingMessage, TemporaryFailure
from service.alerts.delivery import DeliveryReport
from service.alerts.grouping import group
from service.models import Alert, Delivery, Message, Person
from service.people.addresses import ADDRESSES, Address
from service.store.db import sessions
from tests.build.event_rows import make_overdue
from tests.build.statements import asked
from tests.fakes.mail_sink import Fault, MailSink
from tests.fakes.recording_channel import (
    BASE_URL,
    SENDER,
    RecordingChannel,
    all_deliveries,
    drain,
    email,
    only_delivery,
)
from tests.worlds.books import Town
from tests.worlds.rows import NOW, make_person
from workflows.vocabulary import Role


def test_a_second_drain_sends_nothing_again(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    drain(engine, channel)
    assert drain(engine, channel, at=NOW + timedelta(days=1)) == DeliveryReport()
    assert len(channel.carried) == 1
    assert only_delivery(session).sent_at == NOW


def test_who_is_disabled_before_the_mail_is_sent_gets_none(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    group(session, now=NOW, channels=[channel])
    town.people["leader"].disabled_at = NOW
    session.commit()
    assert drain(engine, channel).withdrawn == 1
    withdrawn = only_delivery(session)
    assert channel.carried == []
    assert (withdrawn.next_attempt_at, withdrawn.sent_at, withdrawn.given_up_at) == (None, None, None)


def test_nothing_is_marked_as_sent_before_it_was(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    seen: list[datetime | None] = []

    def look(_: OutgoingMessage) -> None:
        with sessions(engine)() as other:
            seen.append(only_delivery(other).sent_at)

    channel.on_send = look
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    drain(engine, channel)
    assert seen == [None]
    assert only_delivery(session).sent_at is not None


def test_no_lock_is_held_while_sending(engine: Engine, session: Session, town: Town, channel: RecordingChannel) -> None:
    def write_meanwhile(_: OutgoingMessage) -> None:
        with sessions(engine).begin() as other:
            other.execute(update(Delivery).values(last_error="another was here"))
            other.execute(update(Person).values(language="zh"))

    channel.on_send = write_meanwhile
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    assert drain(engine, channel).sent == 1


def test_the_limit_of_a_drain_is_kept_and_the_rest_is_left_for_others(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    people = [make_person(session, f"教师{number}", Role.UNIVERSITY, town.college) for number in range(7)]
    make_overdue(session, town, told=tuple(people))
    session.commit()
    assert drain(engine, channel, limit=5).sent == 5
    assert drain(engine, channel).sent == 2


def test_a_drain_ends_in_time_within_a_batch_and_puts_back_what_is_left(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [make_person(session, f"教师{number}", Role.UNIVERSITY, town.college) for number in range(5)]
    make_overdue(session, town, told=tuple(people))
    session.commit()
    passed = itertools.count(step=6)  # seconds: one mail takes as long, the clock is looked at once for each
    monkeypatch.setattr(delivery, "monotonic", lambda: next(passed))
    assert 1 <= drain(engine, channel).sent <= 2
    left = [row for row in all_deliveries(session) if row.sent_at is None]
    assert {(row.next_attempt_at, row.attempts, row.lease_token) for row in left} == {(NOW, 0, None)}
    monkeypatch.undo()
    assert drain(engine, channel).sent == len(left)
    assert channel.readers == sorted(map(email, people))


def test_many_messages_are_read_kept_and_written_down_in_sets(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    people = [make_person(session, f"教师{number}", Role.UNIVERSITY, town.college) for number in range(40)]
    make_overdue(session, town, told=tuple(people))
    session.commit()
    with asked(engine) as statements:
        assert drain(engine, channel).sent == len(people)
    assert len([one for one, _ in statements if one.startswith(("SELECT", "WITH", "INSERT", "UPDATE"))]) < 2 * len(
        people
    )


def test_an_alert_that_comes_while_much_is_to_be_sent_gets_its_place_before_that_is_through(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 2)
    monkeypatch.setattr(delivery, "PORTION", 2)
    people = [make_person(session, f"教师{number}", Role.UNIVERSITY, town.college) for number in range(14)]
    make_overdue(session, town, told=tuple(people))
    session.commit()

    def happen_meanwhile(_: OutgoingMessage) -> None:
        if len(channel.tried) == 3:
            make_overdue(session, town, 2, told=(town.people["leader"],))
            session.commit()

    channel.on_send = happen_meanwhile
    assert drain(engine, channel, limit=12).grouped == len(people) + 1
    session.commit()


def test_a_portion_is_small_where_every_writer_waits_and_who_waits_is_asked_once_for_all_of_them(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "PORTION", 4)
    monkeypatch.setattr(grouping, "SQLITE_PORTION", 2)
    told = tuple(town.people[role] for role in ("leader", "team_head", "university"))
    for number in range(1, 4):
        make_overdue(session, town, number, told=told)
    session.commit()
    group(session, now=NOW, channels=[channel])
    is_grouped = select(func.count()).where(Alert.message_id.is_not(None))
    assert session.scalar(is_grouped) == {"sqlite": 2, "postgresql": 4}[engine.dialect.name]
    session.commit()
    with asked(engine) as statements:
        assert drain(engine, channel).sent == len(told)
    assert len([text for text, _ in statements if "min(alerts.created_at) AS since" in text]) == 1
    assert {message.subject for message in channel.carried} == {"【督办】3 项逾期"}


def test_a_process_that_dies_while_sending_repeats_a_portion_at_most_and_loses_nothing(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    people = [make_person(session, f"教师{number}", Role.UNIVERSITY, town.college) for number in range(25)]
    make_overdue(session, town, told=tuple(people))
    session.commit()

    def die(_: OutgoingMessage) -> None:
        if len(channel.carried) == 17:
            raise KeyboardInterrupt

    channel.on_send = die
    with pytest.raises(KeyboardInterrupt):
        drain(engine, channel)
    assert len([row for row in all_deliveries(session) if row.sent_at]) >= len(channel.carried) - delivery.PORTION
    channel.on_send = lambda _: None
    drain(engine, channel, at=NOW + timedelta(minutes=2))
    words: dict[str, set[OutgoingMessage]] = {}
    for message in channel.carried:
        words.setdefault(message.to, set()).add(message)
    assert sorted(words) == sorted(map(email, people))
    assert {len(different) for different in words.values()} == {1}
    assert len(channel.carried) <= len(people) + delivery.PORTION


def test_an_old_message_says_the_same_when_it_is_sent_at_last(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    channel.failures[email(town.people["leader"])] = TemporaryFailure("451")
    drain(engine, channel)
    message = session.scalars(select(Message)).one()
    session.commit()
    channel.failures.clear()
    session.commit()
    drain(engine, channel, at=NOW + timedelta(days=2))
    assert (channel.carried[0].id, channel.carried[0].created_at) == (message.id, NOW)


def test_a_poisoned_address_delays_nobody_and_no_mail_is_doubled(engine: Engine, session: Session, town: Town) -> None:
    poison = [
        make_person(session, f"坏地址{n}", Role.UNIVERSITY, town.college, email=f"bad{n}@x.example") for n in range(4)
    ]
    good = [
        make_person(session, f"教师{n}", Role.UNIVERSITY, town.college, email=f"good{n}@x.example") for n in range(20)
    ]
    for who in (
        "admin",
        "district",
    ):  # who are told of what is given up: in the inbox, so that the mails can be counted
        town.people[who].email = None
    make_overdue(session, town, told=(*poison, *good))
    session.commit()
    with MailSink() as sink:
        sink.faults = dict(
            zip(map(email, poison), (Fault.REFUSE, Fault.LATER, Fault.CONTENT, Fault.CLOSE), strict=True)
        )
        report = drain(engine, Smtp.at(sink.url, host="exam.example"))
        assert (report.sent, report.failed) == (20, 4)
        assert sorted(sink.recipients) == sorted(map(email, good))
        assert sink.connections <= 2, "one more after the cut, unless that mail was the last"
        sink.faults.clear()
        assert drain(engine, Smtp.at(sink.url, host="exam.example"), at=NOW + timedelta(minutes=1)).sent == 2
        ids = [mail["Message-ID"] for mail in sink.received]
        assert len(set(ids)) == len(ids) == 22


def test_a_mail_whose_receipt_was_cut_off_comes_again_under_the_same_id(
    engine: Engine, session: Session, town: Town
) -> None:
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    with MailSink() as sink:
        sink.faults[email(town.people["leader"])] = Fault.DROP
        assert drain(engine, Smtp.at(sink.url, host="exam.example")).failed == 1
        sink.faults.clear()
        assert drain(engine, Smtp.at(sink.url, host="exam.example"), at=NOW + timedelta(minutes=1)).sent == 1
        assert len({mail["Message-ID"] for mail in sink.received}) == 1


def test_a_letter_holds_number_unit_place_problem_step_deadline_and_link_but_no_details(
    engine: Engine, session: Session, town: Town, tmp_path: Path
) -> None:
    finding = make_overdue(
        session, town, 12, told=(town.people["leader"],), details="第二排第3座无画面", location="教学楼A座"
    )
    session.commit()
    drain(engine, Outbox(tmp_path / "outbox", SENDER))
    (file,) = (tmp_path / "outbox").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = file.read_text()
    assert mail["Subject"] == "【督办】逾期：明河龙湖学院2026-08-0012号问题"
    assert "李正言：" in body
    assert "明河龙湖学院的2026-08-0012号问题整改期限（2026年5月20日17:00）已过" in body
    assert f"{BASE_URL}/findings/{finding.id}" in body
    assert body.index("明河市招生考试中心\n2026年5月20日") > 0
    assert "问题：3号考场监控摄像头黑屏（教学楼A座）" in body
    assert "第二排" not in body


def test_a_second_channel_needs_an_address_and_nothing_else(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As CONTRIBUTING's recipe for a new channel says: its name and a column in `ADDRESSES`."""
    monkeypatch.setitem(cast("dict[str, Address]", ADDRESSES), "pager", Address("username", re.compile(r".+")))
    town.people["leader"].email = None
    town.people["team_head"].username = None
    make_overdue(session, town, told=(town.people["leader"], town.people["team_head"]))
    session.commit()
    pager = RecordingChannel()
    pager.name = "pager"
    report = drain(engine, channel, pager)
    assert (report.sent, channel.readers, pager.readers) == (
        2,
        [email(town.people["team_head"])],
        [town.people["leader"].username],
    )
