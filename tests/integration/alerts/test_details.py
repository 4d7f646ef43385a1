"""What messages say of findings: all to those who may open them, as far as the office wants it."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.models import Finding, Person
from service.rounds.rulebooks import keep_policy
from tests.build.event_rows import make_alert, make_event, make_overdue
from tests.fakes.recording_channel import RecordingChannel, drain, email
from tests.worlds.books import Town, make_finding
from tests.worlds.rows import NOW
from workflows.policy import shipped_policy_text
from workflows.vocabulary import Move, Origin, State

PROBLEM, PLACE, DEMAND, OPINION = "3号考场监控摄像头黑屏", "教学楼A座", "更换并报送照片", "约谈该校分管负责人"
EVERYBODY = ("inspector", "team_head", "district", "university", "leader", "leadership", "bureau", "committee")
OUTSIDERS = ("other_inspector", "other_team_head", "other_district", "other_university", "other_leader", "neighbour")


def read_by(engine: Engine, channel: RecordingChannel, person: Person) -> str:
    """The letter that the person got."""
    drain(engine, channel)
    (letter,) = [one for one in channel.carried if one.to == email(person)]
    return letter.body


def make_opined(session: Session, town: Town, *told: Person) -> Finding:
    """A finding that was reported to bureau and committee with an opinion."""
    finding = make_finding(session, town, state=State.ESCALATED, reported_at=NOW, location=PLACE, requirement=DEMAND)
    event = make_event(session, finding, Move.OPINE, reason=OPINION, data={"measure": "talk"}, upward=True)
    for person in told:
        make_alert(session, event, person)
    return finding


def use_policy(session: Session, town: Town, old: str, new: str) -> None:
    text = shipped_policy_text()
    assert old in text
    town.round.policy_version = keep_policy(session, text.replace(old, new), now=NOW)
    session.commit()


@pytest.mark.parametrize("who", EVERYBODY)
def test_whoever_may_open_the_finding_reads_what_it_is_about(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel, who: str
) -> None:
    make_opined(session, town, town.people[who])
    session.commit()
    body = read_by(engine, channel, town.people[who])
    assert f"问题：{PROBLEM}（{PLACE}）" in body
    assert f"要求：{DEMAND}" in body
    assert "期限：2026年5月20日17:00" in body
    assert (OPINION in body) == (who != "university"), "what is said about a unit is not for the unit"


@pytest.mark.parametrize("who", OUTSIDERS)
def test_whoever_may_not_open_it_any_more_gets_nothing(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel, who: str
) -> None:
    make_opined(session, town, town.people[who])
    session.commit()
    assert drain(engine, channel).withdrawn == 1
    assert channel.carried == []


def test_bureau_and_committee_read_nothing_of_what_has_not_reached_them(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    make_overdue(session, town, told=(town.people["bureau"],))
    session.commit()
    assert PROBLEM not in read_by(engine, channel, town.people["bureau"])


def test_a_unit_reads_nothing_of_a_general_finding_before_it_is_notified(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    finding = make_finding(session, town, state=State.FOUND, origin=Origin.CENTRE)
    make_alert(session, make_event(session, finding, Move.BREACH, step="notification"), town.people["university"])
    session.commit()
    drain(engine, channel)
    assert channel.carried == []


def test_reviews_are_quoted_to_the_unit_and_not_to_those_above(
    engine: Engine, session: Session, town: Town, channel: RecordingChannel
) -> None:
    finding = make_finding(session, town, reported_at=NOW)
    event = make_event(session, finding, Move.REVIEW_FAIL, reason="画面仍然黑屏")
    for who in ("university", "bureau"):
        make_alert(session, event, town.people[who])
    session.commit()
    assert "复查意见：画面仍然黑屏" in read_by(engine, channel, town.people["university"])
    assert "画面仍然黑屏" not in read_by(engine, channel, town.people["bureau"])


@pytest.mark.parametrize(
    ("circle", "brief", "full"),
    [
        ("units", ("university", "district"), ("leader", "bureau")),
        ("centre", ("inspector", "leader", "leadership"), ("university", "committee")),
        ("upward", ("bureau", "committee"), ("district", "leadership")),
    ],
)
def test_an_office_may_keep_the_messages_of_a_circle_brief(
    engine: Engine,
    session: Session,
    town: Town,
    channel: RecordingChannel,
    circle: str,
    brief: tuple[str, ...],
    full: tuple[str, ...],
) -> None:
    use_policy(session, town, f'{circle} = "full"', f'{circle} = "brief"')
    make_opined(session, town, *(town.people[who] for who in (*brief, *full)))
    session.commit()
    drain(engine, channel, at=NOW + timedelta(minutes=1))
    bodies = {letter.to: letter.body for letter in channel.carried}
    assert not any(
        secret in bodies[email(town.people[who])] for who in brief for secret in (PROBLEM, PLACE, DEMAND, OPINION)
    )
    assert all(PROBLEM in bodies[email(town.people[who])] for who in full)
