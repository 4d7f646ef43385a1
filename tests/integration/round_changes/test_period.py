"""A round's days change under way: lights, reminders, reports and people follow; what has passed stays."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.alerts.texts import texts_of
from service.audit.verify import verify
from service.errors import Conflict, InvalidInput, NotAllowed
from service.findings.view import light_of
from service.models import Alert, Finding, JournalEntry, WeeklyReport
from service.reports.plan import plan_due
from service.round_changes.period import RoundChange, change_round
from service.rounds.rounds import close_round
from tests.worlds.books import Town, local, receive_finding, sweep_until
from tests.worlds.rows import make_round
from workflows.vocabulary import Light

SET_AT, MOVED_AT = local(5, 11, 9), local(5, 12, 9)
DEADLINE = local(6, 5)


def changed(session: Session, town: Town, at: datetime = MOVED_AT, **change: Any) -> None:
    change_round(session, town.round.id, RoundChange(**change), actor=town.admin, now=at, reason="省里通知")


def told_of_exam(session: Session, town: Town) -> dict[str, str]:
    """What each of the town was told of the exam, in Chinese."""
    names = {actor.id: name for name, actor in town.everybody().items()}
    alerts = session.scalars(select(Alert).where(Alert.kind.startswith("round.change"))).all()
    texts = texts_of(session, [alert.id for alert in alerts], "zh")
    return {names[alert.person_id]: texts[alert.id] for alert in alerts}


def test_a_deadline_that_the_exam_overtakes_turns_amber_at_once_and_is_told(session: Session, town: Town) -> None:
    changed(session, town, SET_AT, exam_days=[date(2026, 6, 6), date(2026, 6, 7)])
    late = receive_finding(session, town, at=SET_AT, deadline=DEADLINE)
    in_time = receive_finding(session, town, at=SET_AT, deadline=local(5, 28))
    changed(session, town, exam_days=[date(2026, 5, 30), date(2026, 5, 31)])
    session.refresh(late)
    session.refresh(in_time)
    assert (late.at_risk_at, light_of(late, MOVED_AT)) == (MOVED_AT, Light.AMBER)
    assert light_of(in_time, MOVED_AT) is Light.GREEN
    told = told_of_exam(session, town)
    assert set(told) == {"university", "inspector", "team_head"}
    assert told["university"] == (
        "2026-08督查轮次的考试改为2026年5月30日开始，你单位有1个问题的整改期限（2026-08-0001）已落在考试当日或之后。"
        "请在考试前完成整改并提交整改反馈。"
    )
    assert told["inspector"] == (
        "2026-08督查轮次的考试改为2026年5月30日开始，青石区招生考试办公室所在考区有1个问题的整改期限（2026-08-0001）"
        "已落在考试当日或之后。请督促有关单位在考试前整改到位，并及时复查。"
    )
    assert verify(session) == []


def test_an_exam_that_is_put_off_frees_the_deadlines_again(session: Session, town: Town) -> None:
    late = receive_finding(session, town, at=SET_AT, deadline=DEADLINE)
    changed(session, town, exam_days=[date(2026, 5, 30)])
    assert session.get_one(Finding, late.id, populate_existing=True).at_risk_at == MOVED_AT
    changed(session, town, local(5, 13, 9), exam_days=[date(2026, 7, 11)], ends_on=date(2026, 7, 12))
    assert light_of(session.get_one(Finding, late.id, populate_existing=True), local(5, 13, 9)) is Light.GREEN


def test_a_longer_round_owes_further_reports_and_a_shorter_one_fewer(session: Session, town: Town) -> None:
    def last_owed() -> datetime:
        plan_due(session, now=MOVED_AT)
        owed = select(WeeklyReport.deadline).where(WeeklyReport.organization_id == town.college.id)
        return max(session.scalars(owed))

    assert last_owed() == local(6, 4)
    changed(session, town, exam_days=[date(2026, 7, 11)], ends_on=date(2026, 7, 12))
    assert last_owed() == local(7, 9)
    changed(session, town, ends_on=date(2026, 5, 22))
    assert last_owed() == local(5, 21)


def test_a_round_that_has_not_begun_may_begin_on_another_day(session: Session, town: Town) -> None:
    later = make_round(session, "2027-01", starts_on=date(2027, 3, 1), ends_on=date(2027, 6, 5), exam_days=[])
    change = RoundChange(starts_on=date(2027, 4, 1))
    change_round(session, later.id, change, actor=town.admin, now=MOVED_AT)
    assert later.next_action_at == datetime.combine(date(2027, 4, 1), time.min, UTC)
    with pytest.raises(InvalidInput) as begun:
        changed(session, town, starts_on=date(2026, 5, 1))
    assert begun.value.fields == {"starts_on": "round_has_begun"}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"exam_days": [date(2026, 5, 11)]}, {"exam_days": "day_has_passed"}),
        ({"ends_on": date(2026, 5, 1)}, {"ends_on": "day_has_passed"}),
        ({"ends_on": date(2028, 5, 1)}, {"ends_on": "round_too_long"}),
    ],
)
def test_what_has_passed_is_refused(session: Session, town: Town, change: dict[str, Any], fields: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        changed(session, town, **change)
    assert refused.value.fields == fields


def test_an_exam_that_is_over_cannot_be_moved(session: Session, town: Town) -> None:
    changed(session, town, exam_days=[date(2026, 5, 30)])
    with pytest.raises(InvalidInput) as refused:
        changed(session, town, local(6, 1, 9), exam_days=[date(2026, 7, 11)])
    assert refused.value.fields == {"exam_days": "day_has_passed"}


def test_only_the_administrator_changes_a_round_and_only_an_open_one(session: Session, town: Town) -> None:
    for name, actor in town.everybody().items():
        if name != "admin":
            with pytest.raises(NotAllowed):
                change_round(session, town.round.id, RoundChange(title="督查"), actor=actor, now=MOVED_AT)
    close_round(session, town.round, now=MOVED_AT)
    with pytest.raises(Conflict, match="round_closed"):
        changed(session, town, title="督查")


def test_a_change_is_on_record_with_from_to_and_why(session: Session, town: Town) -> None:
    changed(session, town, title="2026年专升本考试安全督查（改期）")
    changed(session, town, title="2026年专升本考试安全督查（改期）")  # nothing new
    (entry,) = session.scalars(select(JournalEntry).where(JournalEntry.subject_id == town.round.id))
    assert (entry.actor_id, entry.reason, entry.round_id) == (town.admin.id, "省里通知", town.round.id)
    title = {"from": "2026年专升本考试安全督查", "to": "2026年专升本考试安全督查（改期）"}
    assert entry.data["changed"] == {"title": title}


def test_reminders_follow_the_exam(session: Session, town: Town) -> None:
    receive_finding(session, town, at=SET_AT, deadline=DEADLINE)
    changed(session, town, exam_days=[date(2026, 5, 30)])
    sweep_until(session, local(6, 8))
    assert verify(session) == []
