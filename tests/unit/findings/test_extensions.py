"""Extensions (延期): asked for, granted, denied, in each state; the clock runs on while one is only asked for."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.unit.findings.law import (
    DEADLINE,
    EXAM_ON,
    FOUND_AT,
    LEADER,
    RULES,
    SUBMITTED_AT,
    TEAM_HEAD,
    UNIT,
    decider_of,
    do,
    escalated,
    finding,
    happened,
    local,
    notified,
    rectifying,
    submitted,
    until,
)
from workflows.findings.attempts import Refusal, TransitionRefused
from workflows.findings.facts import Facts
from workflows.findings.rectification import advance
from workflows.rules import Rules
from workflows.vocabulary import Addressee, Move, Origin, Severity, State

NOON = local(4, 21, 12)
LATER = local(4, 30)  # six working days beyond the deadline
LIMIT = local(5, 10)  # the tenth


def ask(facts: Facts, at: datetime, deadline: datetime = LATER) -> Facts:
    do(facts, Move.ASK_EXTENSION, UNIT, at, deadline=deadline, extension_id="申请")
    return facts


def grant(facts: Facts, at: datetime, deadline: datetime = LATER) -> Facts:
    do(facts, Move.GRANT_EXTENSION, decider_of(facts), at, deadline=deadline)
    return facts


@pytest.mark.parametrize("origin", Origin)
@pytest.mark.parametrize("severity", Severity)
def test_asking_tells_the_one_who_decides(origin: Origin, severity: Severity) -> None:
    facts = rectifying(origin=origin, severity=severity)
    transition = do(facts, Move.ASK_EXTENSION, UNIT, NOON, deadline=LATER, extension_id="申请")
    team_or_district = Addressee.TEAM if origin is Origin.CENTRE else Addressee.DISTRICT
    assert transition.addressees == (
        (Addressee.RESPONSIBLE_LEADER if severity is Severity.MAJOR else team_or_district),
    )
    assert transition.after is State.RECTIFYING


def test_the_clock_runs_on_while_an_extension_is_only_asked_for() -> None:
    facts = ask(rectifying(), NOON)
    assert facts.deadline == DEADLINE
    assert ("expire", "04-23 17:00") in until(facts, to=local(4, 24))
    assert facts.pending_extension_id == "申请"


@pytest.mark.parametrize("build", [notified, rectifying])
def test_a_grant_moves_the_deadline_and_keeps_the_original(build: Callable[[], Facts]) -> None:
    facts = ask(build(), local(4, 12, 12))
    state = facts.state
    grant(facts, local(4, 12, 13))
    assert (facts.state, facts.deadline, facts.original_deadline) == (state, LATER, DEADLINE)
    assert (facts.pending_extension_id, facts.extension_asked_at, facts.extensions) == (None, None, 1)
    assert ("expire", "04-30 17:00") in until(facts, to=local(5, 1))


def test_a_grant_while_awaiting_review_lengthens_what_remains() -> None:
    facts = grant(ask(submitted(), NOON), NOON)
    assert facts.stopped_at == SUBMITTED_AT
    do(facts, Move.REVIEW_FAIL, TEAM_HEAD, NOON)
    assert facts.deadline == local(5, 7, 11)


def test_a_grant_brings_an_overdue_finding_back_to_rectifying_once_received() -> None:
    facts = ask(rectifying(), NOON)
    advance(facts, RULES, local(4, 24, 9))
    assert facts.state is State.OVERDUE
    grant(facts, local(4, 24, 10))
    assert (facts.state, facts.overdue_at) == (State.RECTIFYING, None)
    assert happened(advance(facts, RULES, local(4, 25, 18))) == []


def test_a_grant_brings_an_overdue_finding_back_to_rectifying_once_deemed_received() -> None:
    facts = notified(at=FOUND_AT)
    ask(facts, NOON)
    advance(facts, RULES, local(4, 24, 9))
    assert facts.receipt_deemed
    assert grant(facts, local(4, 24, 10)).state is State.RECTIFYING


def test_a_grant_brings_an_overdue_finding_back_to_notified_when_never_received() -> None:
    facts = ask(notified(deadline=local(4, 12, 17)), local(4, 12, 11), local(4, 20))
    advance(facts, RULES, local(4, 12, 18))
    assert facts.state is State.OVERDUE
    assert grant(facts, local(4, 12, 19), local(4, 20)).state is State.NOTIFIED
    assert happened(advance(facts, RULES, local(4, 13))) == ["deem_received"]


def test_a_grant_while_overdue_and_awaiting_review_stops_the_new_deadline() -> None:
    facts = ask(rectifying(), NOON)
    do(facts, Move.SUBMIT, UNIT, local(4, 24, 9), evidence=1, submission_id="反馈一")
    grant(facts, local(4, 24, 10))
    assert (facts.state, facts.stopped_at) == (State.RECTIFYING, local(4, 24, 10))
    do(facts, Move.REVIEW_PARTIAL, TEAM_HEAD, local(4, 26, 10))
    assert facts.deadline == local(5, 7, 10)


def test_a_denial_leaves_everything_as_it_was() -> None:
    facts = ask(rectifying(), NOON)
    transition = do(facts, Move.DENY_EXTENSION, TEAM_HEAD, NOON)
    assert (transition.after, facts.deadline, facts.extensions) == (State.RECTIFYING, DEADLINE, 0)
    assert facts.pending_extension_id is None
    with pytest.raises(TransitionRefused, match=Refusal.NO_EXTENSION_PENDING):
        do(facts, Move.DENY_EXTENSION, TEAM_HEAD, NOON)


@pytest.mark.parametrize(
    ("deadline", "refusal"),
    [
        (None, Refusal.DEADLINE_MISSING),
        (NOON, Refusal.DEADLINE_PAST),
        (DEADLINE, Refusal.DEADLINE_NOT_LATER),
        (local(6, 5), Refusal.DEADLINE_AFTER_EXAM),
        (local(5, 10, 18), Refusal.EXTENSION_TOO_LONG),
    ],
)
def test_asking_and_granting_keep_within_the_limits(deadline: datetime | None, refusal: Refusal) -> None:
    rules = Rules(RULES.policy, RULES.calendar, EXAM_ON)
    facts = rectifying()
    with pytest.raises(TransitionRefused, match=refusal):
        do(facts, Move.ASK_EXTENSION, UNIT, NOON, rules=rules, deadline=deadline, extension_id="申请")
    ask(facts, NOON)
    with pytest.raises(TransitionRefused, match=refusal):
        do(facts, Move.GRANT_EXTENSION, TEAM_HEAD, NOON, rules=rules, deadline=deadline)


def test_a_deadline_is_moved_twice_in_a_cycle_and_no_further_than_the_limit_from_the_original() -> None:
    facts = rectifying()
    for deadline in (LATER, LIMIT):
        grant(ask(facts, NOON, deadline), NOON, deadline)
    with pytest.raises(TransitionRefused, match=Refusal.EXTENSIONS_USED_UP):
        ask(facts, NOON, LIMIT + timedelta(seconds=1))


def test_the_limit_is_counted_from_the_original_deadline() -> None:
    rules = Rules(replace(RULES.policy, extensions=replace(RULES.policy.extensions, at_most=9)), RULES.calendar)
    facts = grant(ask(rectifying(), NOON), NOON)
    with pytest.raises(TransitionRefused, match=Refusal.EXTENSION_TOO_LONG):
        do(facts, Move.ASK_EXTENSION, UNIT, NOON, rules=rules, deadline=local(5, 11), extension_id="申请二")


def test_a_deadline_that_has_not_started_cannot_be_extended() -> None:
    facts = finding()
    do(facts, Move.NOTIFY, TEAM_HEAD, FOUND_AT, working_days=3)
    with pytest.raises(TransitionRefused, match=Refusal.NO_DEADLINE):
        ask(facts, FOUND_AT)


def test_the_responsible_leader_decides_for_a_major_finding() -> None:
    facts = ask(rectifying(severity=Severity.MAJOR), NOON)
    with pytest.raises(TransitionRefused, match=Refusal.NOT_YOURS):
        do(facts, Move.GRANT_EXTENSION, TEAM_HEAD, NOON, deadline=LATER)
    do(facts, Move.GRANT_EXTENSION, LEADER, NOON, deadline=LATER)
    assert facts.deadline == LATER


def test_escalation_closes_the_request() -> None:
    facts = ask(rectifying(), NOON)
    advance(facts, RULES, local(4, 26))
    assert (facts.state, facts.pending_extension_id, facts.extension_asked_at) == (State.ESCALATED, None, None)
    with pytest.raises(TransitionRefused, match=Refusal.WRONG_STATE):
        ask(escalated(), NOON)


def test_verification_closes_the_request() -> None:
    facts = ask(submitted(), NOON)
    do(facts, Move.REVIEW_PASS, TEAM_HEAD, NOON)
    assert (facts.pending_extension_id, facts.extension_asked_at) == (None, None)


def test_voiding_closes_the_request() -> None:
    facts = ask(rectifying(), NOON)
    do(facts, Move.VOID, LEADER, NOON)
    assert (facts.pending_extension_id, facts.extension_asked_at) == (None, None)
