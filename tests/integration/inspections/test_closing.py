"""Closing: one notice with all that was found, feedback where nothing was, and the leader hears of both."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.verify import verify
from service.errors import InvalidInput
from service.findings.escalations import void
from service.findings.log import Settlement
from service.findings.rectification_notices import Demand, notify
from service.inspections.closing import Closing, Term, close
from service.inspections.list import view_inspection
from service.models import Document, Finding, Inspection, RectificationNotice
from tests.build.inspections import (
    closed,
    find,
    items_of,
    journal_of,
    lay_checklists,
    opened,
    say,
    sweep_inspections,
    who_heard,
)
from tests.worlds.books import DEADLINE, FOUND_AT, Town, add_evidence, heard, kinds, local, log_finding
from workflows.journal import JournalAct
from workflows.vocabulary import Answer, DocumentKind, Severity, State

NEXT_DAY = FOUND_AT + timedelta(days=1)
EVERYBODY = ["district", "leader", "team_head", "university"]  # but the inspector, who closed it


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """PostgreSQL closes the same in test_races.py and tests/functional/test_inspection_visit.py."""
    return sqlite_url


@pytest.fixture
def inspection(session: Session, town: Town) -> Inspection:
    lay_checklists(session, town)
    return opened(session, town)


def findings_of(session: Session, inspection: Inspection) -> list[Finding]:
    query = select(Finding).where(Finding.inspection_id == inspection.id).order_by(Finding.number)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def notices(session: Session) -> list[RectificationNotice]:
    return list(session.scalars(select(RectificationNotice)))


def test_all_that_was_found_goes_into_one_notice_and_what_was_settled_stays_out(
    session: Session, town: Town, inspection: Inspection
) -> None:
    for number in (12, 14, 54):
        find(session, inspection, number, by=town.inspector)
    photo = add_evidence(session, town.inspector)
    find(session, inspection, 20, by=town.inspector, settled=Settlement([photo], "当场更换"))
    first, second, third, settled = findings_of(session, inspection)
    terms = [
        (second.id, Term("十日内补齐备用设备", working_days=5)),
        (third.id, Term(deadline=local(4, 17))),
    ]
    closing = Closing("总体较好，三项需整改", Term(deadline=DEADLINE), terms)
    close(session, inspection.id, closing, actor=town.inspector, now=NEXT_DAY)
    (notice,) = notices(session)
    assert inspection.notice_id == notice.id
    asked = [
        (one.requirement, one.deadline, one.working_days, one.notice_id) for one in findings_of(session, inspection)
    ]
    items = items_of(session, inspection)
    assert asked == [
        (items[11].requirement_zh, DEADLINE, None, notice.id),
        ("十日内补齐备用设备", None, 5, notice.id),
        (items[53].requirement_zh, local(4, 17), None, notice.id),
        (None, None, None, None),
    ]
    assert [one.state for one in (first, second, third, settled)] == [State.NOTIFIED] * 3 + [State.VERIFIED]
    assert heard(session, first, town, "notify") == ["university"]
    session.commit()
    assert verify(session) == []


def test_the_unit_the_office_the_team_and_the_leader_hear_the_figures_of_the_end(
    session: Session, town: Town, inspection: Inspection
) -> None:
    say(session, inspection, 1, Answer.IN_PLACE, by=town.inspector)
    say(session, inspection, 2, Answer.NOT_SEEN, by=town.inspector)
    find(session, inspection, 12, by=town.inspector)
    find(
        session, inspection, 14, by=town.inspector, settled=Settlement([add_evidence(session, town.inspector)], "已补")
    )
    find(session, inspection, 15, by=town.inspector)
    void(session, findings_of(session, inspection)[-1].id, actor=town.team_head, now=FOUND_AT, reason="看错")
    closed(session, town, inspection)
    assert who_heard(session, town, inspection, "inspection.feedback") == EVERYBODY
    *_, close_, feedback = journal_of(session, inspection)
    assert [close_.act, feedback.act] == [JournalAct.CLOSE, JournalAct.FEEDBACK]
    told = {name: feedback.data[name] for name in ("number", "seen", "findings", "settled", "notice")}
    (notice,) = notices(session)
    assert told == {"number": inspection.number, "seen": 4, "findings": 2, "settled": 1, "notice": notice.number}


def test_where_nothing_was_found_the_unit_has_feedback_all_the_same(
    session: Session, town: Town, inspection: Inspection
) -> None:
    say(session, inspection, 1, Answer.IN_PLACE, by=town.inspector)
    close(session, inspection.id, Closing("未发现问题"), actor=town.inspector, now=NEXT_DAY)
    assert (notices(session), inspection.notice_id) == ([], None)
    assert (inspection.closed_at, inspection.closed_by_id, inspection.summary) == (
        NEXT_DAY,
        town.inspector.id,
        "未发现问题",
    )
    assert who_heard(session, town, inspection, "inspection.feedback") == EVERYBODY


def test_the_feedback_and_the_notice_are_put_on_paper(session: Session, town: Town, inspection: Inspection) -> None:
    say(session, inspection, 1, Answer.IN_PLACE, by=town.inspector)
    view_inspection(
        session, inspection.id, actor=town.inspector, now=FOUND_AT
    )  # what was read before is not told after
    find(session, inspection, 12, by=town.inspector)
    closed(session, town, inspection)
    clean = opened(session, town, organization_id=town.neighbour_college.id)
    say(session, clean, 1, Answer.IN_PLACE, by=town.inspector)
    closed(session, town, clean)
    own = opened(session, town, by=town.university)
    find(session, own, 1, by=town.university)
    closed(session, town, own, by=town.university)
    feedback, letter = DocumentKind.INSPECTION_FEEDBACK, DocumentKind.RECTIFICATION_NOTICE
    asked = {(paper.kind, paper.subject_id): paper for paper in session.scalars(select(Document))}
    assert set(asked) == {(feedback, inspection.id), (letter, inspection.notice_id), (feedback, clean.id)}
    told = asked[feedback, inspection.id].data
    (notice,) = notices(session)
    assert (told["counts"]["total"], told["notice"]) == (71, notice.number)
    assert [one["deadline"] for one in told["findings"]] != [None]


def test_findings_without_requirement_or_deadline_are_named(
    session: Session, town: Town, inspection: Inspection
) -> None:
    find(session, inspection, 12, by=town.inspector)
    log_finding(session, town, inspection_id=inspection.id)  # of no item, which could say what is required
    first, second = findings_of(session, inspection)
    with pytest.raises(InvalidInput) as refused:
        close(session, inspection.id, Closing(), actor=town.inspector, now=NEXT_DAY)
    assert refused.value.fields == {"findings": "demands_missing"}
    assert refused.value.particulars["numbers"] == f"{first.number}, {second.number}"
    with pytest.raises(InvalidInput) as refused:
        closed(session, town, inspection)
    assert refused.value.particulars["numbers"] == second.number
    close(
        session,
        inspection.id,
        Closing(for_all=Term("按附件要求整改", DEADLINE)),
        actor=town.inspector,
        now=NEXT_DAY,
    )
    assert {one.requirement for one in findings_of(session, inspection)} == {"按附件要求整改"}


def test_a_term_for_what_is_not_to_be_notified_is_refused_by_its_place(
    session: Session, town: Town, inspection: Inspection
) -> None:
    find(session, inspection, 12, by=town.inspector)
    find(session, inspection, 14, by=town.inspector)
    first, second = findings_of(session, inspection)
    notify(session, Demand(first.id, "先行整改", DEADLINE), actor=town.inspector, now=FOUND_AT)
    term = Term("整改", DEADLINE)
    terms = [(second.id, term), (first.id, term), (second.id, term)]
    with pytest.raises(InvalidInput) as refused:
        close(session, inspection.id, Closing(terms=terms), actor=town.inspector, now=NEXT_DAY)
    assert refused.value.fields == {
        "findings.0.id": "duplicate",
        "findings.1.id": "not_in_sheet",
        "findings.2.id": "duplicate",
    }
    close(session, inspection.id, Closing(terms=[(second.id, term)]), actor=town.inspector, now=NEXT_DAY)
    assert len(notices(session)) == 2


def test_an_empty_inspection_is_closed_with_a_word_of_why(session: Session, town: Town, inspection: Inspection) -> None:
    say(session, inspection, 1, Answer.NOT_SEEN, by=town.inspector)
    with pytest.raises(InvalidInput) as refused:
        closed(session, town, inspection)
    assert refused.value.fields == {"summary": "nothing_seen"}
    close(session, inspection.id, Closing("误开，未进校"), actor=town.inspector, now=NEXT_DAY)
    assert journal_of(session, inspection)[-1].data["seen"] == 0


def test_what_a_unit_found_itself_begins_with_its_own_deadline(session: Session, town: Town) -> None:
    lay_checklists(session, town)
    inspection = opened(session, town, by=town.university)
    find(session, inspection, 12, by=town.university)
    find(session, inspection, 14, by=town.university)
    _, second = findings_of(session, inspection)
    closing = Closing(for_all=Term(working_days=3), terms=[(second.id, Term("自行补齐", DEADLINE))])
    close(session, inspection.id, closing, actor=town.university, now=NEXT_DAY)
    found = [(one.state, one.deadline, one.requirement) for one in findings_of(session, inspection)]
    assert found == [
        (State.RECTIFYING, local(4, 17), items_of(session, inspection)[11].requirement_zh),
        (State.RECTIFYING, DEADLINE, "自行补齐"),
    ]
    assert notices(session) == []
    assert who_heard(session, town, inspection, "inspection.close") == ["district"]
    assert who_heard(session, town, inspection, "inspection.feedback") == []


def test_a_district_office_checks_itself_and_the_team_hears(session: Session, town: Town) -> None:
    lay_checklists(session, town)
    inspection = opened(session, town, by=town.district, organization_id=town.district_office.id)
    find(session, inspection, 1, by=town.district)
    closed(session, town, inspection, by=town.district)
    assert [one.state for one in findings_of(session, inspection)] == [State.RECTIFYING]
    assert who_heard(session, town, inspection, "inspection.close") == ["inspector", "team_head"]


def test_a_district_office_inspects_and_notifies_its_university(session: Session, town: Town) -> None:
    lay_checklists(session, town)
    inspection = opened(session, town, by=town.district)
    find(session, inspection, 12, by=town.district)
    closed(session, town, inspection, by=town.district)
    assert [one.state for one in findings_of(session, inspection)] == [State.NOTIFIED]
    assert who_heard(session, town, inspection, "inspection.feedback") == [
        "inspector",
        "leader",
        "team_head",
        "university",
    ]


def test_the_clock_has_its_say_before_a_late_closing_and_none_after(
    session: Session, town: Town, inspection: Inspection
) -> None:
    say(session, inspection, 1, Answer.IN_PLACE, by=town.inspector)
    closed(session, town, inspection, at=local(4, 17, 10))  # due on the 15th, and nobody has swept since
    assert [entry.act for entry in journal_of(session, inspection)][-3:] == [
        JournalAct.BREACH,
        JournalAct.CLOSE,
        JournalAct.FEEDBACK,
    ]
    assert inspection.next_action_at is None
    sweep_inspections(session, local(5, 30))
    assert who_heard(session, town, inspection, "inspection.breach") == ["inspector", "team_head"]


def test_a_major_finding_of_the_inspection_told_its_own_before(
    session: Session, town: Town, inspection: Inspection
) -> None:
    log_finding(session, town, inspection_id=inspection.id, severity=Severity.MAJOR)
    close(session, inspection.id, Closing(for_all=Term("立即整改", local(4, 15))), actor=town.inspector, now=NEXT_DAY)
    (finding,) = findings_of(session, inspection)
    assert kinds(session, finding) == ["log.major", "notify"]
