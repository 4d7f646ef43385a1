"""What is not in place becomes a finding, once, filled in from its item; and may be put right on the spot."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.audit.verify import verify
from service.errors import Conflict, InvalidInput
from service.findings.escalations import void
from service.findings.log import Settlement
from service.inspections.answers import FindingWords
from service.models import Inspection
from tests.build.inspections import find, findings, items_of, lay_checklists, opened, row, say, the_finding
from tests.worlds.books import FOUND_AT, Town, add_evidence, log_finding
from workflows.vocabulary import Answer, Severity, State

TOMORROW = FOUND_AT + timedelta(days=1)


@pytest.fixture
def inspection(session: Session, town: Town) -> Inspection:
    lay_checklists(session, town)
    return opened(session, town)


def test_what_is_not_in_place_is_logged_with_all_that_the_item_says(
    session: Session, town: Town, inspection: Inspection
) -> None:
    item, photo = items_of(session, inspection)[11], add_evidence(session, town.inspector)
    say(session, inspection, 12, Answer.NOT_IN_PLACE, by=town.inspector, note="5月底前难以完成", evidence_ids=[photo])
    finding = the_finding(session)
    assert finding.summary == f"未落实：{item.requirement_zh.rstrip('。')}"
    assert (finding.severity, finding.state, finding.details) == (Severity.GENERAL, State.FOUND, "5月底前难以完成")
    assert (finding.inspection_id, finding.checklist_item_id) == (inspection.id, item.id)
    assert finding.checklist_item
    assert finding.checklist_item.category == "标准化考点建设"
    seen = row(session, inspection, 12, town)
    assert seen.finding is finding
    assert [one.id for one in seen.evidence] == [photo]
    session.commit()
    assert verify(session) == []


def test_the_finding_may_be_worded_by_the_inspector(session: Session, town: Town, inspection: Inspection) -> None:
    words = FindingWords("备用设备不足", Severity.MAJOR, "仅有一台", "信息中心")
    find(session, inspection, 14, by=town.inspector, finding=words, note="另有说明")
    finding = the_finding(session)
    assert (finding.summary, finding.severity, finding.details, finding.location) == (
        "备用设备不足",
        Severity.MAJOR,
        "仅有一台",
        "信息中心",
    )


def test_an_item_that_is_not_in_place_opens_one_finding_however_often_it_is_said(
    session: Session, town: Town, inspection: Inspection
) -> None:
    find(session, inspection, 12, by=town.inspector)
    find(session, inspection, 12, by=town.team_head, version=1, note="复核属实", finding=None)
    find(session, inspection, 12, by=town.team_head, version=2, note="复核属实", finding=FindingWords("第12项未落实"))
    assert findings(session) == 1
    with pytest.raises(InvalidInput) as refused:
        find(session, inspection, 12, by=town.team_head, version=2, finding=FindingWords("换一种说法"))
    assert refused.value.fields == {"answers.0.finding": "finding_differs"}


def test_another_inspection_finds_the_same_anew(session: Session, town: Town, inspection: Inspection) -> None:
    find(session, inspection, 12, by=town.inspector)
    find(session, opened(session, town, by=town.district), 12, by=town.district)
    assert findings(session) == 2


def test_while_the_finding_stands_the_answer_does_too_and_goes_only_with_a_voided_one(
    session: Session, town: Town, inspection: Inspection
) -> None:
    find(session, inspection, 12, by=town.inspector)
    finding = the_finding(session)
    with pytest.raises(Conflict) as refused:
        say(session, inspection, 12, Answer.IN_PLACE, by=town.inspector, version=1)
    assert (refused.value.code, refused.value.particulars["finding"]) == ("finding_stands", finding.number)
    void(session, finding.id, actor=town.team_head, now=FOUND_AT, reason="看错楼")
    say(session, inspection, 12, Answer.IN_PLACE, by=town.inspector, version=1)
    assert row(session, inspection, 12, town).finding is None
    find(session, inspection, 12, by=town.inspector, version=2, at=TOMORROW)
    assert findings(session) == 2
    assert row(session, inspection, 12, town).finding is not finding


def test_what_is_put_right_on_the_spot_is_settled_in_the_same_act(
    session: Session, town: Town, inspection: Inspection
) -> None:
    photo = add_evidence(session, town.inspector)
    find(session, inspection, 20, by=town.inspector, settled=Settlement([photo], "当场更换挂钟"))
    seen = row(session, inspection, 20, town)
    assert seen.row
    assert seen.finding
    assert (seen.row.answer, seen.finding.state) == (Answer.NOT_IN_PLACE, State.VERIFIED)
    with pytest.raises(Conflict, match="finding_stands"):
        say(session, inspection, 20, Answer.IN_PLACE, by=town.inspector, version=1)


def test_what_was_found_in_the_morning_is_settled_in_the_afternoon(
    session: Session, town: Town, inspection: Inspection
) -> None:
    find(session, inspection, 20, by=town.inspector)
    photo = add_evidence(session, town.team_head)
    settled = Settlement([photo], "下午已更换")
    find(session, inspection, 20, by=town.team_head, version=1, settled=settled, finding=None, leave_note=True)
    assert (findings(session), the_finding(session).state) == (1, State.VERIFIED)
    with pytest.raises(Conflict, match="wrong_state"):
        find(session, inspection, 20, by=town.team_head, version=2, settled=settled, finding=None)


def test_a_finding_may_be_logged_with_the_inspection_that_its_author_fills(
    session: Session, town: Town, inspection: Inspection
) -> None:
    item = items_of(session, inspection)[11]
    finding = log_finding(session, town, inspection_id=inspection.id, checklist_item_id=item.id)
    assert finding.inspection_id == inspection.id
    find(session, inspection, 12, by=town.team_head, finding=None)
    seen = row(session, inspection, 12, town).finding
    assert seen
    assert (seen.id, findings(session)) == (finding.id, 1)
