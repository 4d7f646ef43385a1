"""Facts and steps that cannot be: the law raises, so that the row is set aside, and never guesses."""

import pytest

from tests.unit.findings.law import FOUND_AT, POLICY, RULES, finding, rectifying
from workflows.findings.attempts import Attempt
from workflows.findings.clocks import next_timer
from workflows.findings.facts import CLOCK
from workflows.findings.rectification import apply, unacknowledged
from workflows.vocabulary import Addressee, Move, State


@pytest.mark.parametrize(("state", "level"), [(State.OVERDUE, 0), (State.ESCALATED, 2)])
def test_a_state_without_the_instant_it_counts_from_is_an_error(state: State, level: int) -> None:
    with pytest.raises(ValueError, match="no instant to count from"):
        next_timer(finding(state=state, escalation_level=level), RULES)


def test_a_step_of_the_clock_names_its_clock() -> None:
    with pytest.raises(ValueError, match="names its clock"):
        apply(rectifying(), Attempt(Move.REMIND, CLOCK, FOUND_AT), RULES)


def test_an_alert_that_nobody_acknowledged_tells_the_next_above_and_changes_nothing() -> None:
    facts = rectifying()
    transition = unacknowledged(facts, Addressee.LEADERSHIP, FOUND_AT, POLICY)
    assert (transition.kind, transition.addressees) == ("breach.acknowledgement", (Addressee.LEADERSHIP,))
    assert (transition.before, transition.after, transition.due_at) == (State.RECTIFYING, State.RECTIFYING, FOUND_AT)
    assert facts == rectifying()
