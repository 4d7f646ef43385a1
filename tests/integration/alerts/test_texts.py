"""How weekly reports are spoken of, in the inbox and in letters."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.alerts.grouping import group
from service.models import Alert, Message
from service.reports.sweep import sweep_reports
from tests.build.weekly import report_of, sweep_reports_until, texts
from tests.fakes.recording_channel import RecordingChannel, letter_of
from tests.worlds.books import Town, local

THURSDAY, FRIDAY = local(4, 16), local(4, 17)
A_MOMENT = timedelta(microseconds=1)


def test_unit_and_hearers_are_told_in_words_of_their_own(session: Session, laid_out: Town) -> None:
    town = laid_out
    sweep_reports_until(session, FRIDAY + A_MOMENT)
    at, to = "2026年4月16日17:00", "青石区招生考试办公室"
    assert texts(session, town.university) == [
        *[f"你单位2026-08轮次第3周周报应于{at}前报{to}，请按时报送。"] * 2,
        f"你单位2026-08轮次第3周周报未在{at}前报{to}，已逾期。请立即补报。",
        f"你单位2026-08轮次第3周周报应于{at}前报{to}，至今仍未报送，已报告上级。请立即补报并说明原因。",
    ]
    of_college = [text for text in texts(session, town.district) if "明河龙湖学院" in text]
    assert of_college == [
        f"明河龙湖学院2026-08轮次第3周周报未在{at}前报送，已逾期。请督促其立即补报。",
        f"明河龙湖学院2026-08轮次第3周周报应于{at}前报送，至今仍未报送。请督促其立即补报并说明原因。",
    ]
    assert texts(session, town.university, "en")[2] == (
        f"Your report of week 3 of round 2026-08 was due to {to} by 17:00 on Thu 16 Apr 2026 and is late. "
        "Please hand it in at once."
    )


def test_the_letter_of_a_late_report_leads_to_it(session: Session, laid_out: Town) -> None:
    sweep_reports(session, now=THURSDAY + A_MOMENT)
    group(session, now=THURSDAY + timedelta(minutes=1), channels=[RecordingChannel()])
    message = session.scalars(select(Message).where(Message.person_id == laid_out.university.id)).one()
    letter = letter_of(session, message)
    assert letter
    assert letter.subject == "【督办】周报逾期未报：明河龙湖学院"
    assert f"https://duban.exam.example/reports/{report_of(session, laid_out.college, 3).id}" in letter.body


def test_while_reports_are_due_their_alerts_wait_for_each_other(session: Session, laid_out: Town) -> None:
    sweep_reports(session, now=THURSDAY + A_MOMENT, limit=1)
    assert group(session, now=THURSDAY + A_MOMENT, channels=[RecordingChannel()]) == 0
    sweep_reports(session, now=THURSDAY + A_MOMENT)
    assert group(session, now=THURSDAY + A_MOMENT, channels=[RecordingChannel()]) > 0
    assert session.scalar(select(func.count()).where(Alert.message_id.is_(None))) == 0
