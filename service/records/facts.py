"""From a finding's row to the law's facts and back; columns and facts have equal names."""

from dataclasses import fields
from datetime import datetime
from typing import Any, Protocol

from service.models import Finding
from workflows.findings.clocks import at_risk_at, next_timer
from workflows.findings.facts import Facts, Progress
from workflows.rules import FILLED, Rules
from workflows.vocabulary import Clock

_FIXED = ("severity", "origin", "district_id", "round_id", "created_at")
_RENAMED = ("unit_id", "unit_is_district", "progress", "vacant", *_FIXED)
_PLACED = ("organization_id", "progress", *_FIXED)
LAWFUL = tuple(field.name for field in fields(Facts) if field.name not in _RENAMED)  # columns that moves change
_READ = frozenset((*_PLACED, *LAWFUL))


class Columns(Protocol):
    """A finding's columns by name."""

    def __getitem__(self, name: str, /) -> Any: ...


def facts_of(row: Columns, rules: Rules) -> Facts:
    """The facts of a finding's row under the rules of its round; raises `ValueError` when the row makes no sense."""
    return Facts(
        vacant=rules.vacant.get(row["district_id"], FILLED),
        unit_id=row["organization_id"],
        unit_is_district=row["organization_id"] == row["district_id"],
        progress={
            Clock(clock): Progress(steps, datetime.fromisoformat(at)) for clock, (steps, at) in row["progress"].items()
        },
        **{name: row[name] for name in (*_FIXED, *LAWFUL)},
    )


def facts_of_finding(finding: Finding, rules: Rules) -> Facts:
    """The facts of a finding that was loaded as an object; raises `ValueError` when the row makes no sense."""
    there = vars(finding)  # looked up through their descriptors, forty attributes take longer than the law
    return facts_of(there if there.keys() >= _READ else {name: getattr(finding, name) for name in _READ}, rules)


def columns_of(facts: Facts, rules: Rules) -> dict[str, Any]:
    """The columns that a move writes: the law's, and those derived from them."""
    timer = next_timer(facts, rules)
    return {
        **{name: getattr(facts, name) for name in LAWFUL},
        "progress": {str(clock): [done.steps, done.at.isoformat()] for clock, done in facts.progress.items()},
        "next_action_at": timer.due_at if timer else None,
        "at_risk_at": at_risk_at(facts, rules),
    }
