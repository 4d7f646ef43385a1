"""Who above hears next if nothing is done: what is foretold is what the clock then does."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.unit.findings.law import (
    DEADLINE,
    FOUND_AT,
    LEADERSHIP,
    REFUSED_AT,
    RULES,
    SUBMITTED_AT,
    UNIT,
    advance_in_steps,
    do,
    escalated,
    finding,
    local,
    overdue,
    policy,
    rectifying,
    submitted,
)
from workflows.findings.audience import Audience
from workflows.findings.facts import Facts
from workflows.findings.next_escalation import NextEscalation, Undone, next_escalation
from workflows.rules import Rules
from workflows.vocabulary import Addressee, Move, Severity, State

ALL = tuple(Audience)
LEADER_THEN_TEAM = (Addressee.RESPONSIBLE_LEADER, Addressee.LEADERSHIP)
UP = (Addressee.BUREAU, Addressee.COMMITTEE)


def ahead(
    facts: Facts, now: datetime, rules: Rules = RULES, audiences: Collection[Audience] = ALL
) -> NextEscalation | None:
    return next_escalation(facts, rules, now, audiences=audiences)


def test_while_the_deadline_runs_it_is_what_happens_without_a_submission() -> None:
    facts = rectifying()
    before = replace(facts)
    told = ahead(facts, FOUND_AT)
    assert told == NextEscalation(Undone.SUBMISSION, DEADLINE, local(4, 25), LEADER_THEN_TEAM, 1)
    assert facts == before
    done = advance_in_steps(facts, RULES, told.at)
    assert done[-1].move is Move.ESCALATE
    assert set(told.hears) <= set(done[-1].addressees)


def test_a_major_one_goes_up_in_the_instant_after_its_deadline() -> None:
    told = ahead(rectifying(severity=Severity.MAJOR), FOUND_AT)
    assert told
    assert (told.unless, told.by, told.level) == (Undone.SUBMISSION, DEADLINE, 1)
    assert told.at - DEADLINE < timedelta(seconds=1)


def test_an_overdue_one_goes_up_unless_it_is_verified_and_an_escalated_one_unless_there_is_an_opinion() -> None:
    assert ahead(overdue(), DEADLINE + timedelta(minutes=1)) == NextEscalation(
        Undone.VERIFICATION, local(4, 25), local(4, 25), LEADER_THEN_TEAM, 1
    )
    assert ahead(escalated(), REFUSED_AT) == NextEscalation(Undone.OPINION, local(4, 19), local(4, 19), UP, 2)


@pytest.mark.parametrize("days", [2, 3, 5])
def test_what_waits_for_an_opinion_says_so_whatever_clock_comes_first(days: int) -> None:
    rules = RULES.under(policy("report_without_opinion_after = 3", f"report_without_opinion_after = {days}"))
    told = ahead(escalated(), REFUSED_AT, rules)
    assert told
    assert (told.unless, told.hears) == (Undone.OPINION, UP)


def test_a_decision_that_is_due_in_the_same_instant_does_not_hide_that_the_unit_is_late() -> None:
    facts = rectifying()
    do(facts, Move.ASK_EXTENSION, UNIT, DEADLINE.replace(hour=2), deadline=local(4, 28), extension_id="申请")
    told = ahead(facts, DEADLINE.replace(hour=2))
    assert told
    assert (told.unless, told.by, told.level) == (Undone.SUBMISSION, DEADLINE, 1)


def test_nobody_is_said_to_hear_that_he_is_late_himself() -> None:
    facts = rectifying(severity=Severity.MAJOR, deadline=local(5, 14))
    do(facts, Move.ASK_EXTENSION, UNIT, FOUND_AT + timedelta(hours=2), deadline=local(5, 20), extension_id="申请")
    told = ahead(facts, FOUND_AT + timedelta(hours=2))
    assert told
    assert (told.unless, Addressee.RESPONSIBLE_LEADER in told.hears) == (Undone.DECISION, False)


def test_breaches_that_a_unit_may_not_see_do_not_end_the_look_ahead() -> None:
    facts = rectifying(deadline=local(6, 30))
    do(facts, Move.ASK_EXTENSION, UNIT, FOUND_AT + timedelta(hours=2), deadline=local(7, 5), extension_id="申请")
    told = ahead(facts, FOUND_AT + timedelta(hours=2), audiences=(Audience.UNIT,))
    assert told
    assert (told.unless, told.by) == (Undone.SUBMISSION, local(6, 30))


def test_what_has_reached_the_top_is_told_there_again_and_again() -> None:
    facts = escalated()
    do(facts, Move.OPINE, LEADERSHIP, local(4, 15, 10))
    told = ahead(facts, local(4, 15, 10))
    assert told
    assert (told.unless, told.hears, told.level) == (Undone.VERIFICATION, UP, 2)


def test_an_office_that_lets_nothing_go_up_without_its_word_is_told_so() -> None:
    never = RULES.under(policy("report_without_opinion_after = 3", 'report_without_opinion_after = "never"'))
    assert ahead(escalated(), REFUSED_AT, never) is None


def test_who_is_late_inside_the_centre_is_not_for_the_unit() -> None:
    waiting = submitted()
    told = ahead(waiting, SUBMITTED_AT)
    assert told
    assert (told.unless, told.hears) == (Undone.REVIEW, (Addressee.RESPONSIBLE_LEADER,))
    assert ahead(waiting, SUBMITTED_AT, audiences=(Audience.UNIT,)) is None
    above = ahead(escalated(), REFUSED_AT, audiences=(Audience.UNIT,))
    assert above
    assert (above.unless, above.hears) == (Undone.VERIFICATION, UP), "not that the leadership's opinion is late"
    found = ahead(finding(), FOUND_AT)
    assert found
    assert found.unless is Undone.NOTIFICATION


def test_nothing_follows_once_it_is_verified_or_its_round_is_closed() -> None:
    assert ahead(finding(state=State.VERIFIED, verified_at=FOUND_AT), FOUND_AT) is None
    assert ahead(rectifying(), FOUND_AT, replace(RULES, silent=True)) is None
