"""Handling opinions (处理意见), people who escalate, deadlines set anew, replies (批复)."""

from datetime import timedelta

import pytest

from tests.unit.findings.law import (
    BUREAU,
    COMMITTEE,
    LEADER,
    LEADERSHIP,
    REFUSED_AT,
    RULES,
    TEAM_HEAD,
    UNIT,
    advance_in_steps,
    do,
    escalated,
    happened,
    local,
    overdue,
    rectifying,
    until,
)
from workflows.findings.attempts import Refusal, TransitionRefused
from workflows.findings.facts import Actor, Facts
from workflows.findings.rectification import advance
from workflows.vocabulary import Addressee, Move, Severity, State

NEXT_DAY = local(4, 15, 10)
NEW_DEADLINE = local(4, 22)


def opine(facts: Facts) -> Facts:
    do(facts, Move.OPINE, LEADERSHIP, NEXT_DAY)
    return facts


def set_anew(facts: Facts) -> Facts:
    do(opine(facts), Move.SET_ANEW, LEADERSHIP, NEXT_DAY, deadline=NEW_DEADLINE)
    return facts


def test_refusing_to_rectify_goes_up_at_once() -> None:
    facts = rectifying()
    transition = do(facts, Move.REFUSE, TEAM_HEAD, REFUSED_AT)
    assert (transition.after, transition.escalation_level) == (State.ESCALATED, 1)
    assert {Addressee.RESPONSIBLE_LEADER, Addressee.LEADERSHIP, Addressee.UNIT} <= set(transition.addressees)
    assert (facts.escalated_at, facts.opinion_awaited_since) == (REFUSED_AT, REFUSED_AT)


def test_an_opinion_is_reported_to_bureau_and_committee_with_or_without_a_new_deadline() -> None:
    facts = escalated()
    transition = do(facts, Move.OPINE, LEADERSHIP, NEXT_DAY)
    assert (transition.after, transition.escalation_level) == (State.ESCALATED, 2)
    assert transition.addressees[:2] == (Addressee.BUREAU, Addressee.COMMITTEE)
    assert facts.reported_at == NEXT_DAY
    again = do(facts, Move.OPINE, LEADERSHIP, NEXT_DAY + timedelta(days=1))
    assert {Addressee.BUREAU, Addressee.COMMITTEE} <= set(again.addressees)


def test_after_an_opinion_without_a_deadline_only_the_weekly_repeat_remains() -> None:
    told = until(opine(escalated()), to=local(4, 29, 10))
    assert told == [("repeat", "04-22 09:00"), ("repeat", "04-29 09:00")]


def test_a_later_opinion_starts_the_week_again() -> None:
    facts = opine(escalated())
    assert until(facts, to=local(4, 22, 10)) == [("repeat", "04-22 09:00")]
    do(facts, Move.OPINE, LEADERSHIP, local(4, 23, 10))
    assert until(facts, to=local(4, 30)) == [("repeat", "04-30 09:00")]


def test_a_deadline_set_anew_starts_a_new_cycle_and_keeps_the_level() -> None:
    facts = escalated()
    facts.failures, facts.partials, facts.extensions = 1, 2, 1
    set_anew(facts)
    assert (facts.state, facts.escalation_level, facts.cycle) == (State.RECTIFYING, 2, 2)
    assert (facts.failures, facts.partials, facts.extensions) == (0, 0, 0)
    assert facts.deadline == facts.original_deadline == NEW_DEADLINE
    assert [kind for kind, _ in until(facts, to=NEW_DEADLINE)] == ["remind.deadline"] * 3


def test_a_deadline_set_anew_and_missed_is_overdue_and_goes_up_at_once_with_its_level_kept() -> None:
    facts = set_anew(escalated())
    transitions = advance_in_steps(facts, RULES, local(4, 22, 18))[-2:]
    assert [(transition.move, transition.after) for transition in transitions] == [
        (Move.EXPIRE, State.OVERDUE),
        (Move.ESCALATE, State.ESCALATED),
    ]
    assert facts.escalation_level == 2
    assert {Addressee.LEADERSHIP, Addressee.BUREAU, Addressee.COMMITTEE} <= set(transitions[1].addressees)
    assert facts.opinion_awaited_since == facts.reported_at == facts.escalated_at == transitions[1].due_at
    assert "opinion_overdue" not in transitions[1].data


