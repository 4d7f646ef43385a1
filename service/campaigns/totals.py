"""What the special campaigns have come to: actions counted and results added up, by campaign, district and week."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from service.models import CampaignAction
from workflows.campaigns import Result, added, results_of
from workflows.vocabulary import CampaignCode

Key = TypeVar("Key")


class CountedAction(NamedTuple):
    """One action as far as it counts."""

    campaign: CampaignCode
    district_id: str
    acted_on: date
    results: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Total:
    """Some actions together."""

    actions: int
    latest_on: date | None
    results: Sequence[Result]


def totals(
    session: Session, round_id: str, district_id: str, *, since: datetime | None, until: datetime
) -> dict[CampaignCode, Total]:
    """What a district recorded after `since` (none: from the beginning) and not later than `until`, of all five.

    What was withdrawn by `until` is not counted.
    """
    action = CampaignAction
    conditions = [
        action.round_id == round_id,
        action.district_id == district_id,
        action.recorded_at <= until,
        or_(action.withdrawn_at.is_(None), action.withdrawn_at > until),
    ]
    if since:
        conditions.append(action.recorded_at > since)
    return totals_by(CampaignCode, counted_actions(session, *conditions), lambda one: one.campaign)


def counted_actions(session: Session, *conditions: ColumnElement[bool]) -> list[CountedAction]:
    """The actions that the conditions name, in the order of their days."""
    action = CampaignAction
    query = select(action.campaign, action.district_id, action.acted_on, action.results).where(*conditions)
    rows = session.execute(query.order_by(action.acted_on, action.recorded_at, action.id))
    return [CountedAction(*row) for row in rows]


def totals_by(
    keys: Iterable[Key], actions: Iterable[CountedAction], key_of: Callable[[CountedAction], Key]
) -> dict[Key, Total]:
    """Totals for each key, also for those without any action; then for keys that only the actions name."""
    groups: dict[Key, list[CountedAction]] = defaultdict(list, {key: [] for key in keys})
    for one in actions:
        groups[key_of(one)].append(one)
    return {key: total_of(group) for key, group in groups.items()}


def total_of(actions: Sequence[CountedAction]) -> Total:
    """The actions counted and their results added up."""
    results = added(result for one in actions for result in results_of(one.results))
    return Total(len(actions), max((one.acted_on for one in actions), default=None), results)
