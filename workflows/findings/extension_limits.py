"""How much more time may still be asked for: the policy's limits, for one finding."""

from datetime import datetime
from typing import NamedTuple

from workflows.deadlines import earliest, working_days_after
from workflows.findings.facts import Facts
from workflows.rules import Rules


class ExtensionLimit(NamedTuple):
    """What may be asked for, as the guards of `ask_extension` have it."""

    left: int  # times in this cycle
    latest: datetime | None  # no later than this; none: not limited
    working_days: int  # after the original deadline, of which `latest` is the last, or the exam comes before


def extension_limit(facts: Facts, rules: Rules, now: datetime) -> ExtensionLimit:
    """The limits at this moment."""
    policy, exam = rules.policy.extensions, rules.latest_deadline()
    original = facts.original_deadline
    counted = working_days_after(rules.calendar, original, policy.longest_working_days) if original else None
    latest = earliest(counted, exam if exam and exam > now else None)
    return ExtensionLimit(max(policy.at_most - facts.extensions, 0), latest, policy.longest_working_days)
