"""A mail that is given up tells somebody: administrators and the next above, once, and nothing of what it said."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from service.alerts.channels.transport import PermanentFailure
from service.alerts.inbox import alerts
from service.alerts.texts import texts_of
from service.audit.verify import verify
from service.models import Alert, Person, Post
from service.people.callers import caller_of
from tests.build.event_rows import make_overdue
from tests.fakes.recording_channel import RecordingChannel, drain, email
from tests.worlds.books import Town
from tests.worlds.rows import NOW
from workflows.vocabulary import Role

UNREACHED = "organization.change.unreached"


def told(session: Session) -> list[str]:
    """Names of those in whose inbox it stands that somebody is not reached: nothing was written that is not read."""
    people = session.scalars(select(Person).order_by(Person.name)).all()
    inboxes = {person.name: alerts(session, actor=caller_of(session, person).actor).items for person in people}
    names = [name for name, inbox in inboxes.items() for alert in inbox if alert.kind == UNREACHED]
    assert len(names) == session.scalar(select(func.count()).where(Alert.kind == UNREACHED))
    session.commit()
    return names


@pytest.mark.parametrize(
    ("who", "above"),
    [
        ("university", ["district"]),
        ("district", ["inspector", "team_head"]),
        ("inspector", ["leader"]),
        ("leader", ["leadership"]),
    ],
)
def test_administrators_and_the_next_above_hear_once_that_somebody_is_not_reached(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel, who: str, above: list[str]
) -> None:
    lost = town.people[who]
    channel.failures[email(lost)] = PermanentFailure("550 no such user")
    for number in (1, 2):
        make_overdue(session, town, number, told=(lost,))
        session.commit()
        drain(engine, channel, at=NOW + timedelta(minutes=number))
    hearers = [town.people[name] for name in ("admin", *above)]
    assert told(session) == sorted(person.name for person in hearers)
    assert set(channel.readers) == {email(person) for person in hearers}
    ids = session.scalars(select(Alert.id).where(Alert.kind == UNREACHED)).all()
    for language in ("zh", "en"):
        for text in texts_of(session, ids, language).values():
            assert lost.name not in text
            assert "黑屏" not in text
            assert email(lost) not in text
    assert verify(session) == []


def test_the_next_above_is_found_by_the_post_in_which_it_would_have_been_read(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    """The main post may be one that nobody stands above."""
    lost = town.people["university"]
    lost.role, lost.organization_id = Role.LEADERSHIP, town.people["leadership"].organization_id
    session.add(Post(person_id=lost.id, role=Role.UNIVERSITY, organization_id=town.college.id))
    channel.failures[email(lost)] = PermanentFailure("550 no such user")
    make_overdue(session, town, told=(lost,))
    session.execute(update(Alert).values(role=Role.UNIVERSITY))
    session.commit()
    drain(engine, channel)
    assert told(session) == sorted(town.people[name].name for name in ("admin", "district"))


def test_nobody_is_sent_round_in_circles_when_no_mail_is_taken_at_all(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    channel.failures = {email(person): PermanentFailure("554 spam") for person in town.people.values()}
    make_overdue(session, town, told=(town.people["university"],))
    session.commit()
    for minute in range(1, 8):
        drain(engine, channel, at=NOW + timedelta(minutes=minute))
    heard = told(session)
    assert len(heard) <= 2 * len(town.people)
    before = len(channel.tried)
    drain(engine, channel, at=NOW + timedelta(hours=1))
    assert len(channel.tried) == before, "it comes to rest"
