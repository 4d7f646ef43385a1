"""A round compared with the one before: what was found then and now, what was put right, and what came back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, select
from sqlalchemy.orm import Session, aliased

from service.checklists.checklists import items_of
from service.errors import InvalidInput, NotAllowed
from service.models import Finding, Organization, Round
from service.rounds.current import current_round
from service.scope import findings_seen, sees_figures
from workflows.findings.facts import Actor
from workflows.round_comparison import ComparedItem, ComparedItems, Tally, UnitTally, compared, grouped
from workflows.vocabulary import State


@dataclass(frozen=True, slots=True)
class ComparedCategory:
    """The items under one of the notice's headings; none: findings without an item."""

    category: str | None
    group: ComparedItems


@dataclass(frozen=True, slots=True)
class ComparedUnit:
    """One unit, by category and item."""

    organization: Organization
    group: ComparedItems
    categories: Sequence[ComparedCategory]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both rounds as far as the actor sees their findings; the units where most came back first."""

    round: Round
    with_round: Round
    group: ComparedItems
    categories: Sequence[ComparedCategory]
    units: Sequence[ComparedUnit]


def compare(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    round_id: str | None = None,
    with_round_id: str | None = None,
    district_id: str | None = None,
    organization_id: str | None = None,
) -> Comparison:
    """Compare a round, the one in force unless named, with another, the one that began before it unless named.

    Over the findings that the actor sees; those that were withdrawn, or proposed and never taken up, do not count.
    """
    if not sees_figures(actor):
        raise NotAllowed("not_allowed")
    round_ = current_round(session, round_id, actor=actor, now=now)
    other = _round_to_compare(session, round_, with_round_id)
    conditions = [findings_seen(actor)]
    conditions += [Finding.district_id == district_id] if district_id else []
    conditions += [Finding.organization_id == organization_id] if organization_id else []
    lines = [
        UnitTally(in_round == round_.id, unit_id, item_id, Tally(*tally))
        for in_round, unit_id, item_id, *tally in session.execute(_lines(round_, other, conditions))
    ]
    items = compared(lines, items_of(session, other.id), items_of(session, round_.id))
    return Comparison(round_, other, ComparedItems(items), _by_category(items), _by_unit(session, items))


def _round_to_compare(session: Session, round_: Round, with_round_id: str | None) -> Round:
    if with_round_id == round_.id:
        raise InvalidInput({"with_round_id": "duplicate"})
    if with_round_id:
        found = session.get(Round, with_round_id)
        code = "unknown_reference"
    else:
        before = select(Round).where(Round.starts_on < round_.starts_on)
        found = session.scalars(before.order_by(Round.starts_on.desc(), Round.id).limit(1)).first()
        code = "no_round_before"
    if found is None:
        raise InvalidInput({"with_round_id": code})
    return found


def _lines(round_: Round, other: Round, conditions: Iterable[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    """One row for each round, unit and item."""
    origin = aliased(Finding)
    group = (Finding.round_id, Finding.organization_id, Finding.checklist_item_id)
    return (
        select(
            *group,
            func.count(),
            func.count(case((Finding.state == State.VERIFIED, 1))),
            func.count(case((and_(Finding.round_id == round_.id, origin.round_id == other.id), 1))),
        )
        .outerjoin(origin, Finding.carried_from_id == origin.id)
        .where(
            Finding.round_id.in_([round_.id, other.id]),
            Finding.voided_at.is_(None),
            not_(and_(Finding.proposed, Finding.state == State.FOUND)),
            *conditions,
        )
        .group_by(*group)
    )


def _by_category(items: Iterable[ComparedItem]) -> list[ComparedCategory]:
    return [ComparedCategory(category, group) for category, group in grouped(items, lambda one: one.category).items()]


def _by_unit(session: Session, items: Iterable[ComparedItem]) -> list[ComparedUnit]:
    groups = grouped(items, lambda one: one.unit_id)
    query = select(Organization).where(Organization.id.in_(list(groups)))
    units = {unit.id: unit for unit in session.scalars(query)}
    found = [ComparedUnit(units[id_], group, _by_category(group.items)) for id_, group in groups.items()]
    return sorted(found, key=lambda one: (-one.group.came_back, -one.group.now.findings, one.organization.name))
