"""The end of a hold: what had been sent before is not sent again, and what came due since is."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.alerts.channels.transport import TemporaryFailure
from service.alerts.hold.hold import hold
from service.alerts.hold.releasing import Released, release, waiting_to_be_sent
from service.errors import InvalidInput
from service.findings.sweep import sweep
from service.models import Alert
from tests.build.event_rows import make_overdue
from tests.fakes.recording_channel import RecordingChannel, drain, email
from tests.worlds.books import DEADLINE, FOUND_AT, Town, receive_finding
from tests.worlds.rows import NOW

HOUR = timedelta(hours=1)


def test_what_people_caused_before_the_instant_counts_as_sent_and_the_rest_goes_out(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, 1, told=(town.people["leader"], town.people["university"]), at=NOW)
    make_overdue(session, town, 2, told=(town.people["leader"],), at=NOW + 2 * HOUR)
    hold(session, actor=town.admin, now=NOW)
    assert waiting_to_be_sent(session) == 3
    released = release(session, sent_until=NOW + HOUR, actor=town.admin, now=NOW + 3 * HOUR)
    assert released == Released(counted_as_sent=2, to_be_sent=1)
    session.commit()
    drain(engine, channel, at=NOW + 3 * HOUR)
    assert channel.readers == [email(town.people["leader"])]
    assert "2026-08-0002" in channel.carried[0].subject
    assert session.scalars(select(Alert).where(Alert.message_id.is_(None))).all() == [], "all are in the inbox"


def test_a_message_that_was_waiting_for_another_try_counts_as_sent_as_well(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, 1, told=(town.people["leader"],))
    session.commit()
    channel.failures[email(town.people["leader"])] = TemporaryFailure("later")
    assert drain(engine, channel).failed == 1
    channel.failures.clear()
    hold(session, actor=town.admin, now=NOW)
    assert release(session, sent_until=NOW, actor=town.admin, now=NOW + HOUR) == Released(1, 0)
    session.commit()
    assert drain(engine, channel, at=NOW + 2 * HOUR).tried == 0
    assert channel.carried == []


def test_an_alert_of_the_clock_is_due_when_its_step_was_however_late_it_was_written(
    session: Session, town: Town
) -> None:
    """The office that was lost had made the step and sent its mail; the restored one makes it anew, hours later."""
    receive_finding(session, town)
    release_all(session, town, FOUND_AT + 24 * HOUR)
    hold(session, actor=town.admin, now=DEADLINE + 5 * HOUR)
    sweep(session, now=DEADLINE + 5 * HOUR)
    waiting = session.scalars(select(Alert).where(Alert.message_id.is_(None))).all()
    overdue = [alert for alert in waiting if alert.kind == "expire"]
    assert overdue
    assert {alert.created_at for alert in overdue} == {DEADLINE + 5 * HOUR}
    release(session, sent_until=DEADLINE + HOUR, actor=town.admin, now=DEADLINE + 6 * HOUR)
    left = session.scalars(select(Alert.kind).where(Alert.message_id.is_(None))).all()
    assert "expire" not in left


def release_all(session: Session, town: Town, at: datetime) -> None:
    hold(session, actor=town.admin, now=at)
    release(session, sent_until=at, actor=town.admin, now=at)


def test_an_instant_ahead_is_refused(session: Session, town: Town) -> None:
    hold(session, actor=town.admin, now=NOW)
    with pytest.raises(InvalidInput) as refused:
        release(session, sent_until=NOW + HOUR, actor=town.admin, now=NOW)
    assert refused.value.fields == {"sent_until": "in_future"}
