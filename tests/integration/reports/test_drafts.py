"""Weekly reports before they are handed in: drafts of their unit alone, and whoever saw an older version."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.errors import Conflict
from service.reports.submit import save_report_draft, submit_report
from tests.build.weekly import WORDS, hand_in, report_of, view
from tests.worlds.books import Town, local

WEDNESDAY, THURSDAY = local(4, 15, 10), local(4, 16)
A_MOMENT = timedelta(microseconds=1)


def test_a_draft_is_kept_for_its_unit_alone_and_goes_when_it_is_handed_in(session: Session, laid_out: Town) -> None:
    town = laid_out
    report = report_of(session, town.college, 3)
    kept = save_report_draft(
        session, report.id, {"plan": "五一前完成"}, version=1, actor=town.university, now=WEDNESDAY
    )
    assert kept.version == 2
    assert view(session, town.college, 3, actor=town.university, now=WEDNESDAY).draft == {"plan": "五一前完成"}
    for above in (town.district, town.inspector, town.leader, town.leadership):
        seen = view(session, town.college, 3, actor=above, now=WEDNESDAY)
        assert (seen.draft, seen.words) == (None, None)
    hand_in(session, town.college, 3, by=town.university, at=WEDNESDAY)
    assert view(session, town.college, 3, actor=town.university, now=WEDNESDAY).draft is None


def test_a_draft_may_be_begun_before_its_week_but_not_handed_in(session: Session, laid_out: Town) -> None:
    town = laid_out
    report = report_of(session, town.college, 4)
    save_report_draft(session, report.id, WORDS, version=1, actor=town.university, now=WEDNESDAY)
    for too_early in (WEDNESDAY, THURSDAY):
        with pytest.raises(Conflict) as refused:
            submit_report(session, report.id, WORDS, language="zh", actor=town.university, now=too_early)
        assert (refused.value.code, refused.value.particulars["from_at"]) == ("report_too_early", THURSDAY)
        session.rollback()
    hand_in(session, town.college, 4, by=town.university, at=THURSDAY + A_MOMENT)


def test_whoever_saw_an_older_version_is_told(session: Session, laid_out: Town) -> None:
    town = laid_out
    report = report_of(session, town.college, 3)
    save_report_draft(session, report.id, {"plan": "甲"}, version=1, actor=town.university, now=WEDNESDAY)
    with pytest.raises(Conflict, match="stale_version"):
        save_report_draft(session, report.id, {"plan": "乙"}, version=1, actor=town.university, now=WEDNESDAY)
    with pytest.raises(Conflict, match="stale_version"):
        submit_report(session, report.id, WORDS, language="zh", version=1, actor=town.university, now=WEDNESDAY)
    submit_report(session, report.id, WORDS, language="zh", version=2, actor=town.university, now=WEDNESDAY)
