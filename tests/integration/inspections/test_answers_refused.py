"""Answers that are refused: by whom, for which items, against what stands; nothing of them is kept."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.findings.escalations import void
from service.findings.log import NewFinding, Settlement
from service.findings.rectification_notices import Demand, notify
from service.inspections.answer_list import answers_of
from service.inspections.answers import FindingWords, NewAnswer, answer
from service.inspections.findings import log_on_inspection
from service.models import AnswerRevision, Inspection
from tests.build.inspections import closed, find, findings, items_of, lay_checklists, opened, row, say, the_finding
from tests.worlds.books import DEADLINE, FOUND_AT, Town, add_evidence, log_finding
from workflows.vocabulary import Answer, Severity


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is refused before anything is written is refused alike on every database."""
    return sqlite_url


@pytest.fixture
def inspection(session: Session, town: Town) -> Inspection:
    lay_checklists(session, town)
    return opened(session, town)


def test_a_note_is_kept_when_nothing_is_said_of_it(session: Session, town: Town, inspection: Inspection) -> None:
    say(session, inspection, 5, Answer.IN_PLACE, by=town.inspector, note="已看方案")
    say(session, inspection, 5, Answer.NOT_APPLICABLE, by=town.inspector, version=1, leave_note=True)
    stands = row(session, inspection, 5, town).row
    assert stands
    assert stands.note == "已看方案"


@pytest.mark.parametrize("version", [1, 7])
def test_a_version_that_never_was_is_an_error(
    session: Session, town: Town, inspection: Inspection, version: int
) -> None:
    with pytest.raises(InvalidInput) as refused:
        say(session, inspection, 5, Answer.IN_PLACE, by=town.inspector, version=version)
    assert refused.value.fields == {"answers.0.version": "unknown_version"}


def test_items_of_another_list_or_named_twice_are_refused_by_their_place(
    session: Session, town: Town, inspection: Inspection
) -> None:
    strange = items_of(session, opened(session, town, organization_id=town.district_office.id))[0]
    first = items_of(session, inspection)[0]
    batch = [NewAnswer(id_, Answer.IN_PLACE, 0) for id_ in (first.id, strange.id, first.id)]
    with pytest.raises(InvalidInput) as refused:
        answer(session, inspection.id, batch, actor=town.inspector, now=FOUND_AT)
    assert refused.value.fields == {
        "answers.0.item_id": "duplicate",
        "answers.1.item_id": "unknown_reference",
        "answers.2.item_id": "duplicate",
    }


def test_a_very_long_requirement_is_cut_to_what_a_summary_holds(
    session: Session, town: Town, inspection: Inspection
) -> None:
    items_of(session, inspection)[0].requirement_zh = "是" * 600
    say(session, inspection, 1, Answer.NOT_IN_PLACE, by=town.inspector)
    assert len(the_finding(session).summary) == 500
    assert the_finding(session).summary.endswith("是…")


def test_a_voided_finding_is_logged_anew_when_the_item_still_is_not_in_place(
    session: Session, town: Town, inspection: Inspection
) -> None:
    find(session, inspection, 12, by=town.inspector)
    void(session, the_finding(session).id, actor=town.team_head, now=FOUND_AT, reason="写错")
    find(session, inspection, 12, by=town.inspector, version=1, finding=FindingWords("第12项未落实（更正）"))
    assert findings(session) == 2


def test_neither_a_major_hazard_nor_the_units_own_finding_is_settled_on_the_spot(
    session: Session, town: Town, inspection: Inspection
) -> None:
    photo = add_evidence(session, town.inspector)
    major = FindingWords("试卷保管室无人值守", Severity.MAJOR)
    with pytest.raises(Conflict, match="major"):
        find(session, inspection, 54, by=town.inspector, finding=major, settled=Settlement([photo], "已到岗"))
    session.rollback()
    own = opened(session, town, by=town.university)
    settled = Settlement([add_evidence(session, town.university)], "已改")
    with pytest.raises(NotAllowed, match="not_yours"):
        find(session, own, 20, by=town.university, settled=settled)


def test_words_of_a_finding_come_with_what_is_not_in_place_alone(
    session: Session, town: Town, inspection: Inspection
) -> None:
    with pytest.raises(InvalidInput) as refused:
        say(
            *(session, inspection, 1, Answer.IN_PLACE),
            by=town.inspector,
            finding=FindingWords("多余"),
            settled=Settlement([], "多余"),
        )
    assert refused.value.fields == {
        "answers.0.finding": "only_not_in_place",
        "answers.0.settled": "only_not_in_place",
    }


def test_only_those_who_fill_the_inspection_answer(session: Session, town: Town, inspection: Inspection) -> None:
    for actor in (town.district, town.leader, town.leadership):
        with pytest.raises(NotAllowed):
            say(session, inspection, 1, Answer.IN_PLACE, by=actor)
    for actor in (town.university, town.other_inspector, town.bureau, town.admin):
        with pytest.raises(NotFound):
            say(session, inspection, 1, Answer.IN_PLACE, by=actor)


def test_a_finding_is_not_logged_with_an_inspection_of_others_of_another_unit_or_that_is_closed(
    session: Session, town: Town, inspection: Inspection
) -> None:
    of_district = opened(session, town, by=town.district)
    about_neighbour = opened(session, town, organization_id=town.neighbour_college.id)
    done = opened(session, town)
    say(session, done, 1, Answer.IN_PLACE, by=town.inspector)
    closed(session, town, done)
    for strange in (of_district, about_neighbour, done):
        with pytest.raises(InvalidInput) as refused:
            log_finding(session, town, inspection_id=strange.id)
        assert refused.value.fields == {"inspection_id": "unknown_reference"}
    item = items_of(session, opened(session, town, organization_id=town.district_office.id))[0]
    with pytest.raises(InvalidInput) as refused:
        log_finding(session, town, inspection_id=inspection.id, checklist_item_id=item.id)
    assert refused.value.fields == {"checklist_item_id": "unknown_reference"}


def test_a_finding_of_the_inspection_that_was_notified_by_itself_still_stands(
    session: Session, town: Town, inspection: Inspection
) -> None:
    find(session, inspection, 12, by=town.inspector)
    notify(session, Demand(the_finding(session).id, "整改", DEADLINE), actor=town.inspector, now=FOUND_AT)
    with pytest.raises(Conflict, match="finding_stands"):
        say(session, inspection, 12, Answer.NOT_SEEN, by=town.inspector, version=1)


def test_refused_answers_leave_no_trace(session: Session, town: Town, inspection: Inspection) -> None:
    session.commit()
    items = items_of(session, inspection)
    settled = Settlement([], "没有照片")  # the law wants evidence
    batch = [
        NewAnswer(items[0].id, Answer.NOT_IN_PLACE, 0),
        NewAnswer(items[1].id, Answer.NOT_IN_PLACE, 0, settled=settled),
    ]
    with pytest.raises(InvalidInput):
        answer(session, inspection.id, batch, actor=town.inspector, now=FOUND_AT)
    session.rollback()
    assert findings(session) == 0
    assert session.scalar(select(func.count(AnswerRevision.id))) == 0
    assert [one.row for one in answers_of(session, inspection.id, actor=town.inspector) if one.row] == []
    new = NewFinding(town.college.id, "时钟停走", Severity.GENERAL)
    assert log_on_inspection(session, new, actor=town.inspector, now=FOUND_AT).number.endswith("-0001")
