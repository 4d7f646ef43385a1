"""Deadlines that were counted in working days before the holidays of all their days were known."""

from datetime import datetime

from workflows.deadlines import earliest, working_days_after
from workflows.findings.facts import Facts
from workflows.rules import Rules


def remember_if_provisional(
    facts: Facts, since: datetime, days: int, rules: Rules, limit: datetime | None = None
) -> None:
    """Note what the deadline was counted from, where the holidays were not known; `limit` is an instant named too."""
    if not rules.calendar.knows(since, working_days_after(rules.calendar, since, days)):
        facts.provisional_from, facts.provisional_days, facts.provisional_limit = since, days, limit


def is_counted_provisionally(facts: Facts) -> bool:
    """Whether the deadline is as many working days as were counted, and not the instant that the notice names."""
    return facts.provisional_from is not None and facts.deadline != facts.provisional_limit


def recounted(facts: Facts, rules: Rules) -> datetime | None:
    """What a provisional deadline comes to, now that the holidays are known; none while they are not.

    Never to the unit's disadvantage: it only gets later, or stays. Bounded by the exam as every deadline is.
    """
    since, days = facts.provisional_from, facts.provisional_days
    if since is None or days is None or facts.deadline is None:
        return None
    counted, latest = working_days_after(rules.calendar, since, days), rules.latest_deadline()
    if not rules.calendar.knows(since, max(counted, facts.deadline)):
        return None
    bounds = (facts.provisional_limit, latest if latest and latest > since else None)
    return max(facts.deadline, earliest(counted, *bounds) or counted)
