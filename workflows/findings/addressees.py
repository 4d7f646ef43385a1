"""Who is told of a step: the policy's words, resolved to sides of the finding."""

from workflows.findings.facts import Facts
from workflows.findings.sides import centre_reviews, team_oversees
from workflows.policy import Policy
from workflows.vocabulary import Addressee, Move, Severity


def addressees(
    facts: Facts, kind: str, policy: Policy, *, stage: object = None, went_up: bool = False
) -> tuple[Addressee, ...]:
    """The hearers of an event of this kind, in the policy's order, each once."""
    named = list(policy.heard_by(facts.origin, kind))
    if went_up:
        named += policy.heard_by(facts.origin, f"escalate.{facts.escalation_level}")
    if isinstance(stage, int):
        clock = kind.partition(".")[2]
        named += policy.behind[clock] + policy.breach[min(stage, len(policy.breach)) - 1]  # type: ignore[index]
    if facts.unit_is_district and kind == str(Move.OPINE):
        named = [hearer for hearer in named if hearer is not Addressee.DISTRICT]  # here that is the unit itself
    return tuple(dict.fromkeys(resolved(hearer, facts) for hearer in named))


def resolved(hearer: Addressee, facts: Facts) -> Addressee:
    """Overseer, reviewer and decider are the team, the district office or the responsible leader."""
    overseer = Addressee.TEAM if team_oversees(facts) else Addressee.DISTRICT
    match hearer:
        case Addressee.OVERSEER:
            return overseer
        case Addressee.REVIEWER:
            return Addressee.TEAM if centre_reviews(facts) else Addressee.DISTRICT
        case Addressee.DECIDER:
            return Addressee.RESPONSIBLE_LEADER if facts.severity is Severity.MAJOR else overseer
        case _:
            return hearer
