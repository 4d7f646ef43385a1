"""The feedback clock in the books: it tells the right people, once each time, and is silent when it should be."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.alerts.grouping import group
from service.alerts.texts import texts_of
from service.inspections.feedback import next_feedback_at, sweep_feedback
from service.inspections.list import view_inspection
from service.models import Alert, Inspection
from service.rounds.rounds import close_round
from service.rounds.rulebooks import keep_calendar
from tests.build.inspections import closed, journal_of, lay_checklists, opened, say, sweep_inspections, who_heard
from tests.fakes.recording_channel import RecordingChannel
from tests.worlds.books import FOUND_AT, Town, local
from workflows.calendar import shipped_calendar_text
from workflows.journal import JournalAct
from workflows.vocabulary import Answer, Light

BREACH = "inspection.breach"
DUE_AT = local(4, 15)  # two working days after Monday the 13th


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """PostgreSQL sweeps the same in test_races.py and tests/functional/test_inspections.py."""
    return sqlite_url


@pytest.fixture
def inspection(session: Session, town: Town) -> Inspection:
    lay_checklists(session, town)
    return opened(session, town)


def breaches(session: Session, inspection: Inspection) -> list[int]:
    return [entry.data["stage"] for entry in journal_of(session, inspection) if entry.act is JournalAct.BREACH]


def test_the_team_then_the_leader_then_the_leadership_hear_until_it_is_closed(
    session: Session, town: Town, inspection: Inspection
) -> None:
    assert (inspection.feedback_due_at, inspection.next_action_at) == (DUE_AT, DUE_AT)
    heard = []
    for until in (local(4, 15), local(4, 16), local(4, 17), local(4, 20)):
        sweep_inspections(session, until)
        heard.append(who_heard(session, town, inspection, BREACH))
    team = ["inspector", "team_head"]
    assert heard[0] == team
    assert heard[1] == sorted([*team * 2, "leader"])
    assert heard[2] == sorted([*team * 3, "leader", "leader", "leadership"])
    assert heard[3] == sorted([*team * 4, *["leader"] * 3, "leadership", "leadership"])
    assert breaches(session, inspection) == [1, 2, 3, 4]
    say(session, inspection, 1, Answer.IN_PLACE, by=town.inspector, at=local(4, 21, 9))
    closed(session, town, inspection, at=local(4, 21, 10))
    sweep_inspections(session, local(5, 30))
    assert breaches(session, inspection) == [1, 2, 3, 4]


def test_what_the_clock_says_can_be_read(session: Session, town: Town, inspection: Inspection) -> None:
    sweep_inspections(session, DUE_AT)
    texts = set(texts_of(session, session.scalars(select(Alert.id)).all(), "zh").values())
    (said,) = texts
    assert said == (
        f"对明河龙湖学院的{inspection.number}号督查应于2026年4月15日17:00前反馈督查意见，"
        "超过规定时限仍未反馈（督查不到位，第1次提醒），请立即反馈或督促反馈。"
    )
    english = set(texts_of(session, session.scalars(select(Alert.id)).all(), "en").values())
    assert all("telling 1" in text for text in english)


def test_the_office_answers_for_its_own_inspections(session: Session, town: Town) -> None:
    lay_checklists(session, town)
    inspection = opened(session, town, by=town.district)
    sweep_inspections(session, local(4, 16))
    assert who_heard(session, town, inspection, BREACH) == ["district", "district", "leader"]


def test_a_self_check_has_no_such_clock(session: Session, town: Town) -> None:
    lay_checklists(session, town)
    inspection = opened(session, town, by=town.university)
    assert (inspection.feedback_due_at, inspection.next_action_at) == (None, None)


def test_two_sweeps_of_one_instant_tell_once(session: Session, town: Town, inspection: Inspection) -> None:
    assert sweep_feedback(session, now=DUE_AT) == 1
    assert sweep_feedback(session, now=DUE_AT) == 0
    assert breaches(session, inspection) == [1]


def test_an_inspection_that_is_entered_late_is_late_at_once(
    session: Session, town: Town, inspection: Inspection
) -> None:
    late = opened(session, town, inspected_on=local(4, 7).date())
    assert view_inspection(session, late.id, actor=town.inspector, now=FOUND_AT).light is Light.RED
    assert breaches(session, late) == [1]
    assert breaches(session, inspection) == []


def test_a_closed_round_silences_its_inspections(session: Session, town: Town, inspection: Inspection) -> None:
    close_round(session, town.round, now=local(4, 14))
    sweep_inspections(session, local(5, 30))
    session.refresh(inspection)
    assert (inspection.next_action_at, breaches(session, inspection)) == (None, [])
    assert view_inspection(session, inspection.id, actor=town.leader, now=local(5, 30)).light is Light.GREEN


def test_a_new_calendar_moves_what_is_due(session: Session, town: Town, inspection: Inspection) -> None:
    sweep_feedback(session, now=DUE_AT)
    later = opened(session, town, at=local(5, 25, 10))
    keep_calendar(session, shipped_calendar_text().replace("17:00", "16:30"), now=local(5, 25, 11))
    sweep_feedback(session, now=local(5, 25, 11))
    assert (later.feedback_due_at, later.next_action_at) == (local(5, 27, 16, 30), local(5, 27, 16, 30))
    assert inspection.feedback_due_at == DUE_AT  # which was told already


def test_after_an_outage_nobody_is_told_three_times_at_once(
    session: Session, town: Town, inspection: Inspection
) -> None:
    sweep_feedback(session, now=local(4, 22, 9))
    assert breaches(session, inspection) == [1]
    assert next_feedback_at(session) == local(4, 23)


def test_an_inspection_that_fails_is_put_off_and_stops_no_other(
    session: Session, town: Town, inspection: Inspection
) -> None:
    other = opened(session, town, organization_id=town.neighbour_college.id)
    inspection.progress = {"feedback": ["一次", "昨天"]}
    assert sweep_feedback(session, now=DUE_AT) == 2
    assert (breaches(session, inspection), breaches(session, other)) == ([], [1])
    assert inspection.next_action_at == DUE_AT + timedelta(minutes=5)


def test_many_inspections_that_fall_due_together_reach_a_leader_as_one_message(
    session: Session, town: Town, inspection: Inspection
) -> None:
    others = [opened(session, town) for _ in range(7)]
    sweep_feedback(session, now=DUE_AT, limit=3)
    assert group(session, now=DUE_AT, channels=[RecordingChannel()]) == 0  # held back while the rest is due
    sweep_inspections(session, DUE_AT)
    assert group(session, now=DUE_AT, channels=[RecordingChannel()]) == 2
    assert session.scalar(select(func.count(Alert.id))) == 2 * (len(others) + 1)
