"""Digests: leaders read once a day what is not urgent, and at once what is."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.orm import Session

from service.alerts.delivery import DeliveryReport, next_delivery_at
from service.doctor.mail import check_mail
from service.models import Alert, Post
from service.rounds.rulebooks import keep_policy
from tests.build.event_rows import make_alert, make_event
from tests.fakes.recording_channel import RecordingChannel, drain, email
from tests.worlds.books import Town, local, make_finding
from tests.worlds.rows import NOW
from workflows.policy import shipped_policy_text
from workflows.vocabulary import Move, Role, Severity, State

MONDAY, TUESDAY = local(4, 13, 10), local(4, 14, 8, 30)
FRIDAY = local(4, 17, 18)


@pytest.fixture
def town(session: Session, town: Town) -> Town:
    """A town whose leaders want a digest."""
    text = shipped_policy_text().replace("roles = []", 'roles = ["leader", "leadership"]')
    town.round.policy_version = keep_policy(session, text, now=NOW)
    session.commit()
    return town


def tell(session: Session, town: Town, who: str, move: Move, number: int, at: datetime, **columns: Any) -> Alert:
    """One person is told of one step of a finding of its own."""
    finding = make_finding(session, town, number, severity=columns.pop("severity", Severity.GENERAL))
    alert = {"acknowledge_by": columns.pop("acknowledge_by", None)}
    made = make_alert(session, make_event(session, finding, move, at=at, **columns), town.people[who], **alert)
    session.commit()
    return made


def test_what_is_not_urgent_comes_once_on_the_next_working_morning(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    tell(session, town, "leader", Move.REVIEW_PASS, 1, MONDAY)
    assert drain(engine, channel, at=MONDAY) == DeliveryReport()
    assert next_delivery_at(session) == TUESDAY
    tell(session, town, "leader", Move.REVIEW_FAIL, 2, MONDAY + timedelta(hours=5))
    assert drain(engine, channel, at=MONDAY + timedelta(hours=5)) == DeliveryReport()
    assert drain(engine, channel, at=TUESDAY - timedelta(seconds=1)) == DeliveryReport()
    assert drain(engine, channel, at=TUESDAY).sent == 1
    (letter,) = channel.carried
    assert letter.to == email(town.people["leader"])
    assert "现将上一份摘要之后的督办事项汇总如下，共2项" in letter.body
    tell(session, town, "leader", Move.REVIEW_PASS, 3, TUESDAY)
    assert drain(engine, channel, at=TUESDAY + timedelta(hours=1)) == DeliveryReport(), "one a day"
    assert next_delivery_at(session) == local(4, 15, 8, 30)


def test_no_digest_comes_on_a_day_that_is_not_worked(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    tell(session, town, "leadership", Move.REVIEW_PASS, 1, FRIDAY)
    drain(engine, channel, at=FRIDAY)
    assert next_delivery_at(session) == local(4, 20, 8, 30)
    early = tell(session, town, "leadership", Move.REVIEW_PASS, 2, local(4, 20, 7))
    drain(engine, channel, at=local(4, 20, 7))
    session.refresh(early)
    assert early.held_until == local(4, 20, 8, 30), "what comes before it comes along"


@pytest.mark.parametrize(
    ("move", "columns"),
    [
        (Move.EXPIRE, {"severity": Severity.MAJOR}),
        (Move.REFUSE, {"to_state": State.ESCALATED, "escalation_level": 1}),
        (Move.REVIEW_FAIL, {"to_state": State.ESCALATED, "escalation_level": 1}),
        (Move.ESCALATE, {"step": "1", "to_state": State.ESCALATED, "escalation_level": 1}),
        (Move.BREACH, {"step": "review"}),
        (Move.REMIND, {"step": "opinion"}),
        (Move.ASK_EXTENSION, {}),
    ],
)
def test_what_is_urgent_goes_at_once(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel, move: Move, columns: dict[str, Any]
) -> None:
    tell(session, town, "leader", move, 1, MONDAY, **columns)
    tell(session, town, "leader", Move.REVIEW_PASS, 2, MONDAY)
    assert drain(engine, channel, at=MONDAY).sent == 1
    assert "-0001" in channel.carried[0].subject
    assert "-0002" not in channel.carried[0].body


@pytest.mark.parametrize("who", ["inspector", "university", "district", "bureau"])
def test_nobody_else_waits(engine: Engine, session: Session, town: Town, channel: RecordingChannel, who: str) -> None:
    tell(session, town, who, Move.REVIEW_PASS, 1, MONDAY)
    assert drain(engine, channel, at=MONDAY).sent == 1


def test_a_leader_who_also_inspects_does_not_wait(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    leader = town.people["leader"]
    session.add(Post(person_id=leader.id, role=Role.INSPECTOR, organization_id=leader.organization_id))
    tell(session, town, "leader", Move.REVIEW_PASS, 1, MONDAY)
    assert drain(engine, channel, at=MONDAY).sent == 1


def test_an_acknowledgement_is_awaited_from_the_digest_on(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    alert = tell(session, town, "leader", Move.REVIEW_PASS, 1, MONDAY, acknowledge_by=local(4, 14, 10))
    drain(engine, channel, at=MONDAY)
    session.refresh(alert)
    assert (alert.held_until, alert.acknowledge_by) == (TUESDAY, local(4, 15))


def test_what_its_reader_acknowledges_meanwhile_awaits_no_acknowledgement(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    alert = tell(session, town, "leader", Move.REVIEW_PASS, 1, MONDAY, acknowledge_by=local(4, 14, 10))

    def acknowledge(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        """In the moment before the digest takes hold of it."""
        if statement.startswith("UPDATE alerts SET") and "held_until" in statement.partition("WHERE")[0]:
            connection.exec_driver_sql("UPDATE alerts SET acknowledge_by = NULL")

    event.listen(engine, "before_cursor_execute", acknowledge)
    drain(engine, channel, at=MONDAY)
    session.refresh(alert)
    assert (alert.held_until, alert.acknowledge_by) == (TUESDAY, None)


def test_what_waits_for_a_digest_is_no_ailment(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    tell(session, town, "leader", Move.REVIEW_PASS, 1, MONDAY)
    drain(engine, channel, at=MONDAY)
    later = MONDAY + timedelta(hours=3)
    assert [check.name for check in check_mail(session, now=later) if check.sentence("zh").endswith("。")] == [
        *("given_up", "addresses", "mail")
    ]
    assert {str(check.status) for check in check_mail(session, now=later)} == {"ok"}


def test_a_digest_that_an_outage_delayed_comes_as_one_message(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    for number, day in enumerate((13, 14, 15), start=1):
        tell(session, town, "leader", Move.REVIEW_PASS, number, local(4, day, 10))
    assert drain(engine, channel, at=local(4, 17, 10)).sent == 1
    assert "共3项" in channel.carried[0].body
    assert session.scalars(select(Alert.message_id).distinct()).all() == [
        session.scalars(select(Alert.message_id).limit(1)).one()
    ]
