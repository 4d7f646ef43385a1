"""Delivery on real databases: one message a person, leased, sent once, retried, given up where everybody sees it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from service import leases
from service.channels import ChannelDown, Outbox, OutgoingMessage, PermanentFailure, Sender, Smtp, TemporaryFailure
from service.db import sessions
from service.delivery import DeliveryReport, deliver
from service.grouping import group
from service.models import Alert, Delivery, Finding, Message, Person
from service.waiting import next_delivery_at
from tests.factories import NOW, Town, make_alert, make_event, make_finding, make_overdue, make_person, make_town
from tests.mail_sink import Fault, MailSink
from workflows.vocabulary import Move, Role, State

BASE_URL = "https://duban.exam.example"
SENDER = Sender("duban@exam.example", "exam.example")
Failure = PermanentFailure | TemporaryFailure | ChannelDown


class Pigeon:
    """A channel that remembers what it carried, and fails for whom it is told to."""

    name = "mail"

    def __init__(self) -> None:
        self.carried: list[OutgoingMessage] = []
        self.tried: list[str] = []
        self.failures: dict[str, Failure] = {}
        self.opened = 0
        self.closed_door: ChannelDown | None = None
        self.on_send: Callable[[OutgoingMessage], None] = lambda _: None

    @contextmanager
    def open(self) -> Iterator["Pigeon"]:
        self.opened += 1
        if self.closed_door:
            raise self.closed_door
        yield self

    def send(self, message: OutgoingMessage) -> None:
        self.tried.append(message.to)
        if failure := self.failures.get(message.to):
            raise failure
        self.on_send(message)
        self.carried.append(message)

    @property
    def readers(self) -> list[str]:
        return sorted(message.to for message in self.carried)


@pytest.fixture
def town(session: Session) -> Town:
    town = make_town(session)
    session.commit()
    return town


@pytest.fixture
def pigeon() -> Pigeon:
    return Pigeon()


def drain(engine: Engine, *channels: Pigeon | Smtp | Outbox, at: datetime = NOW, limit: int = 500) -> DeliveryReport:
    return deliver(sessions(engine), channels, base_url=BASE_URL, now=lambda _: at, limit=limit)


def all_deliveries(session: Session) -> list[Delivery]:
    deliveries = session.scalars(select(Delivery), execution_options={"populate_existing": True}).all()
    session.commit()  # on SQLite an open transaction keeps every writer away
    return list(deliveries)


def only_delivery(session: Session) -> Delivery:
    (delivery,) = all_deliveries(session)
    return delivery


def email(person: Person) -> str:
    assert person.email
    return person.email


def test_everything_that_waits_for_a_person_is_one_message(
    engine: Engine, session: Session, town: Town, pigeon: Pigeon
) -> None:
    for number in range(1, 31):
        make_overdue(session, town, number, told=(town.leader, town.university_officer))
    session.commit()
    report = drain(engine, pigeon)
    assert (report.grouped, report.sent) == (2, 2)
    assert pigeon.readers == sorted([email(town.leader), email(town.university_officer)])
    assert all(message.subject == "【督办】30 项逾期" for message in pigeon.carried)
    assert session.scalar(select(func.count()).where(Alert.message_id.is_(None))) == 0
    assert pigeon.opened == 1


def test_a_second_drain_sends_nothing_again(engine: Engine, session: Session, town: Town, pigeon: Pigeon) -> None:
    make_overdue(session, town, told=(town.leader,))
    session.commit()
    drain(engine, pigeon)
    assert drain(engine, pigeon, at=NOW + timedelta(days=1)) == DeliveryReport()
    assert len(pigeon.carried) == 1
    assert only_delivery(session).sent_at == NOW


def test_alerts_wait_a_moment_while_the_sweep_is_at_work(
    engine: Engine, session: Session, town: Town, pigeon: Pigeon
) -> None:
    make_overdue(session, town, 1, told=(town.leader,))
    late = make_finding(session, town, 2, next_action_at=NOW)
    session.commit()
    report = drain(engine, pigeon)
    assert (report.sent, report.held_back) == (0, True)
    late.state, late.next_action_at = State.OVERDUE, None
    make_alert(session, make_event(session, late, Move.EXPIRE, from_state=State.RECTIFYING), town.leader)
    session.commit()
    assert drain(engine, pigeon).sent == 1
    assert pigeon.carried[0].subject == "【督办】2 项逾期"


def test_a_sweep_that_does_not_end_holds_nothing_back_for_long(
    engine: Engine, session: Session, town: Town, pigeon: Pigeon
) -> None:
    make_overdue(session, town, 1, told=(town.leader,))
    make_finding(session, town, 2, next_action_at=NOW)
    session.commit()
    assert drain(engine, pigeon, at=NOW + timedelta(seconds=1)).sent == 1


def test_who_has_no_address_or_is_disabled_has_the_inbox_alone(
    engine: Engine, session: Session, town: Town, pigeon: Pigeon
) -> None:
    silent = make_person(session, "钱无信", Role.UNIVERSITY, town.university, email=None)
    gone = make_person(session, "郑离任", Role.UNIVERSITY, town.university, disabled_at=NOW)
    make_overdue(session, town, told=(silent, gone))
    session.commit()
    assert drain(engine, pigeon) == DeliveryReport(grouped=2)
    assert pigeon.carried == []
    assert session.scalar(select(func.count()).select_from(Delivery)) == 0
    assert session.scalar(select(func.count()).where(Alert.message_id.is_(None))) == 0


def test_who_is_disabled_before_the_mail_is_sent_gets_none(
    engine: Engine, session: Session, town: Town, pigeon: Pigeon
) -> None:
    make_overdue(session, town, told=(town.leader,))
    session.commit()
    group(session, now=NOW, channels=[pigeon])
    town.leader.disabled_at = NOW
    session.commit()
    assert drain(engine, pigeon).withdrawn == 1
    delivery = only_delivery(session)
    assert pigeon.carried == []
    assert (delivery.next_attempt_at, delivery.sent_at, delivery.given_up_at) == (None, None, None)


def test_nothing_is_marked_as_sent_before_it_was(engine: Engine, session: Session, town: Town, pigeon: Pigeon) -> None:
    seen: list[datetime | None] = []

    def look(_: OutgoingMessage) -> None:
        with sessions(engine)() as other:
            seen.append(only_delivery(other).sent_at)

    pigeon.on_send = look
    make_overdue(session, town, told=(town.leader,))
    session.commit()
    drain(engine, pigeon)
    assert seen == [None]
    assert only_delivery(session).sent_at is not None


def test_no_lock_is_held_while_sending(engine: Engine, session: Session, town: Town, pigeon: Pigeon) -> None:
    def write_meanwhile(_: OutgoingMessage) -> None:
        with sessions(engine).begin() as other:
            other.execute(update(Delivery).values(last_error="another was here"))
            other.execute(update(Person).values(language="zh"))

    pigeon.on_send = write_meanwhile
    make_overdue(session, town, told=(town.leader,))
    session.commit()
    assert drain(engine, pigeon).sent == 1


def test_a_failed_message_is_tried_again_later_and_later(
    engine: Engine, session: Session, town: Town, pigeon: Pigeon
) -> None:
    make_overdue(session, town, told=(town.leader,))
    session.commit()
    pigeon.failures[email(town.leader)] = TemporaryFailure("451 later")
    at, waits = NOW, []
    for _ in range(4):
        assert drain(engine, pigeon, at=at).failed == 1
        delivery = only_delivery(session)
        assert delivery.next_attempt_at
        waits.append(delivery.next_attempt_at - at)
        at = delivery.next_attempt_at
    assert all(wait * 1.1 < longer for wait, longer in pairwise(waits))
    pigeon.failures.clear()
    drain(engine, pigeon, at=at)
    delivery = only_delivery(session)
    assert (delivery.sent_at, delivery.attempts, delivery.last_error) == (at, 5, None)


def test_waits_grow_to_a_limit_and_never_fall_in_step() -> None:
    longest = leases.LAST_RETRY * (1 + leases.JITTER)
    assert all(leases.retry_after(attempts) <= longest for attempts in range(1, 200))
    assert leases.retry_after(1) <= leases.FIRST_RETRY * (1 + leases.JITTER)
    assert len({leases.retry_after(3) for _ in range(20)}) > 1


def test_a_permanent_failure_is_given_up_where_everybody_sees_it(
    engine: Engine, session: Session, town: Town, pigeon: Pigeon
) -> None:
    make_overdue(session, town, told=(town.leader, town.inspector))
    session.commit()
    pigeon.failures[email(town.leader)] = PermanentFailure("550 no such mailbox")
    assert drain(engine, pigeon).failed == 1
    assert drain(engine, pigeon, at=NOW + timedelta(days=1)) == DeliveryReport()
    (lost,) = leases.given_up(session, since=NOW)
    assert (lost.message.person.id, lost.last_error, lost.given_up_at) == (town.leader.id, "550 no such mailbox", NOW)
    assert leases.given_up(session, since=NOW + timedelta(seconds=1)) == []
    assert pigeon.readers == [email(town.inspector)]


def test_the_last_attempt_ends_in_giving_up(engine: Engine, session: Session, town: Town, pigeon: Pigeon) -> None:
    make_overdue(session, town, told=(town.leader,))
    session.commit()
    pigeon.failures[email(town.leader)] = TemporaryFailure("451 later")
    at: datetime | None = NOW
    while at is not None:
        drain(engine, pigeon, at=at)
        at = only_delivery(session).next_attempt_at
    delivery = only_delivery(session)
    assert delivery.attempts == leases.ATTEMPTS
    assert delivery.given_up_at
    assert timedelta(hours=2) < delivery.given_up_at - NOW < timedelta(hours=5)


def test_a_channel_that_is_down_stops_the_drain_and_costs_no_attempt(
    engine: Engine, session: Session, town: Town, pigeon: Pigeon
) -> None:
    make_overdue(session, town, told=(town.leader, town.inspector, town.university_officer))
    session.commit()
    pigeon.closed_door = ChannelDown("connection refused")
    report = drain(engine, pigeon)
    assert report.down == ("mail",)
    assert pigeon.opened == 1
    deliveries = all_deliveries(session)
    assert {(row.attempts, row.last_error) for row in deliveries} == {(0, "connection refused")}
    assert all(row.next_attempt_at and NOW < row.next_attempt_at <= NOW + timedelta(seconds=25) for row in deliveries)
    pigeon.closed_door = None
    assert drain(engine, pigeon, at=NOW + timedelta(seconds=25)).sent == 3


def test_a_channel_that_goes_down_on_the_way_loses_and_doubles_nothing(
    engine: Engine, session: Session, town: Town, pigeon: Pigeon
) -> None:
    make_overdue(session, town, told=(town.leader, town.inspector, town.university_officer))
    session.commit()
    people = [email(person) for person in (town.leader, town.inspector, town.university_officer)]
    pigeon.failures = dict.fromkeys(people, ChannelDown("gone"))
    pigeon.failures.pop(people[0])
    drain(engine, pigeon)
    pigeon.failures.clear()
    drain(engine, pigeon, at=NOW + timedelta(seconds=30))
    assert pigeon.readers == sorted(people)


def test_a_lease_keeps_others_away_until_it_runs_out(engine: Engine, session: Session, town: Town) -> None:
    make_overdue(session, town, told=(town.leader,))
    session.commit()
    group(session, now=NOW, channels=[Pigeon()])
    session.commit()

    def claim(at: datetime) -> list[leases.Lease]:
        claimed = leases.claim(session, now=at, channels=["mail"], limit=10)
        session.commit()
        return claimed

    (first,) = claim(NOW)
    assert claim(NOW + leases.LEASE - timedelta(seconds=1)) == []
    (second,) = claim(NOW + leases.LEASE)
    assert second.attempts == 2
    assert not leases.sent(session, first, now=NOW), "the one that woke up too late changes nothing"
    assert only_delivery(session).sent_at is None
    assert leases.sent(session, second, now=NOW)
    assert not leases.failed(session, second, "again", now=NOW, permanent=True)


def test_the_limits_keep_their_order() -> None:
    from service.channels import smtp  # noqa: PLC0415
    from service.delivery import SENDING_WITHIN  # noqa: PLC0415

    job = 30
    assert SENDING_WITHIN + smtp.TIMEOUT < job < leases.LEASE.total_seconds()


def test_the_limit_of_a_drain_is_kept_and_the_rest_is_left_for_others(
    engine: Engine, session: Session, town: Town, pigeon: Pigeon
) -> None:
    people = [make_person(session, f"教师{number}", Role.UNIVERSITY, town.university) for number in range(7)]
    make_overdue(session, town, told=tuple(people))
    session.commit()
    assert drain(engine, pigeon, limit=5).sent == 5
    assert drain(engine, pigeon).sent == 2


def test_it_is_known_when_there_is_something_to_deliver(
    engine: Engine, session: Session, town: Town, pigeon: Pigeon
) -> None:
    assert next_delivery_at(session) is None
    make_overdue(session, town, told=(town.leader,))
    session.commit()
    assert next_delivery_at(session) == NOW
    session.commit()
    pigeon.failures[email(town.leader)] = TemporaryFailure("451")
    drain(engine, pigeon)
    again = next_delivery_at(session)
    assert again
    assert again > NOW
    session.commit()
    pigeon.failures.clear()
    drain(engine, pigeon, at=again)
    assert next_delivery_at(session) is None


def test_an_old_message_says_the_same_when_it_is_sent_at_last(
    engine: Engine, session: Session, town: Town, pigeon: Pigeon
) -> None:
    make_overdue(session, town, told=(town.leader,))
    session.commit()
    pigeon.failures[email(town.leader)] = TemporaryFailure("451")
    drain(engine, pigeon)
    message = session.scalars(select(Message)).one()
    session.commit()
    pigeon.failures.clear()
    session.commit()
    drain(engine, pigeon, at=NOW + timedelta(days=2))
    assert (pigeon.carried[0].id, pigeon.carried[0].created_at) == (message.id, NOW)


def test_a_poisoned_address_delays_nobody_and_no_mail_is_doubled(engine: Engine, session: Session, town: Town) -> None:
    poison = [
        make_person(session, f"坏地址{n}", Role.UNIVERSITY, town.university, email=f"bad{n}@x.example")
        for n in range(4)
    ]
    good = [
        make_person(session, f"教师{n}", Role.UNIVERSITY, town.university, email=f"good{n}@x.example")
        for n in range(20)
    ]
    make_overdue(session, town, told=(*poison, *good))
    session.commit()
    with MailSink() as sink:
        sink.faults = dict(
            zip(map(email, poison), (Fault.REFUSE, Fault.LATER, Fault.CONTENT, Fault.CLOSE), strict=True)
        )
        report = drain(engine, Smtp.at(sink.url, host="exam.example"))
        assert (report.sent, report.failed) == (20, 4)
        assert sorted(sink.recipients) == sorted(map(email, good))
        assert sink.connections == 2
        sink.faults.clear()
        assert drain(engine, Smtp.at(sink.url, host="exam.example"), at=NOW + timedelta(minutes=1)).sent == 2
        ids = [mail["Message-ID"] for mail in sink.received]
        assert len(set(ids)) == len(ids) == 22


def test_a_mail_whose_receipt_was_cut_off_comes_again_under_the_same_id(
    engine: Engine, session: Session, town: Town
) -> None:
    make_overdue(session, town, told=(town.leader,))
    session.commit()
    with MailSink() as sink:
        sink.faults[email(town.leader)] = Fault.DROP
        assert drain(engine, Smtp.at(sink.url, host="exam.example")).failed == 1
        sink.faults.clear()
        assert drain(engine, Smtp.at(sink.url, host="exam.example"), at=NOW + timedelta(minutes=1)).sent == 1
        assert len({mail["Message-ID"] for mail in sink.received}) == 1


def test_a_letter_holds_number_unit_step_deadline_and_link_but_not_the_problem(
    engine: Engine, session: Session, town: Town, tmp_path: Path
) -> None:
    finding = make_overdue(session, town, 12, told=(town.leader,), details="第二排第3座无画面", location="教学楼A座")
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
    assert not any(secret in body for secret in ("摄像头", "第二排", "教学楼"))


def test_one_message_a_person_however_many_group_at_once(postgresql_url: str, tmp_path: Path) -> None:
    """Two groupers in open transactions: neither takes half of a person's alerts."""
    from service.db import connect  # noqa: PLC0415

    engine = connect(postgresql_url)
    with sessions(engine)() as first, sessions(engine)() as second:
        town = make_town(first)
        for number in range(1, 11):
            make_overdue(first, town, number, told=(town.leader,))
        first.commit()
        assert group(first, now=NOW, channels=[Pigeon()]).messages == 1
        assert group(second, now=NOW, channels=[Pigeon()]).messages == 0, "somebody else is at it"
        finding = second.scalars(select(Finding).limit(1)).one()
        make_alert(second, make_event(second, finding, Move.REPEAT), town.leader)  # writers are not held up
        first.commit()
        second.commit()
        assert group(second, now=NOW, channels=[Pigeon()]).messages == 1, "the one that came meanwhile"
        assert group(second, now=NOW, channels=[Pigeon()]).messages == 0
    engine.dispose()
