"""Who hears of a step: the policy's words, resolved to sides of the finding."""

from workflows.findings.facts import Facts
from workflows.findings.sides import decider_of, overseer_of, reviewer_of
from workflows.policy import Policy
from workflows.vocabulary import Addressee, Move


def addressees(
    facts: Facts, kind: str, policy: Policy, *, stage: int | None = None, newly_escalated: bool = False
) -> tuple[Addressee, ...]:
    """Who hears of an event of this kind, in the policy's order, each once.

    `stage` counts the tellings of a breached clock; `newly_escalated`: the event brought the finding into `escalated`.
    """
    named = list(policy.heard_by(facts.origin, kind))
    if newly_escalated:
        named += policy.heard_by(facts.origin, f"escalate.{facts.escalation_level}")
    if stage is not None:
        clock = kind.partition(".")[2]
        named += policy.behind[clock] + policy.breach[min(stage, len(policy.breach)) - 1]  # type: ignore[index]
    if facts.unit_is_district and kind == str(Move.OPINE):
        named = [side for side in named if side is not Addressee.DISTRICT]  # here that is the unit itself
    return tuple(dict.fromkeys(resolved(addressee, facts) for addressee in named))


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
