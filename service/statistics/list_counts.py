"""The counts above a list of findings: how many of those it lets through are in each state and under each light."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service.findings.list import FindingFilter, conditions_of, is_light, is_under
from service.models import Finding, FindingTally
from service.scope import is_tallied, tallies_seen
from service.store.paging import columns_equal
from workflows.findings.facts import Actor
from workflows.findings.light import RED_STATES
from workflows.vocabulary import Light, State

_TOLD_APART = ("round_id", "district_id", "severity", "origin", "escalation_level", "proposed", "checklist_item_id")
_TALLIED = (*_TOLD_APART, "ever_overdue", "category")
_REST = {field.name for field in fields(FindingFilter)} - {*_TALLIED, "state", "light", "voided"}


@dataclass(frozen=True, slots=True)
class Counts:
    """Findings that the filter lets through apart from what it says of state and light."""

    states: Mapping[State, int]
    lights: Mapping[Light, int]


def count_findings(session: Session, filter_: FindingFilter, *, actor: Actor, now: datetime) -> Counts:
    """The counts of what the actor sees: off the tallies where these tell apart what is filtered by.

    Those under amber, few at a time, are counted off an index.
    """
    wider = replace(filter_, state=None, light=None)
    conditions = conditions_of(session, wider, actor=actor, now=now)
    by_state = select(Finding.state, func.count()).group_by(Finding.state)
    states_query = by_state.where(*conditions)
    if is_tallied(actor) and not wider.voided and all(getattr(wider, name) is None for name in _REST):
        of = FindingTally
        tallied = (tallies_seen(actor, of), *_conditions(wider))
        states_query = select(of.state, func.sum(of.findings)).where(*tallied).group_by(of.state)
    states = Counter({State(state): int(findings) for state, findings in session.execute(states_query)})
    amber = sum(findings for _, findings in session.execute(by_state.where(*conditions, is_light(Light.AMBER, now))))
    red = 0 if filter_.voided else sum(states[state] for state in RED_STATES)
    return Counts(states, {Light.RED: red, Light.AMBER: amber, Light.GREEN: states.total() - red - amber})


def _conditions(filter_: FindingFilter) -> Iterator[ColumnElement[bool]]:
    """The filter as conditions on the tally."""
    of = FindingTally
    yield from columns_equal(of, filter_, *_TOLD_APART)
    if filter_.ever_overdue is not None:
        yield of.ever_overdue.is_(filter_.ever_overdue)
    if filter_.category is not None:
        yield is_under(of.checklist_item_id.expression, filter_.category)
