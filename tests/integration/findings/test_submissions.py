"""整改反馈: what the unit hands in, when it counts as late, and what it stops."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed
from service.findings.read import evidence_of, submissions_of
from service.findings.reviews import NewReview, review
from service.findings.submissions import submit
from service.findings.sweep import sweep
from service.findings.view import view_finding
from service.models import Finding, Submission
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
    notify_finding,
    receive_finding,
    submit_finding,
    sweep_until,
)
from workflows.vocabulary import Outcome, State


def test_a_submission_stops_the_deadline_and_tells_the_reviewer(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    made = submit_finding(session, town, finding)
    sweep_until(session, DEADLINE + timedelta(hours=1))
    session.refresh(finding)
    assert (finding.state, finding.pending_submission_id, made.late) == (State.RECTIFYING, made.id, False)
    assert "expire" not in kinds(session, finding)
    assert heard(session, finding, town, "submit") == ["inspector", "team_head"]
    shown = view_finding(session, finding, actor=town.university, now=SUBMITTED_AT)
    assert shown.pending_submission is not None
    assert [row.filename for row in evidence_of(session, [finding.id], actor=town.inspector)[finding.id]] == [
        "整改照片.jpg"
    ]


def test_a_submission_while_notified_counts_as_receipt(session: Session, town: Town) -> None:
    finding = notify_finding(session, town)
    at = finding.created_at + timedelta(minutes=5)
    submit_finding(session, town, finding, at=at)
    session.refresh(finding)
    assert (finding.state, finding.received_at) == (State.RECTIFYING, at)


def test_a_submission_at_the_deadline_is_in_time_and_a_microsecond_later_it_is_overdue(
    session: Session, town: Town
) -> None:
    kept, missed = receive_finding(session, town), receive_finding(session, town)
    assert submit_finding(session, town, kept, at=DEADLINE).late is False
    assert submit_finding(session, town, missed, at=DEADLINE + timedelta(microseconds=1)).late is True
    session.expire_all()
    assert (kept.state, missed.state) == (State.RECTIFYING, State.OVERDUE)


def test_a_newer_submission_supersedes_and_makes_a_review_of_the_older_stale(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    first = submit_finding(session, town, finding)
    second = submit_finding(session, town, finding, at=SUBMITTED_AT + timedelta(hours=2))
    stale = NewReview(Outcome.PASS, "已改好", submission_id=first.id)
    with pytest.raises(Conflict, match="stale_submission"):
        review(session, finding.id, stale, actor=town.inspector, now=SUBMITTED_AT + timedelta(hours=3))
    session.refresh(finding)
    assert (finding.pending_submission_id, finding.awaiting_review_since) == (second.id, SUBMITTED_AT)
    assert [row.id for row in submissions_of(session, finding, actor=town.district)] == [first.id, second.id]


def test_nothing_is_handed_in_without_evidence_or_from_the_future(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    session.commit()
    words = {"measures": "已改", "actor": town.university, "now": SUBMITTED_AT}
    with pytest.raises(InvalidInput) as refused:
        submit(session, finding.id, evidence_ids=[], **words)  # type: ignore[arg-type]  # one by one
    assert refused.value.fields == {"evidence_ids": "evidence_missing"}
    tomorrow, ids = date(2026, 4, 22), [add_evidence(session, town.university)]
    with pytest.raises(InvalidInput) as refused:
        submit(session, finding.id, evidence_ids=ids, completed_on=tomorrow, **words)  # type: ignore[arg-type]
    assert refused.value.fields == {"completed_on": "in_future"}
    session.rollback()
    assert session.scalars(select(Submission)).all() == []
    foreign = [add_evidence(session, town.inspector)]
    with pytest.raises(InvalidInput) as refused:
        submit(session, finding.id, evidence_ids=foreign, **words)  # type: ignore[arg-type]
    assert refused.value.fields == {"evidence_ids": "unknown_evidence"}


def test_nothing_is_handed_in_for_what_is_not_notified_or_not_ones_own(session: Session, town: Town) -> None:
    found, received = log_finding(session, town, by=town.university), receive_finding(session, town)
    with pytest.raises(Conflict, match="wrong_state") as refused:
        submit_finding(session, town, found)
    assert refused.value.particulars["state"] == "found"
    assert "begin" in str(refused.value.particulars["allowed_moves"])
    with pytest.raises(NotAllowed):
        submit(session, received.id, actor=town.district, now=SUBMITTED_AT, measures="代交", evidence_ids=[])


def test_a_late_submission_that_fails_escalates_at_once(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    submit_finding(session, town, finding, at=DEADLINE + timedelta(minutes=1))
    judge(session, town, finding, Outcome.FAIL, at=DEADLINE + timedelta(minutes=30))
    session.refresh(finding)
    assert (finding.state, finding.escalation_level) == (State.ESCALATED, 1)


def test_in_overdue_the_ladder_runs_on_marked_as_awaiting_review(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    submit_finding(session, town, finding, at=DEADLINE + timedelta(minutes=1))
    sweep(session, now=local(4, 27))
    assert kinds(session, finding)[-1] == "escalate.1"
    escalated = session.get_one(Finding, finding.id, populate_existing=True)
    assert escalated.pending_submission_id is not None
