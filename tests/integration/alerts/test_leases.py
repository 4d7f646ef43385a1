"""Leases and retries: nothing is lost or silent, and no message waits because another fails."""

from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from service.alerts import leases
from service.alerts.channels import smtp
from service.alerts.channels.transport import ChannelDown, TemporaryFailure
from service.alerts.delivery import SENDING_WITHIN
from service.alerts.grouping import group
from tests.build.event_rows import make_overdue
from tests.fakes.recording_channel import RecordingChannel, all_deliveries, drain, email, only_delivery
from tests.worlds.books import Town
from tests.worlds.rows import NOW


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


def test_a_channel_rests_shortly_at_first_and_longer_the_longer_it_is_down(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    """A mail server that wobbles for some seconds keeps no mail back for half a minute."""
    make_overdue(session, town, told=(town.people["leader"],))
    session.commit()
    channel.down = ChannelDown("connection refused")
    at, rests = NOW, []
    for _ in range(12):
        drain(engine, channel, at=at)
        again = only_delivery(session).next_attempt_at
        assert again
        rests.append((again - at).total_seconds())
        at = again
    assert rests[0] < 2
    assert max(rests) <= 25
    assert rests[-1] > 15, "who is down for long is let alone"
    channel.down = None
    assert drain(engine, channel, at=at).sent == 1
    make_overdue(session, town, 2, told=(town.people["leader"],), at=at)
    session.commit()
    channel.down = ChannelDown("connection refused")
    drain(engine, channel, at=at + timedelta(seconds=1))
    (waiting,) = (row.next_attempt_at for row in all_deliveries(session) if row.sent_at is None)
    assert waiting is not None
    assert waiting - at < timedelta(seconds=3), "it has just sent something"


def test_an_idle_look_takes_no_write_transaction(engine: Engine, session: Session, channel: RecordingChannel) -> None:
    begun: list[bool] = []
    event.listen(engine, "begin", lambda connection: begun.append(connection.get_execution_options().get("reading")))
    session.commit()
    assert drain(engine, channel).tried == 0
    assert begun == [True] * len(begun) != []


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
    assert second.attempts == 1, "a holder that died counts as no attempt: nobody has failed to take the message"
    assert not leases.sent(session, [first], now=NOW), "the one that woke up too late changes nothing"
    assert only_delivery(session).sent_at is None
    assert leases.sent(session, [second], now=NOW) == {second.id}
    assert not leases.failed(session, second, "again", now=NOW, permanent=True, to=None)


def test_the_limits_keep_their_order() -> None:
    job = 30
    assert SENDING_WITHIN + smtp.TIMEOUT < job < leases.LEASE.total_seconds()
