"""Weekly reports in the hands of people: drafted, handed in, and handed in again."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.models import ReportVersion
from service.reports.list import ReportFilter, list_reports, seen_report
from service.reports.submit import save_report_draft, submit_report
from service.rounds.rounds import close_round
from service.store.db import sessions
from tests.build.checklists import add_checklist
from tests.build.racing import run_together
from tests.build.weekly import WORDS, entries, hand_in, hearers, report_of, texts, view
from tests.worlds.books import Town, local, log_finding
from workflows.vocabulary import Light, ReportState

WEDNESDAY, THURSDAY = local(4, 15, 10), local(4, 16)
A_MOMENT = timedelta(microseconds=1)


def test_a_report_is_handed_in_to_the_office_above(session: Session, laid_out: Town) -> None:
    town = laid_out
    made = hand_in(session, town.college, 3, by=town.university, at=WEDNESDAY)
    seen = view(session, town.college, 3, actor=town.university, now=WEDNESDAY)
    assert (seen.state, seen.light, seen.words) == (ReportState.SUBMITTED, Light.GREEN, WORDS)
    assert (made.version, made.language, made.submitted_by_id) == (1, "zh", town.university.id)
    assert (seen.report.counted_until, seen.report.submitted_at, seen.report.late) == (WEDNESDAY, WEDNESDAY, False)
    assert hearers(session, town, seen.report) == {"report.submit": ["district"]}
    assert texts(session, town.district) == ["明河龙湖学院已报送2026-08轮次第3周周报，请查阅。"]


def test_the_report_of_an_office_goes_to_its_team(session: Session, laid_out: Town) -> None:
    town = laid_out
    hand_in(session, town.district_office, 3, by=town.district, at=WEDNESDAY)
    assert hearers(session, town, report_of(session, town.district_office, 3)) == {
        "report.submit": ["inspector", "team_head"],
    }


def test_by_five_is_in_time_and_a_moment_later_is_late_for_good(session: Session, laid_out: Town) -> None:
    town = laid_out
    hand_in(session, town.college, 3, by=town.university, at=THURSDAY)
    hand_in(session, town.neighbour_college, 3, by=town.neighbour, at=THURSDAY + A_MOMENT)
    in_time, late = (report_of(session, unit, 3) for unit in (town.college, town.neighbour_college))
    assert (in_time.late, late.late) == (False, True)
    assert in_time.counted_until == late.counted_until == THURSDAY
    assert entries(session, late) == ["submit.late 04-16 17:00"]
    assert texts(session, town.district)[-1] == "明河云台学院已补报2026-08轮次第3周周报（逾期报送），请查阅。"


def test_words_are_revised_and_the_figures_stay_as_they_were(session: Session, laid_out: Town) -> None:
    town = laid_out
    first = hand_in(session, town.college, 3, by=town.university, at=WEDNESDAY)
    log_finding(session, town, by=town.university, at=WEDNESDAY + timedelta(minutes=5))
    second = hand_in(session, town.college, 3, by=town.university, at=local(4, 20, 9), self_check="补充：已复核。")
    assert (second.version, second.figures) == (2, first.figures)
    assert second.figures.total.found == 0
    seen = view(session, town.college, 3, actor=town.university, now=local(4, 20, 10))
    assert seen.words
    assert [version.version for version in seen.versions] == [1, 2]
    assert (seen.words["self_check"], seen.report.submitted_at, seen.report.late) == (
        "补充：已复核。",
        WEDNESDAY,
        False,
    )
    assert entries(session, seen.report) == ["submit 04-15 10:00", "submit.revised 04-20 09:00"]
    assert texts(session, town.district)[-1].startswith("明河龙湖学院已重新报送2026-08轮次第3周周报（第2稿）")


def test_the_same_words_once_more_change_nothing(session: Session, laid_out: Town) -> None:
    town = laid_out
    first = hand_in(session, town.college, 3, by=town.university, at=WEDNESDAY)
    again = hand_in(session, town.college, 3, by=town.university, at=WEDNESDAY + timedelta(minutes=1))
    assert again.id == first.id
    assert entries(session, report_of(session, town.college, 3)) == ["submit 04-15 10:00"]


def test_a_week_that_is_missing_does_not_hold_up_the_next_and_may_still_come(session: Session, laid_out: Town) -> None:
    town = laid_out
    fourth = hand_in(session, town.college, 4, by=town.university, at=local(4, 22, 10))
    third = hand_in(session, town.college, 3, by=town.university, at=local(4, 22, 11))
    assert fourth.figures.since == third.figures.until == THURSDAY


def test_two_who_hand_in_at_once_leave_two_versions_and_one_set_of_figures(
    engine: Engine, session: Session, laid_out: Town
) -> None:
    report_id, actor = report_of(session, laid_out.college, 3).id, laid_out.university
    session.rollback()

    def hands_in(words: str) -> Any:
        def act() -> None:
            with sessions(engine).begin() as own:
                submit_report(own, report_id, {"plan": words}, language="zh", actor=actor, now=WEDNESDAY)

        return act

    assert run_together(*(hands_in(words) for words in "甲乙丙")) == []
    made = session.scalars(select(ReportVersion).order_by(ReportVersion.version)).all()
    assert [one.version for one in made] == [1, 2, 3]
    assert {str(one.figures) for one in made} == {str(made[0].figures)}


def test_only_whoever_owes_it_writes_it(session: Session, laid_out: Town) -> None:
    report = report_of(session, laid_out.college, 3)
    for who in ("district", "inspector", "team_head", "leader", "leadership"):
        with pytest.raises(NotAllowed, match="not_yours"):
            submit_report(session, report.id, WORDS, language="zh", actor=getattr(laid_out, who), now=WEDNESDAY)
        with pytest.raises(NotAllowed, match="not_yours"):
            save_report_draft(session, report.id, WORDS, version=1, actor=getattr(laid_out, who), now=WEDNESDAY)


OUTSIDERS = ("neighbour", "other_university", "other_district", "other_inspector", "other_team_head", "other_leader")


def test_for_outsiders_there_is_no_such_report(session: Session, laid_out: Town) -> None:
    report = report_of(session, laid_out.college, 3)
    for who in (*OUTSIDERS, "bureau", "committee", "admin"):
        actor = getattr(laid_out, who)
        with pytest.raises(NotFound):
            seen_report(session, report.id, actor=actor)
        with pytest.raises(NotFound):
            submit_report(session, report.id, WORDS, language="zh", actor=actor, now=WEDNESDAY)
        with pytest.raises(NotFound):
            save_report_draft(session, report.id, WORDS, version=1, actor=actor, now=WEDNESDAY)
        listed = list_reports(session, ReportFilter(), actor=actor, now=WEDNESDAY, limit=200).items
        assert report.id not in [one.report.id for one in listed]


def test_in_a_closed_round_nothing_is_handed_in_any_more(session: Session, laid_out: Town) -> None:
    close_round(session, laid_out.round, now=WEDNESDAY)
    with pytest.raises(Conflict, match="round_closed"):
        hand_in(session, laid_out.college, 3, by=laid_out.university, at=WEDNESDAY)


def test_words_on_common_problems_are_about_items_of_the_round_each_once(session: Session, laid_out: Town) -> None:
    town = laid_out
    (item,) = add_checklist(session, town.round, [("1-12", "标准化考点建设")])

    def words_on(*ids: str) -> dict[str, Any]:
        return {"common_problems": [{"checklist_item_id": id_, "words": "正在协调"} for id_ in ids]}

    report = report_of(session, town.district_office, 3)
    for ids, place, code in (
        ((item.id, town.round.id), 1, "unknown_reference"),
        ((item.id, item.id), 1, "duplicate"),
    ):
        with pytest.raises(InvalidInput) as refused:
            submit_report(session, report.id, words_on(*ids), language="zh", actor=town.district, now=WEDNESDAY)
        assert refused.value.fields == {f"words.common_problems.{place}.checklist_item_id": code}
    hand_in(session, town.district_office, 3, by=town.district, at=WEDNESDAY, **words_on(item.id))
