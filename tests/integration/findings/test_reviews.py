"""复查: by whom, of what, and what failing leads to."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.errors import Conflict, NotAllowed
from service.findings.escalations import refuse, reopen
from service.findings.read import reviews_of
from service.findings.rectification_notices import Demand, notify
from service.findings.reviews import NewReview, returned_to, review
from service.models import Finding
from tests.build.statements import asked, engine_of
from tests.worlds.books import (
    DEADLINE,
    SUBMITTED_AT,
    Town,
    add_evidence,
    heard,
    judge,
    kinds,
    local,
    log_finding,
    receive_finding,
    submit_finding,
)
from workflows.vocabulary import Outcome, Severity, State

AT = SUBMITTED_AT + timedelta(hours=2)


def submitted(session: Session, town: Town, **given: Any) -> Finding:
    finding = receive_finding(session, town, **given)
    submit_finding(session, town, finding)
    return finding


def found_by_the_district(session: Session, town: Town, severity: Severity = Severity.GENERAL) -> Finding:
    finding = log_finding(session, town, by=town.district, severity=severity)
    notify(session, Demand(finding.id, "整改", DEADLINE), actor=town.district, now=finding.created_at)
    submit_finding(session, town, finding)
    return finding


def test_passing_closes_and_tells(session: Session, town: Town) -> None:
    finding = submitted(session, town)
    photograph = add_evidence(session, town.team_head)
    new = NewReview(Outcome.PASS, "抽查10间，全部正常", evidence_ids=[photograph])
    made = review(session, finding.id, new, actor=town.team_head, now=AT)
    session.refresh(finding)
    assert (finding.state, finding.verified_at, finding.next_action_at) == (State.VERIFIED, AT, None)
    assert heard(session, finding, town, "review_pass") == ["district", "university"]
    assert [row.id for row in reviews_of(session, finding, actor=town.university)] == [made.id]


def test_partial_says_what_remains_and_gives_back_the_time_that_was_left(session: Session, town: Town) -> None:
    finding = submitted(session, town)
    new = NewReview(Outcome.PARTIAL, "30间中8间完成", remaining="还有22间")
    made = review(session, finding.id, new, actor=town.inspector, now=local(4, 24, 12))
    session.refresh(finding)
    assert (made.remaining, finding.state) == ("还有22间", State.RECTIFYING)
    assert (finding.deadline, finding.original_deadline) == (local(4, 30, 11), DEADLINE)  # 31 hours of work


def test_the_second_failure_of_a_general_and_the_first_of_a_major_finding_escalates(
    session: Session, town: Town
) -> None:
    general, major = submitted(session, town), submitted(session, town, severity=Severity.MAJOR)
    judge(session, town, general, Outcome.FAIL, at=AT)
    judge(session, town, major, Outcome.FAIL, at=AT)
    assert (kinds(session, general)[-1], kinds(session, major)[-1]) == ("review_fail", "review_fail")
    session.expire_all()
    assert (general.state, major.state, major.escalation_level) == (State.RECTIFYING, State.ESCALATED, 1)
    assert "leadership" in heard(session, major, town, "review_fail")
    submit_finding(session, town, general, at=AT + timedelta(hours=1))
    judge(session, town, general, Outcome.FAIL, at=AT + timedelta(hours=2))
    session.refresh(general)
    assert (general.state, general.escalation_level) == (State.ESCALATED, 1)


def test_nothing_is_reviewed_before_it_is_handed_in_or_twice(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    with pytest.raises(Conflict, match="nothing_pending"):
        judge(session, town, finding, Outcome.PASS, at=AT)
    submit_finding(session, town, finding)
    judge(session, town, finding, Outcome.FAIL, at=AT)
    with pytest.raises(Conflict, match="nothing_pending"):
        judge(session, town, finding, Outcome.PASS, at=AT)


def test_the_district_office_reviews_what_it_found_until_the_centre_takes_over(session: Session, town: Town) -> None:
    own, major = found_by_the_district(session, town), found_by_the_district(session, town, Severity.MAJOR)
    gone_up = found_by_the_district(session, town)
    word = NewReview(Outcome.PASS, "已改好")
    review(session, own.id, word, actor=town.district, now=AT)
    with pytest.raises(NotAllowed):
        review(session, gone_up.id, word, actor=town.inspector, now=AT)
    review(session, gone_up.id, NewReview(Outcome.FAIL, "未改"), actor=town.district, now=AT)
    refuse(session, gone_up.id, actor=town.district, now=AT, reason="拒不整改")
    submit_finding(session, town, gone_up, at=AT + timedelta(hours=1))
    for finding in (major, gone_up):
        with pytest.raises(NotAllowed, match="not_yours"):
            review(session, finding.id, word, actor=town.district, now=AT + timedelta(hours=2))
        review(session, finding.id, word, actor=town.inspector, now=AT + timedelta(hours=2))


@pytest.mark.parametrize("name", ["university", "leader", "leadership", "district"])
def test_the_unit_and_those_who_do_not_inspect_review_nothing(session: Session, town: Town, name: str) -> None:
    finding = submitted(session, town)
    with pytest.raises(NotAllowed, match="not_yours"):
        review(session, finding.id, NewReview(Outcome.PASS, "好"), actor=town.everybody()[name], now=AT)


def test_what_a_look_back_finds_again_begins_a_new_cycle(session: Session, town: Town) -> None:
    finding = submitted(session, town)
    judge(session, town, finding, Outcome.PASS, at=AT)
    reopen(session, finding.id, actor=town.inspector, now=local(5, 6, 9), reason="再次黑屏", deadline=local(5, 13))
    session.refresh(finding)
    assert (finding.state, finding.cycle, finding.recurrences, finding.verified_at) == (State.RECTIFYING, 2, 1, None)
    assert finding.deadline == local(5, 13)
    assert finding.next_action_at is not None


def test_what_came_back_is_the_newest_review_of_each_and_no_more_is_read_than_is_shown(
    session: Session, town: Town
) -> None:
    later, first, passed = (submitted(session, town) for _ in range(3))
    for finding in (later, first):
        judge(session, town, finding, Outcome.PARTIAL, at=AT)
        submit_finding(session, town, finding, at=AT + timedelta(hours=1))
        judge(session, town, finding, Outcome.FAIL, at=AT + timedelta(hours=2))
    judge(session, town, passed, Outcome.PASS, at=AT)
    session.refresh(later)
    assert later.deadline is not None
    later.deadline += timedelta(days=1)
    session.commit()
    both = returned_to(session, actor=town.university, limit=10)
    assert [(one.finding_id, one.outcome) for one in both] == [(first.id, Outcome.FAIL), (later.id, Outcome.FAIL)]
    with asked(engine_of(session)) as statements:
        assert [one.finding_id for one in returned_to(session, actor=town.university, limit=1)] == [first.id]
    assert ["LIMIT" in statement for statement, _ in statements] == [True], "the others are left where they are"
    assert returned_to(session, actor=town.district, limit=10) == []