def test_after_it_was_missed_again_the_opinion_is_awaited_and_the_week_runs() -> None:
    facts = set_anew(escalated())
    advance_in_steps(facts, RULES, local(4, 22, 18))
    assert until(facts, to=local(4, 30)) == [
        ("breach.opinion", "04-26 17:00"),  # Friday, the make-up Sunday, Monday
        ("breach.opinion", "04-27 17:00"),
        ("breach.opinion", "04-28 17:00"),
        ("repeat", "04-29 09:00"),
        ("breach.opinion", "04-29 17:00"),
        ("breach.opinion", "04-30 17:00"),
    ]


def test_a_pending_submission_stays_pending_and_stops_the_new_deadline() -> None:
    facts = escalated()
    do(facts, Move.SUBMIT, UNIT, local(4, 15, 9), evidence=1, submission_id="反馈一")
    set_anew(facts)
    assert (facts.pending_submission_id, facts.stopped_at) == ("反馈一", NEXT_DAY)
    do(facts, Move.REVIEW_FAIL, TEAM_HEAD, local(4, 16, 10))
    assert (facts.state, facts.deadline) == (State.RECTIFYING, local(4, 16, 10) + (NEW_DEADLINE - NEXT_DAY))


def test_a_deadline_is_set_anew_only_with_an_opinion() -> None:
    with pytest.raises(TransitionRefused, match=Refusal.NO_OPINION):
        do(escalated(), Move.SET_ANEW, LEADERSHIP, NEXT_DAY, deadline=NEW_DEADLINE)
    for deadline, refusal in ((None, Refusal.DEADLINE_MISSING), (NEXT_DAY, Refusal.DEADLINE_PAST)):
        with pytest.raises(TransitionRefused, match=refusal):
            do(opine(escalated()), Move.SET_ANEW, LEADERSHIP, NEXT_DAY, deadline=deadline)


def test_one_who_never_signed_may_still_sign_after_the_deadline_was_set_anew() -> None:
    facts = set_anew(escalated())
    facts.received_at, facts.receipt_signed = None, False
    assert do(facts, Move.BEGIN, UNIT, local(4, 15, 11)).after is State.RECTIFYING
    assert facts.receipt_signed
    assert facts.deadline == NEW_DEADLINE


@pytest.mark.parametrize("person", [LEADER, LEADERSHIP])
def test_a_leader_escalates_naming_the_level_seen(person: Actor) -> None:
    facts = overdue()
    at = local(4, 24, 9)
    with pytest.raises(TransitionRefused, match=Refusal.STALE_LEVEL):
        do(facts, Move.ESCALATE, person, at, from_level=1)
    with pytest.raises(TransitionRefused, match=Refusal.STALE_LEVEL):
        do(facts, Move.ESCALATE, person, at)
    for level in (0, 1):
        transition = do(facts, Move.ESCALATE, person, at, from_level=level)
        assert (transition.after, transition.escalation_level) == (State.ESCALATED, level + 1)
        assert "opinion_overdue" not in transition.data
    with pytest.raises(TransitionRefused, match=Refusal.AT_LAST_LEVEL):
        do(facts, Move.ESCALATE, person, at, from_level=2)


def test_escalating_within_escalated_ends_neither_the_wait_for_an_opinion_nor_its_count() -> None:
    facts = escalated()
    do(facts, Move.ESCALATE, LEADER, NEXT_DAY, from_level=1)
    assert facts.opinion_awaited_since == facts.escalated_at == REFUSED_AT
    assert until(facts, to=local(4, 19)) == [("breach.opinion", "04-19 17:00")]


@pytest.mark.parametrize("person", [BUREAU, COMMITTEE])
def test_bureau_and_committee_reply_to_what_was_reported(person: Actor) -> None:
    facts = opine(escalated())
    transition = do(facts, Move.REPLY, person, NEXT_DAY)
    assert (transition.after, transition.addressees) == (
        State.ESCALATED,
        (Addressee.LEADERSHIP, Addressee.RESPONSIBLE_LEADER),
    )
    with pytest.raises(TransitionRefused, match=Refusal.NOT_REPORTED):
        do(escalated(), Move.REPLY, person, NEXT_DAY)


def test_a_major_finding_reaches_the_bureau_within_its_ladder_after_a_failed_review() -> None:
    facts = rectifying(severity=Severity.MAJOR)
    do(facts, Move.SUBMIT, UNIT, local(4, 13, 10), evidence=1, submission_id="反馈一")
    do(facts, Move.REVIEW_FAIL, TEAM_HEAD, local(4, 13, 11))
    assert happened(advance(facts, RULES, local(4, 15))) == ["remind.opinion"]
    assert happened(advance(facts, RULES, local(4, 16))) == ["breach.opinion", "escalate.2"]
