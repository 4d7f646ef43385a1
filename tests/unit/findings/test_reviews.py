"""Submission (整改反馈) and review (复查): what stops, what resumes, what goes up."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.unit.findings.law import (
    DEADLINE,
    EXAM_ON,
    REFUSED_AT,
    RULES,
    SUBMITTED_AT,
    TEAM_HEAD,
    UNIT,
    do,
    escalated,
    happened,
    local,
    overdue,
    rectifying,
    reviewer_of,
    submitted,
    until,
)
from workflows.findings.attempts import Refusal, TransitionRefused
from workflows.findings.clocks import deadline_runs
from workflows.findings.facts import Facts
from workflows.findings.rectification import advance
from workflows.rules import Rules
from workflows.vocabulary import Addressee, Move, Origin, Severity, State

NOON = local(4, 21, 12)


def submit(facts: Facts, at: datetime, submission_id: str = "反馈二") -> None:
    do(facts, Move.SUBMIT, UNIT, at, evidence=1, submission_id=submission_id)


def review(facts: Facts, move: Move, at: datetime, **particulars: Any) -> State:
    return do(facts, move, reviewer_of(facts), at, **particulars).after


def test_a_submission_stops_the_deadline_that_still_runs() -> None:
    facts = submitted()
    assert (facts.stopped_at, facts.awaiting_review, deadline_runs(facts)) == (SUBMITTED_AT, True, False)
    assert all(kind == "breach.review" for kind, _ in until(facts, to=local(5, 30)))


def test_a_submission_needs_the_evidence_of_the_policy() -> None:
    with pytest.raises(TransitionRefused, match=Refusal.EVIDENCE_MISSING):
        do(rectifying(), Move.SUBMIT, UNIT, SUBMITTED_AT, submission_id="反馈一")


def test_a_partial_review_has_to_say_what_remains() -> None:
    with pytest.raises(TransitionRefused, match=Refusal.REMAINDER_MISSING):
        review(submitted(), Move.REVIEW_PARTIAL, NOON, names_remainder=False)


def test_a_newer_submission_supersedes_and_restarts_nothing() -> None:
    facts = submitted()
    submit(facts, NOON)
    assert facts.pending_submission_id == "反馈二"
    assert (facts.stopped_at, facts.awaiting_review_since) == (SUBMITTED_AT, SUBMITTED_AT)
    with pytest.raises(TransitionRefused, match=Refusal.STALE_SUBMISSION):
        review(facts, Move.REVIEW_PASS, NOON, submission_id="反馈一")
    assert review(facts, Move.REVIEW_PASS, NOON, submission_id="反馈二") is State.VERIFIED


def test_a_newer_submission_after_the_nominal_deadline_is_not_late() -> None:
    facts = submitted(at=local(4, 23, 16))
    submit(facts, local(4, 25, 9))
    assert (facts.state, facts.submitted_late) == (State.RECTIFYING, False)


def test_passing_verifies_and_ends_every_clock() -> None:
    facts = submitted()
    transition = do(facts, Move.REVIEW_PASS, TEAM_HEAD, NOON)
    assert (transition.after, facts.verified_at) == (State.VERIFIED, NOON)
    assert transition.addressees == (Addressee.UNIT, Addressee.DISTRICT, Addressee.TOLD)
    assert until(facts, to=local(12, 31)) == []
    assert not facts.awaiting_review


@pytest.mark.parametrize("move", [Move.REVIEW_PARTIAL, Move.REVIEW_FAIL])
def test_a_deadline_resumes_with_what_remained(move: Move) -> None:
    facts = submitted()
    assert review(facts, move, NOON) is State.RECTIFYING
    assert facts.deadline == local(4, 26, 11)  # 31 hours of work, of which five and twice eight and, on Sunday, eight
    assert facts.original_deadline == DEADLINE
    assert deadline_runs(facts)


@pytest.mark.parametrize("move", [Move.REVIEW_PARTIAL, Move.REVIEW_FAIL])
def test_a_deadline_resumes_with_the_grace_when_less_remained(move: Move) -> None:
    facts = submitted(at=local(4, 23, 16))
    review(facts, move, local(4, 25, 10))
    assert facts.deadline == local(4, 26)


def test_a_resumed_deadline_never_lies_beyond_the_exam() -> None:
    rules = Rules(RULES.policy, RULES.calendar, EXAM_ON)
    facts = rectifying(deadline=local(6, 4), rules=rules)
    do(facts, Move.SUBMIT, UNIT, local(4, 20, 9), rules=rules, evidence=1, submission_id="反馈一")
    do(facts, Move.REVIEW_PARTIAL, TEAM_HEAD, local(4, 21, 9), rules=rules)
    assert facts.deadline == local(6, 4)


def test_a_resumed_deadline_is_reminded_of_anew() -> None:
    facts = submitted()
    review(facts, Move.REVIEW_FAIL, NOON)  # resumes to Monday 26 April, 11:00
    assert until(facts, to=local(4, 26, 20)) == [
        ("remind.deadline", "04-22 09:00"),
        ("remind.deadline", "04-25 09:00"),  # a Sunday that is worked
        ("remind.deadline", "04-26 09:00"),
        ("expire", "04-26 11:00"),
    ]


def test_a_general_finding_goes_up_at_its_second_failure() -> None:
    facts = submitted()
    assert review(facts, Move.REVIEW_FAIL, NOON) is State.RECTIFYING
    submit(facts, NOON)
    transition = do(facts, Move.REVIEW_FAIL, TEAM_HEAD, local(4, 22, 9))
    assert (transition.after, transition.escalation_level, facts.failures) == (State.ESCALATED, 1, 2)
    assert transition.addressees[:3] == (Addressee.UNIT, Addressee.DISTRICT, Addressee.RESPONSIBLE_LEADER)
    assert Addressee.LEADERSHIP in transition.addressees


def test_a_major_finding_goes_up_at_its_first_failure() -> None:
    assert review(submitted(severity=Severity.MAJOR), Move.REVIEW_FAIL, NOON) is State.ESCALATED


def test_a_failed_submission_that_came_late_goes_up_at_once() -> None:
    facts = overdue()
    submit(facts, local(4, 25, 9))
    assert review(facts, Move.REVIEW_FAIL, local(4, 25, 10)) is State.ESCALATED
    assert facts.escalation_level == 1


def test_lateness_is_judged_at_submission() -> None:
    facts = submitted(at=DEADLINE)
    assert review(facts, Move.REVIEW_FAIL, local(4, 25, 10)) is State.RECTIFYING


def test_a_late_submission_that_an_extension_brought_back_still_goes_up_when_it_fails() -> None:
    facts = overdue()
    do(facts, Move.ASK_EXTENSION, UNIT, local(4, 24, 8), deadline=local(4, 30), extension_id="申请一")
    submit(facts, local(4, 24, 9))
    do(facts, Move.GRANT_EXTENSION, TEAM_HEAD, local(4, 24, 10), deadline=local(4, 30))
    assert facts.state is State.RECTIFYING
    assert review(facts, Move.REVIEW_FAIL, local(4, 24, 11)) is State.ESCALATED


def test_partials_beyond_the_limit_count_as_failures() -> None:
    facts, at = submitted(), SUBMITTED_AT
    for number in range(4):
        at += timedelta(hours=1)
        assert review(facts, Move.REVIEW_PARTIAL, at) is State.RECTIFYING
        submit(facts, at, f"第{number + 2}次反馈")
    assert (facts.partials, facts.failures) == (4, 1)  # the fourth was the first that counts
    assert review(facts, Move.REVIEW_PARTIAL, at) is State.ESCALATED
    assert (facts.partials, facts.failures, facts.escalation_level) == (5, 2, 1)


def test_a_partial_that_counts_takes_an_overdue_finding_up() -> None:
    facts = overdue()
    facts.partials = 2
    for state in (State.OVERDUE, State.ESCALATED):
        submit(facts, local(4, 24, 9))
        assert review(facts, Move.REVIEW_PARTIAL, local(4, 24, 10)) is state


def test_reviews_of_an_overdue_finding_resume_nothing() -> None:
    facts = overdue()
    submit(facts, local(4, 24, 9))
    assert review(facts, Move.REVIEW_PARTIAL, local(4, 24, 10)) is State.OVERDUE
    assert facts.deadline == DEADLINE
    assert happened(advance(facts, RULES, local(4, 25))) == ["escalate.1"]


def test_failing_within_escalated_keeps_the_level() -> None:
    facts = escalated()
    submit(facts, local(4, 14, 13))
    transition = do(facts, Move.REVIEW_FAIL, TEAM_HEAD, local(4, 14, 14))
    assert (transition.before, transition.after, transition.escalation_level) == (State.ESCALATED, State.ESCALATED, 1)
    assert Addressee.LEADERSHIP not in transition.addressees


@pytest.mark.parametrize("build", [overdue, escalated])
def test_a_submission_does_not_hold_up_the_ladder(build: Callable[[], Facts]) -> None:
    facts = build()
    without = [step for step in until(build(), to=local(5, 8)) if "breach.review" not in step]
    submit(facts, facts.overdue_at or REFUSED_AT)
    assert [step for step in until(facts, to=local(5, 8)) if "breach.review" not in step] == without


def test_from_level_one_on_only_the_centre_reviews_what_a_district_found() -> None:
    facts = submitted(origin=Origin.DISTRICT)
    assert reviewer_of(facts).role == "district"
    review(facts, Move.REVIEW_FAIL, NOON)
    submit(facts, NOON)
    assert review(facts, Move.REVIEW_FAIL, NOON) is State.ESCALATED
    submit(facts, NOON)
    assert reviewer_of(facts) is TEAM_HEAD
    assert review(facts, Move.REVIEW_PASS, NOON) is State.VERIFIED


def test_verification_ends_the_wait_for_an_opinion_and_keeps_the_level() -> None:
    facts = escalated()
    submit(facts, local(4, 14, 13))
    review(facts, Move.REVIEW_PASS, local(4, 14, 14))
    assert (facts.opinion_awaited_since, facts.escalation_level) == (None, 1)
