"""Whether those whom a policy names can open what they are told of: the finding, and the event in its history."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

from workflows.findings.addressees import resolved
from workflows.findings.audience import Audience, audience, shown_upward, unit_knows
from workflows.findings.facts import Facts
from workflows.vocabulary import LAST_LEVEL, Addressee, Move, Origin, Severity, State

_AT = datetime(2021, 3, 29, tzinfo=UTC)  # any instant
_LEVELS = tuple(range(LAST_LEVEL + 1))
_AT_LEVEL = {
    **dict.fromkeys((Move.LOG, Move.SETTLE, Move.NOTIFY), (0,)),
    **dict.fromkeys((Move.OPINE, Move.SET_ANEW, Move.REPEAT, Move.REPLY), (LAST_LEVEL,)),
}  # moves that happen at these levels only; bureau and committee have heard by then


def situations_of(move: Move, step: str | None = None) -> Iterator[Facts]:
    """Findings of every kind to which this can happen, as they are then, as far as who may see them depends on it."""
    units = [(origin, False) for origin in Origin] + [(Origin.CENTRE, True), (Origin.UNIT, True)]
    severities = [Severity(step)] if move is Move.LOG and step in list(Severity) else list(Severity)
    levels = (int(step),) if move is Move.ESCALATE and step else _AT_LEVEL.get(move, _LEVELS)
    for (origin, of_district), severity, level in product(units, severities, levels):
        facts = Facts(severity, origin, "unit", of_district, "unit" if of_district else "district", "round", _AT)
        state = State.FOUND if move is Move.LOG else State.RECTIFYING
        reported_at = _AT if level == LAST_LEVEL else None
        yield replace(facts, state=state, escalation_level=level, reported_at=reported_at)


def may_open(addressee: Addressee, facts: Facts, move: Move, step: str | None = None) -> bool:
    """Whether everybody who is meant may open what happens; a void finding says itself that it is.

    A district office is not told what a unit may not read about itself (`addressees` leaves it out), so it counts as
    the office of the district here.
    """
    side = resolved(addressee, facts)
    circle = audience(move, step, (side,))
    to_units = circle is Audience.UNIT or move is Move.VOID
    match side:
        case Addressee.UNIT:
            return to_units and unit_knows(state=facts.state, origin=facts.origin, severity=facts.severity)
        case Addressee.TOLD:  # units, and bureau and committee, may be among them; of what is new nobody is
            return to_units and shown_upward(move, reported=True) and move is not Move.LOG
        case Addressee.BUREAU | Addressee.COMMITTEE:
            return shown_upward(move, reported=facts.reported_at is not None)
        case Addressee.DISTRICT:
            return circle in (Audience.UNIT, Audience.OVERSEER)
        case _:
            return True
