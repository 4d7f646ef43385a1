"""Who may read which events: a unit sees its notices, acts and decisions, not internal reasons."""

from collections.abc import Collection
from enum import StrEnum

from workflows.findings.severity import CONSEQUENCES
from workflows.vocabulary import Addressee, Move, Origin, Severity, State


class Audience(StrEnum):
    """The widest circle inside the house that sees an event; each contains the next."""

    UNIT = "unit"  # the unit, and everyone below
    OVERSEER = "overseer"  # district office and team, and everyone below
    CENTRE = "centre"  # the centre: teams, leaders, leadership


_OVERSEER = (Move.VOID, Move.OPINE)
_CENTRE = (Move.REPLY, Move.REPEAT, Move.ACKNOWLEDGE)

# What bureau and committee may read once a finding has been reported to them: what happened, not who was late inside.
_UPWARD = frozenset(Move) - {Move.BREACH, Move.ACKNOWLEDGE, Move.REMIND, Move.DEEM_RECEIVED}

# A unit sees these findings from logging, all others from notification.
ORIGINS_KNOWN_FROM_LOGGING = frozenset({Origin.UNIT})
SEVERITIES_KNOWN_FROM_LOGGING = frozenset(
    severity for severity, follows in CONSEQUENCES.items() if follows.known_from_logging
)

# Reasons that are meant for the unit; those of refusals, escalations and opinions are internal.
_REASON_FOR_UNIT = frozenset(
    {
        Move.NOTIFY,
        Move.BEGIN,
        Move.SUBMIT,
        Move.REVIEW_PASS,
        Move.REVIEW_PARTIAL,
        Move.REVIEW_FAIL,
        Move.ASK_EXTENSION,
        Move.GRANT_EXTENSION,
        Move.DENY_EXTENSION,
        Move.REOPEN,
        Move.SETTLE,
    }
)


def audience(move: Move, step: str | None = None, addressees: Collection[Addressee] = ()) -> Audience:
    """The circle that sees events of this move; who was late inside the centre stays there (accountability)."""
    if move is Move.BREACH:
        return Audience.OVERSEER if Addressee.DISTRICT in addressees else Audience.CENTRE
    if move in _CENTRE or (move is Move.REMIND and step == "opinion"):
        return Audience.CENTRE
    return Audience.OVERSEER if move in _OVERSEER else Audience.UNIT


def unit_knows(*, state: State, origin: Origin, severity: Severity) -> bool:
    """Whether the unit sees the finding; `service.scope.known_to_unit` asks it of rows."""
    from_logging = origin in ORIGINS_KNOWN_FROM_LOGGING or severity in SEVERITIES_KNOWN_FROM_LOGGING
    return from_logging or state is not State.FOUND


def shown_upward(move: Move, *, reported: bool) -> bool:
    """Whether bureau and committee see the event; nothing before the finding was reported to them."""
    return reported and move in _UPWARD


def reason_shown_to_unit(move: Move) -> bool:
    """Whether the reason given for a move is meant for the unit's eyes."""
    return move in _REASON_FOR_UNIT
