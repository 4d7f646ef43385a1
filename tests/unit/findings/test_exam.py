"""Before the exam: steps that would fall after it begins come forward to the last working moment before it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.findings.law import (
    EXAM_ON,
    LEADERSHIP,
    RULES,
    TEAM_HEAD,
    UNIT,
    advance_in_steps,
    do,
    finding,
    happened,
    local,
    policy,
    rectifying,
    until,
)
from workflows.findings.clocks import at_risk_at
from workflows.findings.rectification import advance
from workflows.rules import Rules
from workflows.vocabulary import Move, Severity, State

BEFORE_EXAM = Rules(RULES.policy, RULES.calendar, EXAM_ON)
LAST_MOMENT = local(6, 4)


def test_the_ladder_of_a_deadline_in_the_last_week_is_climbed_before_the_exam() -> None:
    facts = rectifying(at=local(6, 1, 9), deadline=local(6, 3), rules=BEFORE_EXAM)
    assert until(facts, to=local(6, 5), rules=BEFORE_EXAM)[2:] == [
        ("expire", "06-03 17:00"),
        ("escalate.1", "06-04 17:00"),
        ("breach.opinion", "06-04 17:00"),  # nobody above is left to hear of the missing opinion later
        ("breach.opinion", "06-04 17:00"),
        ("breach.opinion", "06-04 17:00"),
        ("escalate.2", "06-04 17:00"),  # without waiting three days for an opinion
    ]


def test_a_deadline_at_the_last_moment_goes_all_the_way_up_before_the_exam() -> None:
    facts = rectifying(at=local(6, 1, 9), deadline=LAST_MOMENT, rules=BEFORE_EXAM)
    transitions = advance_in_steps(facts, BEFORE_EXAM, local(6, 4, 18))
    kinds = [kind for kind in happened(transitions) if kind != "breach.opinion"]
    assert kinds[-3:] == ["expire", "escalate.1", "escalate.2"]
    assert (facts.state, facts.escalation_level) == (State.ESCALATED, 2)


def test_the_authority_hears_of_its_breach_before_the_exam() -> None:
    facts = finding(at=local(6, 4, 9))
    transitions = advance_in_steps(facts, BEFORE_EXAM, local(6, 5))
    assert [transition.data["stage"] for transition in transitions] == [1, 2, 3]
    assert {transition.due_at for transition in transitions} == {LAST_MOMENT}
    assert [at for _, at in until(facts, to=local(6, 8), rules=BEFORE_EXAM)] == ["06-07 17:00", "06-08 17:00"]


def test_steps_that_count_from_after_the_exam_began_keep_their_days() -> None:
    facts = rectifying(at=local(6, 7, 9), deadline=local(6, 9), rules=BEFORE_EXAM)
    told = until(facts, to=local(6, 10), rules=BEFORE_EXAM)
    assert told[-2:] == [("expire", "06-09 17:00"), ("escalate.1", "06-10 17:00")]


def test_without_an_exam_day_nothing_comes_forward() -> None:
    facts = rectifying(at=local(6, 1, 9), deadline=local(6, 3))
    assert until(facts, to=local(6, 9))[-2:] == [("breach.opinion", "06-09 17:00"), ("escalate.2", "06-09 17:00")]


def test_a_weekend_before_the_exam_waits_for_nobody() -> None:
    facts = rectifying(at=local(6, 1, 9), deadline=LAST_MOMENT, severity=Severity.MAJOR, rules=BEFORE_EXAM)
    do(facts, Move.SUBMIT, UNIT, local(6, 5, 9), rules=BEFORE_EXAM, evidence=1, submission_id="反馈一")
    assert (facts.state, facts.escalation_level) == (State.ESCALATED, 2)
    do(facts, Move.OPINE, LEADERSHIP, local(6, 5, 10), rules=BEFORE_EXAM)
    do(facts, Move.SET_ANEW, LEADERSHIP, local(6, 5, 10), rules=BEFORE_EXAM, deadline=local(6, 5, 20))
    assert facts.deadline == local(6, 5, 20)  # no working moment is left that could bound it


def test_the_office_that_never_reports_without_an_opinion_does_not_before_the_exam_either() -> None:
    never = policy("report_without_opinion_after = 3", 'report_without_opinion_after = "never"')
    rules = Rules(never, RULES.calendar, EXAM_ON)
    facts = rectifying(at=local(6, 1, 9), deadline=local(6, 3), rules=rules)
    advance_in_steps(facts, rules, local(6, 5))
    assert facts.escalation_level == 1


@pytest.mark.parametrize("days", range(7))
def test_every_timer_lies_ahead_in_the_days_around_the_exam(days: int) -> None:
    facts = finding(at=local(6, 3, 9))
    now = local(6, 3, 9) + timedelta(days=days)
    advance(facts, BEFORE_EXAM, now)
    assert advance(facts, BEFORE_EXAM, now) == []
    do(facts, Move.NOTIFY, TEAM_HEAD, now, rules=BEFORE_EXAM, working_days=1)
    assert happened(advance(facts, BEFORE_EXAM, local(6, 30)))[-1].startswith(("escalate", "breach"))


def test_a_deadline_that_a_moved_exam_has_overtaken_is_at_risk_since_the_move() -> None:
    facts = rectifying(at=local(5, 20, 9), deadline=local(6, 11), rules=RULES)
    moved = Rules(RULES.policy, RULES.calendar, EXAM_ON, exam_set_at=local(5, 24, 9))
    assert at_risk_at(facts, RULES) == local(6, 8, 9)  # the first reminder
    assert at_risk_at(facts, moved) == local(5, 24, 9)
    assert at_risk_at(rectifying(at=local(5, 20, 9), deadline=LAST_MOMENT, rules=RULES), moved) == local(6, 1, 9)
    once_begun = rectifying(at=local(6, 7, 9), deadline=local(6, 25), rules=moved)
    assert at_risk_at(once_begun, moved) == local(6, 22, 9)  # there was no time left before the exam
    assert at_risk_at(facts, replace(moved, exam_set_at=local(6, 7, 9))) == local(6, 8, 9)
