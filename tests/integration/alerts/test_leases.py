"""Leases, retries and giving up: nothing is lost or silent, and no message waits because another fails."""

from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.alerts import leases
from service.alerts.channels import smtp
from service.alerts.channels.transport import ChannelDown, PermanentFailure, TemporaryFailure
from service.alerts.delivery import SENDING_WITHIN, DeliveryReport
from service.alerts.grouping import group
from service.doctor import Status
from service.doctor.mail import check_mail
from tests.build.event_rows import make_alert, make_event, make_overdue
from tests.fakes.recording_channel import RecordingChannel, all_deliveries, drain, email, only_delivery
from tests.worlds.books import Town
from tests.worlds.rows import NOW
from workflows.vocabulary import Move


def test_a_failed_message_is_tried_again_later_and_later(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    channel.failures[email(town.people["leader"])] = TemporaryFailure("451 later")
    at, waits = NOW, []
    for _ in range(4):
        assert drain(engine, channel, at=at).failed == 1
        delivery = only_delivery(session)
        assert delivery.next_attempt_at
        waits.append(delivery.next_attempt_at - at)
        at = delivery.next_attempt_at
    assert all(wait * 1.1 < longer for wait, longer in pairwise(waits))
    channel.failures.clear()
    drain(engine, channel, at=at)
    delivery = only_delivery(session)
    assert (delivery.sent_at, delivery.attempts, delivery.last_error) == (at, 5, None)


def test_waits_grow_to_a_limit_and_never_fall_in_step() -> None:
    longest = leases.LAST_RETRY * (1 + leases.JITTER)
    assert all(leases.retry_after(attempts) <= longest for attempts in range(1, 200))
    assert leases.retry_after(1) <= leases.FIRST_RETRY * (1 + leases.JITTER)
    assert len({leases.retry_after(3) for _ in range(20)}) > 1


def test_a_permanent_failure_is_given_up_where_everybody_sees_it(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["leader"], town.people["inspector"]))
    session.commit()
    channel.failures[email(town.people["leader"])] = PermanentFailure("550 no such mailbox")
    assert drain(engine, channel).failed == 1
    assert drain(engine, channel, at=NOW + timedelta(days=1)) == DeliveryReport()
    (lost,) = leases.given_up(session, since=NOW)
    assert (lost.message.person.id, lost.last_error, lost.given_up_at) == (town.leader.id, "550 no such mailbox", NOW)
    assert leases.given_up(session, since=NOW + timedelta(seconds=1)) == []
    assert channel.readers == [email(town.people["inspector"])]


def test_a_letter_that_cannot_be_written_is_given_up_and_the_others_are_sent(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    finding = make_overdue(session, town, told=(town.people["inspector"], town.people["university"]))
    event = make_event(session, finding, Move.REMIND)
    make_alert(session, event, town.people["leader"], kind="尚无措辞的提醒")
    session.commit()
    report = drain(engine, channel)
    assert (report.sent, report.failed) == (2, 1)
    assert channel.readers == sorted([email(town.people["inspector"]), email(town.people["university"])])
    assert drain(engine, channel, at=NOW + timedelta(days=1)) == DeliveryReport()
    (lost,) = leases.given_up(session, since=NOW)
    assert lost.message.person.id == town.leader.id
    assert "尚无措辞的提醒" in str(lost.last_error)
    (said, _) = check_mail(session, now=NOW)
    assert said.status is Status.FAULT
    assert town.people["leader"].name in said.sentence("zh")


def test_the_last_attempt_ends_in_giving_up(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    channel.failures[email(town.people["leader"])] = TemporaryFailure("451 later")
    at: datetime | None = NOW
    while at is not None:
        drain(engine, channel, at=at)
        at = only_delivery(session).next_attempt_at
    delivery = only_delivery(session)
    assert delivery.attempts == leases.ATTEMPTS
    assert delivery.given_up_at
    assert timedelta(hours=2) < delivery.given_up_at - NOW < timedelta(hours=5)


def test_a_channel_that_is_down_stops_the_drain_and_costs_no_attempt(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["leader"], town.people["inspector"], town.people["university"]))
    session.commit()
    channel.down = ChannelDown("connection refused")
    report = drain(engine, channel)
    assert report.down == ("mail",)
    assert channel.opened == 1
    deliveries = all_deliveries(session)
    assert {(row.attempts, row.last_error) for row in deliveries} == {(0, "connection refused")}
    assert all(row.next_attempt_at and NOW < row.next_attempt_at <= NOW + timedelta(seconds=25) for row in deliveries)
    channel.down = None
    assert drain(engine, channel, at=NOW + timedelta(seconds=25)).sent == 3


def test_a_channel_that_goes_down_on_the_way_loses_and_doubles_nothing(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["leader"], town.people["inspector"], town.people["university"]))
    session.commit()
    people = [email(person) for person in (town.people["leader"], town.people["inspector"], town.people["university"])]
    channel.failures = dict.fromkeys(people, ChannelDown("gone"))
    channel.failures.pop(people[0])
    drain(engine, channel)
    channel.failures.clear()
    drain(engine, channel, at=NOW + timedelta(seconds=30))
    assert channel.readers == sorted(people)


def test_a_lease_keeps_others_away_until_it_runs_out(engine: Engine, session: Session, town: Town) -> None:
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    group(session, now=NOW, channels=[RecordingChannel()])
    session.commit()

    def claim(at: datetime) -> list[leases.LeasedDelivery]:
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
    job = 30
    assert SENDING_WITHIN + smtp.TIMEOUT < job < leases.LEASE.total_seconds()
