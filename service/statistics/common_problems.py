"""Common problems (共性问题): the same checklist item failing at several universities (notice, part 4, paragraph 2)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput, NotAllowed
from service.models import ChecklistItem, Event, Finding, Organization
from service.rounds.current import current_round
from service.scope import compares_units, findings_seen
from workflows.findings.facts import Actor
from workflows.report_figures import CommonProblemCounts, FailingItem, FailingUniversity
from workflows.vocabulary import State

SEVERAL = 2  # universities at which an item has to fail


@dataclass(frozen=True, slots=True)
class Period:
    """Which findings count: logged in the round after `since` (none: from its beginning), up to and with `until`."""

    round_id: str
    until: datetime
    since: datetime | None = None
    district_id: str | None = None  # none: everywhere


def common_problems(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    round_id: str | None = None,
    district_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[CommonProblemCounts]:
    """The common problems among the findings that the actor sees, in the round in force unless another is named.

    Raises `NotAllowed` to universities, which do not see each other, and to administrators; `InvalidInput` for a
    period that ends before it begins.
    """
    if not compares_units(actor):
        raise NotAllowed("not_allowed")
    if since and until and until < since:
        raise InvalidInput({"until": "ends_before_start"})
    period = Period(current_round(session, round_id, actor=actor, now=now).id, until or now, since, district_id)
    return count_common_problems(session, period, in_sight=findings_seen(actor))


def count_common_problems(
    session: Session, period: Period, *, in_sight: ColumnElement[bool]
) -> list[CommonProblemCounts]:
    """The items that fail at several universities, the most widespread first; `in_sight` is a condition on `Finding`.

    Counted from the events up to `until`, so that a later count of the same period says the same. An answer 'not in
    place' has logged its finding, and needs no count of its own. Left out are findings that were withdrawn, and what
    the clock proposed and nobody has taken up: of that nobody knows whether anything fails.
    """
    failing: dict[str, list[FailingUniversity]] = defaultdict(list)
    for item_id, *row in session.execute(_failing(period, in_sight)):
        failing[item_id].append(FailingUniversity(*row))
    common = [item_id for item_id, universities in failing.items() if len(universities) >= SEVERAL]
    items = select(ChecklistItem).where(ChecklistItem.id.in_(common))
    problems = [
        _problem(item, failing[item.id])
        for item in session.scalars(items.order_by(ChecklistItem.position, ChecklistItem.id))
    ]
    return sorted(problems, key=lambda one: (-len(one.universities), -one.findings))


def _problem(item: ChecklistItem, universities: Iterable[FailingUniversity]) -> CommonProblemCounts:
    """An item, and the universities at which it fails, those with the most findings first."""
    places = sorted(universities, key=lambda place: (-place.findings, place.name))
    return CommonProblemCounts(
        checklist_item=FailingItem(item.id, item.number, item.category),
        requirement=item.requirement,
        findings=sum(place.findings for place in places),
        open=sum(place.open for place in places),
        put_right=sum(place.put_right for place in places),
        universities=places,
    )


def _failing(period: Period, in_sight: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """One row for each item and university: how many findings there are, how many were open or put right at `until`."""
    last = _last_events(period).subquery()
    put_right = Event.to_state == State.VERIFIED
    group = (Finding.checklist_item_id, Organization.id, Organization.name, Finding.district_id)
    return (
        select(*group, func.count(), func.count(case((not_(put_right), 1))), func.count(case((put_right, 1))))
        .join_from(Finding, last, last.c.finding_id == Finding.id)
        .join(Event, and_(Event.finding_id == Finding.id, Event.position == last.c.position))
        .join(Organization, Finding.organization_id == Organization.id)
        .where(in_sight, not_(and_(Finding.proposed, Event.to_state == State.FOUND)))
        .group_by(*group)
    )


def _last_events(period: Period) -> Select[str, int]:
    """Of each finding that counts, the event that tells how it stood at `until`."""
    query = (
        select(Event.finding_id, func.max(Event.position).label("position"))
        .join(Finding, Event.finding_id == Finding.id)
        .where(
            *(Finding.round_id == period.round_id, Finding.checklist_item_id.is_not(None)),
            Finding.organization_id != Finding.district_id,  # universities; a district office is its own district
            *(Finding.created_at <= period.until, Event.at <= period.until),
            or_(Finding.voided_at.is_(None), Finding.voided_at > period.until),
        )
        .group_by(Event.finding_id)
    )
    if period.since:
        query = query.where(Finding.created_at > period.since)
    return query.where(Finding.district_id == period.district_id) if period.district_id else query
