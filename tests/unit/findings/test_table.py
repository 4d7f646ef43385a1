"""The table of moves: every state × move × role, in every situation that makes a difference."""

from dataclasses import replace
from functools import cache
from itertools import product

import pytest

from tests.unit.findings.law import ACTORS, RULES, finding
from tests.unit.findings.oracle import TARGETS, Situation, attempt_of, expected, facts_of, situations
from workflows.findings.attempts import Refusal, TransitionRefused
from workflows.findings.facts import Actor, Facts
from workflows.findings.rectification import WITHIN_ANOTHER, allowed_moves, apply
from workflows.findings.table import MACHINE, TABLE
from workflows.vocabulary import Move, State

MOVES = [move for move in Move if move is not Move.LOG]  # logging makes a finding, it does not move one


@cache
def answer_in(case: Situation, move: Move, role: str) -> State | Refusal:
    return answer(facts_of(case), move, ACTORS[role])


def answer(facts: Facts, move: Move, actor: Actor) -> State | Refusal:
    """What the law says; a refusal must leave the finding as it was."""
    before = replace(facts)
    try:
        transition = apply(facts, attempt_of(move, actor, facts), RULES)
    except TransitionRefused as refused:
        assert facts == before
        return refused.refusal
    assert (transition.before, transition.after) == (before.state, facts.state)
    return facts.state


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("state", State)
def test_a_move_does_what_the_design_says(state: State, move: Move) -> None:
    for role, case in product(ACTORS, situations(state)):
        assert answer_in(case, move, role) == expected(move, ACTORS[role], case), (role, case)


@pytest.mark.parametrize("role", [role for role in ACTORS if role != "clock"])
@pytest.mark.parametrize("state", State)
def test_what_a_caller_may_do_is_what_firing_permits(state: State, role: str) -> None:
    for case in situations(state):
        offered = allowed_moves(facts_of(case), ACTORS[role], RULES)
        fired = [
            move for move in MOVES if move not in WITHIN_ANOTHER and isinstance(answer_in(case, move, role), State)
        ]
        assert offered == fired, case


@pytest.mark.parametrize("move", MOVES)
def test_nothing_moves_a_voided_finding(move: Move) -> None:
    for role, state in product(ACTORS, State):
        facts = facts_of(next(situations(state)))
        facts.voided_at = facts.created_at
        assert answer(facts, move, ACTORS[role]) in (Refusal.VOIDED, Refusal.NOT_YOURS), (role, state)
        assert allowed_moves(facts, ACTORS[role], RULES) == [], (role, state)


def test_the_oracle_and_the_table_know_the_same_moves() -> None:
    assert {row.move for row in TABLE} == set(TARGETS) == set(MOVES)


def test_logging_is_no_move_of_the_machine() -> None:
    assert Move.LOG not in MACHINE.events
    with pytest.raises(KeyError):
        apply(finding(), attempt_of(Move.LOG, ACTORS["inspector"], finding()), RULES)


def test_there_is_no_seventh_state() -> None:
    assert [str(state) for state in State] == ["found", "notified", "rectifying", "verified", "overdue", "escalated"]
    assert set(MACHINE.states) == {state.name for state in State}


def test_a_refusal_says_which_move_and_why() -> None:
    facts = finding()
    with pytest.raises(TransitionRefused, match="settle: not_yours") as refused:
        apply(facts, attempt_of(Move.SETTLE, ACTORS["university"], facts), RULES)
    assert (refused.value.move, refused.value.refusal) == (Move.SETTLE, Refusal.NOT_YOURS)
