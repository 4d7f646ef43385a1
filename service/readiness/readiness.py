"""Readiness (落实情况) of every unit in sight, item by item, and summed by unit, heading, district and in all."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from service.checklists.checklists import DueItem, due_items
from service.errors import NotAllowed, NotFound
from service.models import Finding, Organization, Round
from service.readiness.item_facts import facts_of_items
from service.rounds.current import DISTRICT_OF_UNIT, Unit, current_round, units_of
from service.rounds.rulebooks import rules_of
from service.scope import findings_seen, inspections_seen, places_seen, sees_readiness
from workflows.findings.facts import Actor
from workflows.readiness import ItemFacts, checks_of, readiness
from workflows.reports import weeks
from workflows.vocabulary import UNIT_KINDS, OrganizationKind, Readiness

Counts = Mapping[Readiness, int]


@dataclass(frozen=True, slots=True)
class ItemReadiness:
    """How one item stands at one unit."""

    due: DueItem
    status: Readiness
    facts: ItemFacts
    inspection_id: str | None  # of the sheet with the newest answer
    findings: Sequence[Finding]  # on the item, not withdrawn; looked up where a single unit is asked for


class CategoryReadiness(NamedTuple):
    """The counts under one of the notice's headings."""

    audience: OrganizationKind  # both lists have headings of the same words
    category: str
    counts: Counts


class DistrictReadiness(NamedTuple):
    """The counts of a district: of its office and its universities."""

    district: Organization
    counts: Counts


@dataclass(frozen=True, slots=True)
class UnitReadiness:
    """How far one unit is; its items are in the notice's order."""

    unit: Unit
    items: Sequence[ItemReadiness]

    @property
    def counts(self) -> Counts:
        return _counts(self.items)

    @property
    def categories(self) -> Sequence[CategoryReadiness]:
        return _by_category(self.items)


@dataclass(frozen=True, slots=True)
class ReadinessTable:
    """How far the units in sight are."""

    as_of: datetime  # of a closed round, when it was closed
    round: Round
    units: Sequence[UnitReadiness]

    @property
    def counts(self) -> Counts:
        return _counts(self._items())

    @property
    def categories(self) -> Sequence[CategoryReadiness]:
        return _by_category(self._items())

    @property
    def districts(self) -> Sequence[DistrictReadiness]:
        of_district: dict[Organization, list[ItemReadiness]] = defaultdict(list)
        for one in self.units:
            of_district[one.unit.district] += one.items
        return [DistrictReadiness(district, _counts(items)) for district, items in of_district.items()]

    def _items(self) -> Iterator[ItemReadiness]:
        return (item for one in self.units for item in one.items)


def readiness_of_round(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    round_id: str | None = None,
    district_id: str | None = None,
    organization_id: str | None = None,
) -> ReadinessTable:
    """How far every unit is that the actor sees, as far as he or she knows: of the round in force unless one is named.

    A unit does not know what stands on a sheet of others that is not closed, nor a finding that it was not notified
    of. With `organization_id` that unit alone, each item with its findings. Raises `NotAllowed` to bureau, committee
    and administrators, `NotFound` for a unit that is not in sight.
    """
    if not sees_readiness(actor):
        raise NotAllowed("not_allowed")
    round_ = current_round(session, round_id, actor=actor, now=now)
    at = min(now, round_.closed_at or now)
    conditions = [places_seen(actor, Organization.id.expression, DISTRICT_OF_UNIT, literal(round_.id, Round.id.type))]
    conditions += [Organization.id == organization_id] if organization_id else []
    units = units_of(session, round_, *conditions, district_id=district_id)
    if organization_id and not units:
        raise NotFound("not_found")
    findings = _findings_of_unit(session, round_, organization_id, actor) if organization_id else {}
    return ReadinessTable(at, round_, _unit_readiness(session, round_, units, actor, at, findings))


def _unit_readiness(
    session: Session,
    round_: Round,
    units: Sequence[Unit],
    actor: Actor,
    at: datetime,
    findings: Mapping[str | None, Sequence[Finding]],
) -> list[UnitReadiness]:
    rules = rules_of(session, round_)
    week_ends = {
        kind: [week.deadline for week in weeks(rules, kind, round_.starts_on, round_.ends_on)] for kind in UNIT_KINDS
    }
    checks: dict[OrganizationKind, list[tuple[DueItem, str, tuple[datetime, ...]]]] = defaultdict(list)
    for due in due_items(session, round_, rules):
        instants = checks_of(due.due_at, week_ends[due.audience] if due.weekly else None)
        checks[due.audience].append((due, due.item.id, instants))
    facts = facts_of_items(session, round_.id, sheets=inspections_seen(actor), findings=findings_seen(actor))
    of_units = []
    for unit in units:
        items, unit_id = [], unit.organization.id
        for due, item_id, instants in checks[unit.organization.kind]:
            sourced = facts[unit_id, item_id]
            status = readiness(sourced.facts, instants, at)
            items.append(ItemReadiness(due, status, sourced.facts, sourced.inspection_id, findings.get(item_id, ())))
        of_units.append(UnitReadiness(unit, items))
    return of_units


def _findings_of_unit(
    session: Session, round_: Round, organization_id: str, actor: Actor
) -> Mapping[str | None, Sequence[Finding]]:
    """The findings on items at one unit that the actor sees, by item."""
    query = select(Finding).where(
        Finding.round_id == round_.id,
        Finding.organization_id == organization_id,
        Finding.checklist_item_id.is_not(None),
        Finding.voided_at.is_(None),
        findings_seen(actor),
    )
    findings: dict[str | None, list[Finding]] = defaultdict(list)
    for finding in session.scalars(query.order_by(Finding.number)):
        findings[finding.checklist_item_id].append(finding)
    return findings


def _by_category(items: Iterable[ItemReadiness]) -> list[CategoryReadiness]:
    """The counts by list and heading, in the order in which each first comes."""
    groups: dict[tuple[OrganizationKind, str], list[ItemReadiness]] = defaultdict(list)
    for item in items:
        groups[item.due.audience, item.due.item.category].append(item)
    return [CategoryReadiness(audience, category, _counts(group)) for (audience, category), group in groups.items()]


def _counts(items: Iterable[ItemReadiness]) -> Counts:
    counted = Counter(item.status for item in items)
    return {status: counted[status] for status in Readiness}
