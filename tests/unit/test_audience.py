"""Who may read which events: a unit its notices and decisions, the bureau what was reported."""

import pytest

from workflows.audience import Audience, audience, reason_shown_to_unit, told_upward
from workflows.vocabulary import Move

OVERSEER = {Move.BREACH, Move.VOID, Move.OPINE}
CENTRE = {Move.REPLY, Move.REPEAT, Move.ACKNOWLEDGE}
INTERNAL_REASONS = {Move.REFUSE, Move.ESCALATE, Move.OPINE, Move.SET_ANEW, Move.VOID, Move.REPLY, Move.LOG}


@pytest.mark.parametrize("move", Move)
def test_each_event_has_its_circle(move: Move) -> None:
    circle = Audience.OVERSEER if move in OVERSEER else Audience.CENTRE if move in CENTRE else Audience.UNIT
    assert audience(move) is circle


@pytest.mark.parametrize("move", Move)
def test_bureau_and_committee_read_nothing_before_it_was_reported(move: Move) -> None:
    assert not told_upward(move, reported=False)


def test_bureau_and_committee_read_what_happened_but_not_who_was_late_inside() -> None:
    hidden = {move for move in Move if not told_upward(move, reported=True)}
    assert hidden == {Move.BREACH, Move.ACKNOWLEDGE, Move.REMIND, Move.DEEM_RECEIVED}


def test_internal_reasons_are_not_for_the_unit() -> None:
    assert not any(reason_shown_to_unit(move) for move in INTERNAL_REASONS)
    assert reason_shown_to_unit(Move.REVIEW_FAIL)
    assert reason_shown_to_unit(Move.DENY_EXTENSION)
