"""What the clock would do to a finding if nobody did anything: to see what other rules would change."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from workflows.findings.clocks import Timer, next_timer
from workflows.findings.facts import Facts
from workflows.findings.rectification import advance
from workflows.rules import Rules
from workflows.vocabulary import LAST_LEVEL, Move, State

FURTHEST = 200  # steps of the clock; breaches repeat for ever


class Outlook(NamedTuple):
    """The next step, and when the finding would be overdue, before the leadership team, and reported up."""

    next_step: Timer | None
    deadline: datetime | None
    overdue_at: datetime | None = None
    escalated_at: datetime | None = None
    reported_at: datetime | None = None


def outlook(facts: Facts, rules: Rules, now: datetime) -> Outlook:
    """Let the clock alone act on a copy, step by step; what lies behind `now` counts as due now."""
    ahead, seen = replace(facts), dict[str, datetime]()
    first = next_timer(ahead, rules)
    timer, steps = first, 0
    while timer and ahead.escalation_level < LAST_LEVEL and steps < FURTHEST:
        at = max(timer.due_at, now)
        for transition in advance(ahead, rules, at):
            if transition.move is Move.EXPIRE:
                seen.setdefault("overdue_at", at)
            if transition.after is State.ESCALATED:
                name = "reported_at" if transition.escalation_level == LAST_LEVEL else "escalated_at"
                seen.setdefault(name, at)
        timer, steps = next_timer(ahead, rules), steps + 1
    return Outlook(first, facts.deadline, **seen)
