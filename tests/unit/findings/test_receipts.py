"""Receipt (签收): signed, deemed, late; and the deadline that counts from it."""

from datetime import datetime
from typing import Any

import pytest

from tests.unit.findings.law import (
    DEADLINE,
    DISTRICT,
    EXAM_ON,
    FOUND_AT,
    RULES,
    TEAM_HEAD,
    UNIT,
    do,
    escalated,
    finding,
    local,
    notified,
    overdue,
    overseer_of,
    rectifying,
    submitted,
)
from workflows.findings.attempts import Refusal, TransitionRefused
from workflows.findings.clocks import next_timer
from workflows.findings.facts import Facts
from workflows.findings.rectification import advance
from workflows.rules import Rules
from workflows.vocabulary import Addressee, Move, Origin, State

DEEMED_AT = local(4, 13)  # one working day after Monday's notice


def counted(days: int = 3, *, rules: Rules = RULES, **particulars: Any) -> Facts:
    facts = finding()
    do(facts, Move.NOTIFY, TEAM_HEAD, FOUND_AT, rules=rules, working_days=days, **particulars)
    return facts


def test_a_deadline_counted_from_receipt_is_open_until_then() -> None:
    facts = counted()
    assert facts.deadline is None
    timer = next_timer(facts, RULES)
    assert timer
    assert (timer.move, timer.due_at) == (Move.DEEM_RECEIVED, DEEMED_AT)


def test_signing_starts_the_deadline() -> None:
    facts = counted()
    do(facts, Move.BEGIN, UNIT, local(4, 12, 15))
    assert facts.state is State.RECTIFYING
    assert (facts.received_at, facts.receipt_deemed) == (local(4, 12, 15), False)
    assert facts.deadline == facts.original_deadline == local(4, 15)


def test_nobody_signs_and_receipt_is_deemed_at_that_instant() -> None:
    facts = counted()
    assert advance(facts, RULES, local(4, 13, 16)) == []
    (transition,) = advance(facts, RULES, DEEMED_AT)
    assert (transition.move, transition.after) == (Move.DEEM_RECEIVED, State.NOTIFIED)
    assert (facts.received_at, facts.receipt_deemed) == (DEEMED_AT, True)
    assert facts.deadline == local(4, 16)


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        (Origin.CENTRE, (Addressee.UNIT, Addressee.TEAM, Addressee.DISTRICT)),
        (Origin.DISTRICT, (Addressee.UNIT, Addressee.DISTRICT)),
        (Origin.UNIT, (Addressee.UNIT, Addressee.DISTRICT)),
    ],
)
def test_unit_overseer_and_district_office_hear_once_of_a_missing_receipt(
    origin: Origin, told: tuple[Addressee, ...]
) -> None:
    facts = notified(origin=origin)
    transitions = advance(facts, RULES, local(4, 19))
    assert [(transition.move, transition.addressees) for transition in transitions] == [(Move.DEEM_RECEIVED, told)]


def test_a_late_sweep_deems_receipt_at_the_instant_it_was_due() -> None:
    facts = counted(days=5)
    advance(facts, RULES, local(4, 15, 9))
    assert (facts.received_at, facts.deadline) == (DEEMED_AT, local(4, 20))


def test_a_receipt_after_it_was_deemed_moves_no_deadline() -> None:
    facts = counted(days=5)
    transition = do(facts, Move.BEGIN, UNIT, local(4, 14, 9))
    assert (transition.before, transition.after) == (State.NOTIFIED, State.RECTIFYING)
    assert (facts.received_at, facts.receipt_deemed, facts.deadline) == (DEEMED_AT, True, local(4, 20))


def test_a_submission_counts_as_receipt() -> None:
    facts = counted()
    do(facts, Move.SUBMIT, UNIT, local(4, 12, 16), evidence=1, submission_id="反馈一")
    assert facts.state is State.RECTIFYING
    assert (facts.received_at, facts.deadline, facts.stopped_at) == (local(4, 12, 16), local(4, 15), local(4, 12, 16))


@pytest.mark.parametrize("facts", [overdue(), escalated(), submitted()], ids=["overdue", "escalated", "submitted"])
def test_a_receipt_is_signed_once(facts: Facts) -> None:
    with pytest.raises(TransitionRefused, match=Refusal.ALREADY_RECEIVED):
        do(facts, Move.BEGIN, UNIT, facts.escalated_at or DEADLINE)


