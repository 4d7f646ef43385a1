"""Given up visibly, and not for ever: passing reasons pass, addresses change, servers are mended."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.alerts import leases
from service.alerts.channels.transport import PermanentFailure, TemporaryFailure
from service.alerts.delivery import DeliveryReport
from service.alerts.given_up import given_up, has_new_address, send_given_up_again, send_to_new_addresses
from service.doctor.doctor import Status
from service.doctor.mail import check_mail
from service.models import Delivery
from tests.build.event_rows import make_alert, make_event, make_overdue
from tests.fakes.recording_channel import RecordingChannel, drain, email, only_delivery
from tests.worlds.books import Town
from tests.worlds.rows import NOW
from workflows.vocabulary import Move


@pytest.fixture
def town(session: Session, town: Town) -> Town:
    """The town; whoever is told that a mail was given up reads it in the inbox, so that no mail but the one counts."""
    for who, person in town.people.items():
        if who not in ("leader", "inspector", "university"):
            person.email = None
    session.commit()
    return town


def test_a_permanent_failure_is_given_up_where_everybody_sees_it(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["leader"], town.people["inspector"]))
    session.commit()
    channel.failures[email(town.people["leader"])] = PermanentFailure("550 no such mailbox")
    assert drain(engine, channel).failed == 1
    assert drain(engine, channel, at=NOW + timedelta(days=1)) == DeliveryReport()
    (lost,) = given_up(session, since=NOW)
    assert (lost.message.person.id, lost.last_error, lost.given_up_at) == (town.leader.id, "550 no such mailbox", NOW)
    assert given_up(session, since=NOW + timedelta(seconds=1)) == []
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
    (lost,) = given_up(session, since=NOW)
    assert lost.message.person.id == town.leader.id
    assert "尚无措辞的提醒" in str(lost.last_error)
    (said, *_) = check_mail(session, now=NOW)
    assert said.status is Status.FAULT
    assert town.people["leader"].name in said.sentence("zh")


def test_what_is_not_taken_for_hours_is_given_up_visibly_and_goes_again_every_hour(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    channel.failures[email(town.people["leader"])] = TemporaryFailure("452 mailbox full")
    instants = list(attempts_until(engine, session, channel, lambda delivery: delivery.next_attempt_at is None))
    delivery = only_delivery(session)
    assert delivery.attempts == leases.LAST_ATTEMPT, "a week later nobody waits for it"
    assert delivery.given_up_at == instants[leases.ATTEMPTS - 1], "it is shown since it was given up first"
    assert timedelta(hours=2) < delivery.given_up_at - NOW < timedelta(hours=5)
    assert timedelta(days=6) < instants[-1] - delivery.given_up_at < timedelta(days=8)
    assert max(later - at for at, later in pairwise(instants)) <= leases.HOURLY * (1 + leases.JITTER)


def test_what_was_given_up_for_a_passing_reason_arrives_once_that_has_passed(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    channel.failures[email(town.people["leader"])] = TemporaryFailure("452 mailbox full")
    *_, given_up_at = attempts_until(engine, session, channel, lambda delivery: delivery.given_up_at is not None)
    (check, *_) = check_mail(session, now=given_up_at)
    assert check.status is Status.WARNING, "nobody has to do anything"
    assert "每小时自动重试" in check.sentence("zh")
    session.commit()
    channel.failures.clear()
    assert drain(engine, channel, at=given_up_at + 2 * leases.HOURLY).sent == 1
    assert only_delivery(session).given_up_at is None
    assert given_up(session, since=NOW) == []


def test_what_was_given_up_for_a_passing_reason_is_nobodys_concern_once_the_reader_has_gone(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    channel.failures[email(town.people["leader"])] = TemporaryFailure("452 mailbox full")
    *_, given_up_at = attempts_until(engine, session, channel, lambda delivery: delivery.given_up_at is not None)
    town.people["leader"].disabled_at = given_up_at
    session.commit()
    assert drain(engine, channel, at=given_up_at + 2 * leases.HOURLY).withdrawn == 1
    assert given_up(session, since=NOW) == []


def attempts_until(
    engine: Engine, session: Session, channel: RecordingChannel, ended: Callable[[Delivery], bool]
) -> Iterator[datetime]:
    """The instants of the attempts at the only delivery, the first one now."""
    at: datetime | None = NOW
    while at is not None:
        drain(engine, channel, at=at)
        yield at
        delivery = only_delivery(session)
        at = None if ended(delivery) else delivery.next_attempt_at


def test_what_an_address_refused_goes_to_the_next_one(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    channel.failures[email(town.people["leader"])] = PermanentFailure("550 no such mailbox")
    drain(engine, channel)
    assert not has_new_address(session, now=NOW), "the address is the same"
    town.people["leader"].email = "zhengyan@exam.example"
    session.commit()
    assert has_new_address(session, now=NOW)
    assert send_to_new_addresses(session, now=NOW) == 1
    session.commit()
    assert drain(engine, channel).sent == 1
    assert channel.readers == ["zhengyan@exam.example"]
    assert send_to_new_addresses(session, now=NOW) == 0


def test_a_letter_that_cannot_be_written_does_not_go_again_by_itself(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    event = make_event(session, make_overdue(session, town), Move.REMIND)
    make_alert(session, event, town.people["leader"], kind="尚无措辞的提醒")
    session.commit()
    drain(engine, channel)
    town.people["leader"].email = "zhengyan@exam.example"
    session.commit()
    assert not has_new_address(session, now=NOW)


def test_whoever_has_mended_the_server_sends_everything_again(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["leader"], town.people["inspector"]))
    session.commit()
    channel.failures[email(town.people["leader"])] = PermanentFailure("550 relaying denied")
    drain(engine, channel)
    channel.failures.clear()
    assert len(send_given_up_again(session, now=NOW)) == 1
    session.commit()
    assert drain(engine, channel).sent == 1
    assert len(channel.carried) == 2
