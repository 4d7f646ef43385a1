"""Who hears of a step: the policy's words, resolved to sides of the finding."""

from collections.abc import Iterable
from dataclasses import replace

from workflows.findings.audience import Audience, audience
from workflows.findings.facts import Facts
from workflows.findings.sides import decider_of, overseer_of, reviewer_of, with_stand_ins
from workflows.policy import Policy
from workflows.vocabulary import LAST_LEVEL, Addressee, Move


def addressees(
    facts: Facts, kind: str, policy: Policy, *, stage: int | None = None, newly_escalated: bool = False
) -> tuple[Addressee, ...]:
    """Who hears of an event of this kind, in the policy's order, each once; of a vacant post also who stands in.

    `stage` counts the tellings of a breached clock; `newly_escalated`: the event brought the finding into `escalated`.
    """
    named = list(policy.heard_by(facts.origin, kind))
    if newly_escalated:
        named += policy.heard_by(facts.origin, f"escalate.{facts.escalation_level}")
    if stage is not None:
        clock = kind.partition(".")[2]
        named += policy.behind[clock] + policy.breach[min(stage, len(policy.breach)) - 1]  # type: ignore[index]
    sides = dict.fromkeys(resolved(addressee, facts) for addressee in named)
    if facts.unit_is_district and not _for_units(kind):
        sides.pop(Addressee.DISTRICT, None)  # here that is the unit itself
    return with_stand_ins(sides, facts.vacant)


def told_of(facts: Facts, moves: Iterable[Move], policy: Policy) -> tuple[Addressee, ...]:
    """Who would hear whichever of these moves were made now, each once: that can be promised before one is chosen."""
    first, *others = [_told_of(facts, move, policy) for move in moves] or [()]
    return tuple(one for one in dict.fromkeys(first) if all(one in told for told in others))


def _told_of(facts: Facts, move: Move, policy: Policy) -> tuple[Addressee, ...]:
    level = min(facts.escalation_level + 1, LAST_LEVEL)
    kind = f"{move}.{level}" if move is Move.ESCALATE else str(move)
    ahead = replace(facts, escalation_level=level) if move is Move.REFUSE else facts
    named = addressees(ahead, kind, policy, newly_escalated=move is Move.REFUSE)
    return tuple(one for one in named if one is not Addressee.TOLD or facts.highest_level)


def resolved(addressee: Addressee, facts: Facts) -> Addressee:
    """Overseer, reviewer and decider as team, district office or responsible leader; anybody else as named."""
    match addressee:
        case Addressee.OVERSEER:
            return overseer_of(facts)
        case Addressee.REVIEWER:
            return reviewer_of(facts)
        case Addressee.DECIDER:
            return decider_of(facts)
        case _:
            return addressee


def _for_units(kind: str) -> bool:
    move, _, step = kind.partition(".")
    return audience(Move(move), step or None) is Audience.UNIT