def test_a_receipt_is_only_recorded_once_the_finding_is_overdue() -> None:
    facts = notified(deadline=local(4, 12, 17))
    transition = do(facts, Move.BEGIN, UNIT, local(4, 12, 18))
    assert transition.after is State.OVERDUE
    assert (facts.received_at, facts.deadline) == (local(4, 12, 18), local(4, 12, 17))


def test_a_receipt_starts_no_deadline_once_the_finding_has_gone_up() -> None:
    facts = counted()
    do(facts, Move.REFUSE, TEAM_HEAD, local(4, 12, 12))
    transition = do(facts, Move.BEGIN, UNIT, local(4, 12, 15))
    assert transition.after is State.ESCALATED
    assert (facts.received_at, facts.deadline) == (local(4, 12, 15), None)


@pytest.mark.parametrize(("days", "expected"), [(3, local(4, 15)), (9, local(4, 21))])
def test_instant_and_working_days_combine_by_the_earlier(days: int, expected: datetime) -> None:
    facts = counted(days, deadline=local(4, 21))
    assert facts.deadline == local(4, 21)
    do(facts, Move.BEGIN, UNIT, local(4, 12, 15))
    assert facts.deadline == facts.original_deadline == expected


def test_a_counted_deadline_never_lies_beyond_the_exam() -> None:
    rules = Rules(RULES.policy, RULES.calendar, EXAM_ON)
    facts = counted(100, rules=rules)
    do(facts, Move.BEGIN, UNIT, local(4, 12, 15), rules=rules)
    assert facts.deadline == local(6, 4)


def test_a_counted_deadline_after_the_exam_is_not_bounded_by_it() -> None:
    facts = finding(at=local(6, 7, 9))
    rules = Rules(RULES.policy, RULES.calendar, EXAM_ON)
    do(facts, Move.NOTIFY, TEAM_HEAD, local(6, 7, 9), rules=rules, working_days=2)
    do(facts, Move.BEGIN, UNIT, local(6, 7, 10), rules=rules)
    assert facts.deadline == local(6, 9)


@pytest.mark.parametrize("days", [0, -1])
def test_a_notice_counts_at_least_one_working_day(days: int) -> None:
    with pytest.raises(TransitionRefused, match=Refusal.DEADLINE_PAST):
        counted(days)


def test_a_notice_names_a_deadline_that_is_ahead_and_before_the_exam() -> None:
    rules = Rules(RULES.policy, RULES.calendar, EXAM_ON)
    for deadline, refusal in (
        (None, Refusal.DEADLINE_MISSING),
        (FOUND_AT, Refusal.DEADLINE_PAST),
        (local(6, 5, 12), Refusal.DEADLINE_AFTER_EXAM),
    ):
        with pytest.raises(TransitionRefused, match=refusal):
            do(finding(), Move.NOTIFY, TEAM_HEAD, FOUND_AT, rules=rules, deadline=deadline)
    do(finding(), Move.NOTIFY, TEAM_HEAD, FOUND_AT, rules=rules, deadline=local(6, 4))


@pytest.mark.parametrize("origin", Origin)
def test_a_self_found_finding_begins_with_its_own_deadline(origin: Origin) -> None:
    facts = finding(origin=origin)
    if origin is not Origin.UNIT:
        with pytest.raises(TransitionRefused, match=Refusal.NOT_SELF_FOUND):
            do(facts, Move.BEGIN, UNIT, FOUND_AT, deadline=DEADLINE)
        return
    with pytest.raises(TransitionRefused, match=Refusal.DEADLINE_MISSING):
        do(facts, Move.BEGIN, UNIT, FOUND_AT)
    with pytest.raises(TransitionRefused, match=Refusal.DEADLINE_MISSING):
        do(facts, Move.BEGIN, UNIT, FOUND_AT, working_days=3)
    transition = do(facts, Move.BEGIN, UNIT, FOUND_AT, deadline=DEADLINE)
    assert (transition.after, facts.deadline, transition.addressees) == (
        State.RECTIFYING,
        DEADLINE,
        (Addressee.DISTRICT,),
    )


def test_an_overseer_may_notify_what_a_unit_found_itself() -> None:
    facts = finding(origin=Origin.UNIT)
    assert overseer_of(facts) is DISTRICT
    assert do(facts, Move.NOTIFY, DISTRICT, FOUND_AT, deadline=DEADLINE).after is State.NOTIFIED


def test_receiving_names_no_other_deadline() -> None:
    facts = notified()
    do(facts, Move.BEGIN, UNIT, local(4, 12, 11), deadline=local(5, 28))
    assert facts.deadline == DEADLINE
    assert rectifying().deadline == DEADLINE
