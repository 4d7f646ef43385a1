"""Which deadline an event set, asked for or left in force: as events say it today, and as they were written before."""

from typing import Any

import pytest

from tests.unit.findings.law import (
    DEADLINE,
    LEADERSHIP,
    REFUSED_AT,
    RULES,
    UNIT,
    decider_of,
    do,
    escalated,
    local,
    notified,
    rectifying,
)
from workflows.findings.event_deadlines import EventDeadlines, deadlines_of
from workflows.findings.rectification import advance
from workflows.findings.transitions import Transition
from workflows.vocabulary import Move

FRIDAY, WEDNESDAY = DEADLINE.isoformat(), local(4, 28).isoformat()


def deadlines(transition: Transition) -> EventDeadlines:
    assert "deadline" not in transition.data
    return deadlines_of(transition.move, transition.data)


def test_an_event_says_which_deadline_it_set_which_was_asked_for_and_which_is_in_force() -> None:
    facts = rectifying()
    asked = do(facts, Move.ASK_EXTENSION, UNIT, local(4, 20), deadline=local(4, 28), extension_id="申请")
    assert deadlines(asked) == EventDeadlines(set=None, asked=WEDNESDAY, in_force=FRIDAY)
    assert deadlines(asked).spoken_of == WEDNESDAY
    granted = do(facts, Move.GRANT_EXTENSION, decider_of(facts), local(4, 21), deadline=local(4, 28))
    assert deadlines(granted) == EventDeadlines(set=WEDNESDAY, asked=None, in_force=WEDNESDAY)


def test_a_deadline_that_is_set_anew_to_the_day_it_had_was_set_all_the_same() -> None:
    facts = escalated()
    do(facts, Move.OPINE, LEADERSHIP, REFUSED_AT)
    anew = do(facts, Move.SET_ANEW, LEADERSHIP, REFUSED_AT, deadline=DEADLINE)
    assert deadlines(anew) == EventDeadlines(set=FRIDAY, asked=None, in_force=FRIDAY)


def test_the_clock_sets_no_deadline_but_speaks_of_the_one_in_force() -> None:
    deemed, *_ = advance(notified(), RULES, local(4, 13))
    assert deadlines(deemed) == EventDeadlines(set=None, asked=None, in_force=FRIDAY)


@pytest.mark.parametrize(
    ("move", "data", "expected"),
    [
        (Move.NOTIFY, {"deadline": FRIDAY, "deadline_in_force": FRIDAY}, (FRIDAY, None, FRIDAY)),
        (Move.NOTIFY, {"deadline": None, "working_days": 3}, (None, None, None)),
        (Move.NOTIFY, {"deadline": FRIDAY}, (FRIDAY, None, FRIDAY)),  # before there was deadline_in_force
        (Move.BEGIN, {"notice_id": "通知", "deadline_in_force": FRIDAY}, (None, None, FRIDAY)),
        (Move.BEGIN, {"notice_id": "通知", "deadline": FRIDAY}, (FRIDAY, None, FRIDAY)),
        (Move.BEGIN, {"deadline": FRIDAY, "deadline_in_force": FRIDAY}, (FRIDAY, None, FRIDAY)),
        (Move.BEGIN, {"deadline": WEDNESDAY, "deadline_in_force": FRIDAY}, (None, None, FRIDAY)),
        (Move.ASK_EXTENSION, {"deadline": WEDNESDAY, "deadline_in_force": FRIDAY}, (None, WEDNESDAY, FRIDAY)),
        (Move.GRANT_EXTENSION, {"deadline": WEDNESDAY, "deadline_in_force": WEDNESDAY}, (WEDNESDAY, None, WEDNESDAY)),
        (Move.DENY_EXTENSION, {"deadline": None, "deadline_in_force": FRIDAY}, (None, None, FRIDAY)),
        (Move.EXPIRE, {"deadline": FRIDAY, "deadline_in_force": FRIDAY}, (FRIDAY, None, FRIDAY)),
        (Move.VOID, {}, (None, None, None)),
        (Move.REOPEN, {"deadline": 20260520, "deadline_in_force": []}, (None, None, None)),  # what a forger wrote
    ],
)
def test_an_event_of_before_is_read_by_its_move(
    move: Move, data: dict[str, Any], expected: tuple[str | None, ...]
) -> None:
    assert deadlines_of(move, data) == expected
