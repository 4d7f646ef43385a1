"""When the items of a round's checklists are due."""

from datetime import date

from service.models import Checklist, ChecklistItem, Round
from workflows.completion import CompletionRule, RoundDays, completion_rule, due_on
from workflows.rules import Rules


def rule_of(item: ChecklistItem) -> CompletionRule:
    """The item's completion time as a rule; its words were read when it came into the books."""
    return completion_rule(item.completion)


def item_due_on(item: ChecklistItem, checklist: Checklist, round_: Round, rules: Rules) -> date | None:
    """The last day by which the item has to be in place in that round; None where there is none (yet)."""
    return due_on(rule_of(item), days_of(round_), audience=checklist.audience, rules=rules)


def days_of(round_: Round) -> RoundDays:
    """The days that completion times are reckoned from."""
    return RoundDays(round_.starts_on, round_.ends_on, tuple(map(date.fromisoformat, round_.exam_days)))
