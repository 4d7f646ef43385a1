"""What the clock says of weekly reports: to whom, once, and how it catches up."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from service.alerts.grouping import group
from service.audit.verify import verify
from service.models import Alert, JournalEntry, Message, WeeklyReport
from service.records.journal import SHOWN_SUBJECTS
from service.reports.sweep import foresee_reports, next_report_at, sweep_reports
from service.rounds.rounds import close_round
from service.store.db import connect, sessions
from tests.build.racing import run_together
from tests.build.statements import asked
from tests.build.weekly import entries, hand_in, hearers, report_of, sweep_reports_until
from tests.fakes.recording_channel import RecordingChannel
from tests.worlds.books import SHANGHAI, Town, local

THURSDAY, FRIDAY = local(4, 16), local(4, 17)
A_MOMENT = timedelta(microseconds=1)


def test_a_university_is_reminded_on_the_day_and_its_district_office_hears_when_it_is_late(
    session: Session, laid_out: Town
) -> None:
    town, report = laid_out, report_of(session, laid_out.college, 3)
    sweep_reports_until(session, THURSDAY)
    assert hearers(session, town, report) == {"report.remind": ["university", "university"]}
    sweep_reports_until(session, THURSDAY + A_MOMENT)
    assert hearers(session, town, report)["report.late"] == ["district", "university"]
    sweep_reports_until(session, FRIDAY + A_MOMENT)
    assert hearers(session, town, report)["report.missing"] == [
        *("district", "inspector", "leader", "team_head", "university"),
    ]
    assert entries(session, report) == [
        *("remind 04-16 09:00", "remind 04-16 15:00", "late 04-16 17:00", "missing 04-17 17:00"),
    ]


def test_a_district_office_that_is_late_is_told_to_its_team_and_leader_then_to_the_leadership(
    session: Session, laid_out: Town
) -> None:
    town, report = laid_out, report_of(session, laid_out.district_office, 3)
    sweep_reports_until(session, local(4, 20) + A_MOMENT)
    assert hearers(session, town, report) == {
        "report.remind": ["district", "district"],
        "report.late": ["district", "inspector", "leader", "team_head"],
        "report.missing": ["district", "inspector", "leader", "leadership", "team_head"],
    }


def test_missing_is_told_each_working_day_until_the_next_report_is_due(session: Session, laid_out: Town) -> None:
    sweep_reports_until(session, local(4, 24, 12))
    assert entries(session, report_of(session, laid_out.college, 3))[3:] == [
        *("missing 04-17 17:00", "missing 04-20 17:00", "missing 04-21 17:00", "missing 04-22 17:00"),
    ]
    assert report_of(session, laid_out.college, 3).next_action_at is None
    assert entries(session, report_of(session, laid_out.college, 4))[2:] == ["late 04-23 17:00"]


def test_the_last_report_of_a_round_falls_silent_after_a_week(session: Session, laid_out: Town) -> None:
    sweep_reports_until(session, local(7, 1))
    assert entries(session, report_of(session, laid_out.college, 10))[-1] == "missing 06-10 17:00"
    assert next_report_at(session) is None
    assert verify(session) == []


def test_what_was_handed_in_is_spoken_of_no_more(session: Session, laid_out: Town) -> None:
    town = laid_out
    hand_in(session, town.college, 3, by=town.university, at=local(4, 16, 10))
    sweep_reports_until(session, local(4, 22))
    assert entries(session, report_of(session, town.college, 3)) == ["submit 04-16 10:00"]
    assert entries(session, report_of(session, town.neighbour_college, 3))[2:4] == [
        *("late 04-16 17:00", "missing 04-17 17:00"),
    ]


def test_a_late_report_that_comes_ends_the_telling(session: Session, laid_out: Town) -> None:
    town = laid_out
    sweep_reports_until(session, local(4, 17, 9))
    hand_in(session, town.college, 3, by=town.university, at=local(4, 17, 10))
    sweep_reports_until(session, local(4, 22))
    assert entries(session, report_of(session, town.college, 3))[2:] == ["late 04-16 17:00", "submit.late 04-17 10:00"]


def test_after_an_outage_each_hears_once_of_each_report_and_no_reminder(session: Session, laid_out: Town) -> None:
    town, recovered_at = laid_out, local(4, 21, 10)
    assert sweep_reports(session, now=recovered_at) == 5
    report = report_of(session, town.college, 3)
    assert entries(session, report) == ["late 04-16 17:00", "missing 04-20 17:00"]
    assert hearers(session, town, report) == {
        "report.missing": ["district", "inspector", "leader", "team_head", "university"],
    }
    assert report.next_action_at == local(4, 21) + A_MOMENT
    group(session, now=recovered_at + timedelta(minutes=1), channels=[RecordingChannel()])
    counted = select(func.count(Message.id)).where(Message.person_id == town.district.id)
    assert session.scalar(counted) == 1


def test_a_reminder_that_the_next_one_has_overtaken_is_dropped(session: Session, laid_out: Town) -> None:
    sweep_reports(session, now=local(4, 16, 16))
    assert entries(session, report_of(session, laid_out.college, 3)) == ["remind 04-16 15:00"]


def test_sweeping_again_says_nothing_again(session: Session, laid_out: Town) -> None:
    sweep_reports(session, now=FRIDAY)
    before = session.scalar(select(func.count(Alert.id)))
    assert sweep_reports(session, now=FRIDAY) == 0
    assert session.scalar(select(func.count(Alert.id))) == before


def test_what_is_foreseen_is_what_is_said(session: Session, laid_out: Town) -> None:
    at = local(4, 21, 10)
    foreseen = foresee_reports(session, at=at)
    assert session.scalar(select(func.count(JournalEntry.id)).where(JournalEntry.subject_kind.in_(SHOWN_SUBJECTS))) == 0
    sweep_reports(session, now=at)
    (steps,) = [steps for unit, week, steps in foreseen if (unit, week) == (laid_out.college.name, 3)]
    said = entries(session, report_of(session, laid_out.college, 3))
    assert [f"{step.act} {step.due_at.astimezone(SHANGHAI):%m-%d %H:%M}" for step in steps] == said
    assert foresee_reports(session, at=at) == []


def test_sweepers_that_meet_say_it_once(engine: Engine, session: Session, laid_out: Town) -> None:
    looked_at: list[int] = []

    def sweeps() -> None:
        with sessions(engine).begin() as own:
            looked_at.append(sweep_reports(own, now=FRIDAY + A_MOMENT))

    assert run_together(*[sweeps] * 4) == []
    assert sum(looked_at) == 5
    said = select(func.count(JournalEntry.id)).where(JournalEntry.subject_kind.in_(SHOWN_SUBJECTS))
    said = said.group_by(JournalEntry.subject_id, JournalEntry.act)
    assert set(session.scalars(said)) == {1}


def test_a_closed_round_is_silent(session: Session, laid_out: Town) -> None:
    close_round(session, laid_out.round, now=local(4, 14))
    assert next_report_at(session) is None
    session.execute(update(WeeklyReport).values(next_action_at=local(4, 16, 9)))  # by a sweep that came in between
    sweep_reports_until(session, local(7, 1))
    assert session.scalar(select(func.count(JournalEntry.id)).where(JournalEntry.subject_kind.in_(SHOWN_SUBJECTS))) == 0
    assert next_report_at(session) is None


def test_nobody_of_another_district_hears(session: Session, laid_out: Town) -> None:
    sweep_reports_until(session, local(4, 22))
    others = {"other_district", "other_university", "other_inspector", "other_team_head", "other_leader", "neighbour"}
    for unit in (laid_out.college, laid_out.district_office):
        told = hearers(session, laid_out, report_of(session, unit, 3))
        assert not others & {name for who in told.values() for name in who}
    nobody = {laid_out.bureau.id, laid_out.committee.id, laid_out.admin.id}
    assert not nobody & set(session.scalars(select(Alert.person_id)))


@pytest.mark.parametrize("lots", [1, 8])
def test_a_batch_is_swept_by_the_set(session: Session, laid_out: Town, lots: int) -> None:
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    moments: list[datetime] = [FRIDAY + A_MOMENT, local(6, 30)]
    with asked(engine) as statements:
        sweep_reports(session, now=moments[lots > 1])
    assert len(statements) <= 14, statements
    assert session.scalar(select(func.count(WeeklyReport.id)).where(WeeklyReport.next_action_at <= FRIDAY)) == 0


def test_looking_for_what_is_due_is_one_probe(postgresql_url: str) -> None:
    engine = connect(postgresql_url)
    with sessions(engine)() as session, asked(engine) as statements:
        next_report_at(session)
        (statement, _), *_ = statements
        session.connection().exec_driver_sql("SET enable_seqscan = off")
        plan = "\n".join(session.connection().exec_driver_sql(f"EXPLAIN {statement}").scalars())
    engine.dispose()
    assert "Index Only Scan using ix_weekly_reports_due" in plan
