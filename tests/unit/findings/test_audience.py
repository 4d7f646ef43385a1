"""Who may read which events: a unit its notices and decisions, the bureau what was reported."""

import pytest

from workflows.findings.audience import Audience, audience, reason_shown_to_unit, shown_upward, unit_knows
from workflows.vocabulary import Addressee, Move, Origin, Severity, State

OVERSEER = {Move.VOID, Move.OPINE}
CENTRE = {Move.BREACH, Move.REPLY, Move.REPEAT, Move.ACKNOWLEDGE}
INTERNAL_REASONS = {Move.REFUSE, Move.ESCALATE, Move.OPINE, Move.SET_ANEW, Move.VOID, Move.REPLY, Move.LOG}


@pytest.mark.parametrize("move", Move)
def test_each_event_has_its_circle(move: Move) -> None:
    circle = Audience.OVERSEER if move in OVERSEER else Audience.CENTRE if move in CENTRE else Audience.UNIT
    assert audience(move) is circle


def test_a_breach_is_read_by_the_district_office_only_when_the_office_is_behind_it() -> None:
    assert audience(Move.BREACH, "review", (Addressee.DISTRICT, Addressee.RESPONSIBLE_LEADER)) is Audience.OVERSEER
    assert audience(Move.BREACH, "review", (Addressee.TEAM, Addressee.RESPONSIBLE_LEADER)) is Audience.CENTRE


def test_the_warning_of_a_missing_opinion_stays_in_the_centre() -> None:
    assert audience(Move.REMIND, "opinion", (Addressee.LEADERSHIP,)) is Audience.CENTRE
    assert audience(Move.REMIND, "deadline", (Addressee.UNIT,)) is Audience.UNIT


def test_who_was_late_inside_the_centre_stays_there() -> None:
    assert audience(Move.BREACH, "review", (Addressee.TEAM, Addressee.RESPONSIBLE_LEADER)) is Audience.CENTRE
    assert audience(Move.BREACH, "review", (Addressee.DISTRICT, Addressee.RESPONSIBLE_LEADER)) is Audience.OVERSEER
    assert audience(Move.REMIND, "opinion") is Audience.CENTRE
    assert audience(Move.REMIND, "deadline") is Audience.UNIT


@pytest.mark.parametrize("move", Move)
def test_bureau_and_committee_read_nothing_before_it_was_reported(move: Move) -> None:
    assert not shown_upward(move, reported=False)


def test_bureau_and_committee_read_what_happened_but_not_who_was_late_inside() -> None:
    hidden = {move for move in Move if not shown_upward(move, reported=True)}
    assert hidden == {Move.BREACH, Move.ACKNOWLEDGE, Move.REMIND, Move.DEEM_RECEIVED}


def test_internal_reasons_are_not_for_the_unit() -> None:
    assert not any(reason_shown_to_unit(move) for move in INTERNAL_REASONS)
    assert reason_shown_to_unit(Move.REVIEW_FAIL)
    assert reason_shown_to_unit(Move.DENY_EXTENSION)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("origin", Origin)
def test_a_unit_knows_general_findings_of_others_from_notification_and_all_else_from_logging(
    state: State, severity: Severity, origin: Origin
) -> None:
    from_logging = origin is Origin.UNIT or severity is Severity.MAJOR
    assert unit_knows(state=state, origin=origin, severity=severity) == (from_logging or state is not State.FOUND)
