"""Readiness (落实情况) of every unit in sight, item by item, and summed by unit, heading, district and in all."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.checklists.due_items import DueItem, due_items
from service.errors import NotAllowed, NotFound
from service.models import Finding, Organization, Round
from service.readiness.known_items import KnownItem, known_items
from service.rounds.current import DISTRICT_OF_UNIT, Unit, round_meant, units_of
from service.rounds.rulebooks import rules_of
from service.scope import findings_seen, inspections_seen, places_seen, sees_readiness
from workflows.findings.facts import Actor
from workflows.readiness import checks_of, readiness
from workflows.reports import weeks
from workflows.vocabulary import UNIT_KINDS, OrganizationKind, Readiness

Counts = Mapping[Readiness, int]
Key = TypeVar("Key", bound=Hashable)
One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """How it stands with one item at one unit."""

    due: DueItem
    status: Readiness
    known: KnownItem
    findings: Sequence[Finding] = ()  # on the item, not withdrawn; looked up where a single unit is asked for


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """How far one unit is; its items are in the notice's order."""

    unit: Unit
    items: Sequence[ItemStanding]

    @property
    def counts(self) -> Counts:
        return _counts(self.items)

    @property
    def categories(self) -> Sequence["OfCategory"]:
        return _by_category(self.items)


class OfCategory(NamedTuple):
    """The counts under one of the notice's headings."""

    audience: OrganizationKind  # both lists have headings of the same words
    category: str
    counts: Counts


class OfDistrict(NamedTuple):
    """The counts of a district: of its office and its universities."""

    district: Organization
    counts: Counts


@dataclass(frozen=True, slots=True)
class Standings:
    """How far the units in sight are."""

    as_of: datetime  # of a closed round, when it was closed
    round: Round
    units: Sequence[UnitStanding]

    @property
    def counts(self) -> Counts:
        return _counts(self._items())

    @property
    def categories(self) -> Sequence[OfCategory]:
        return _by_category(self._items())

    @property
    def districts(self) -> Sequence[OfDistrict]:
        of_district: dict[Organization, list[ItemStanding]] = defaultdict(list)
        for one in self.units:
            of_district[one.unit.district] += one.items
        return [OfDistrict(district, _counts(items)) for district, items in of_district.items()]

    def _items(self) -> Iterator[ItemStanding]:
        return (item for one in self.units for item in one.items)


def standings(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    round_id: str | None = None,
    district_id: str | None = None,
    organization_id: str | None = None,
) -> Standings:
    """How far every unit is that the actor sees, as far as he or she knows: of the round in force unless one is named.

    A unit does not know what stands on a sheet of others that is not closed, nor a finding that it was not notified
    of. Raises `NotAllowed` to bureau, committee and administrators, `NotFound` for a unit that is not in sight.
    """
    if not sees_readiness(actor):
        raise NotAllowed("not_allowed")
    round_ = round_meant(session, round_id)
    at = min(now, round_.closed_at or now)
    conditions = [places_seen(actor, Organization.id.expression, DISTRICT_OF_UNIT)]
    conditions += [Organization.id == organization_id] if organization_id else []
    units = units_of(session, round_, *conditions, district_id=district_id)
    if organization_id and not units:
        raise NotFound("not_found")
    table = Standings(at, round_, _standings(session, round_, units, actor, at))
    return _with_findings(session, table, actor) if organization_id else table


def _standings(
    session: Session, round_: Round, units: Sequence[Unit], actor: Actor, at: datetime
) -> list[UnitStanding]:
    rules = rules_of(session, round_)
    week_ends = {
        kind: [week.deadline for week in weeks(rules, kind, round_.starts_on, round_.ends_on)] for kind in UNIT_KINDS
    }
    checked = [
        (due, checks_of(due.due_at, week_ends[due.audience] if due.weekly else None))
        for due in due_items(session, round_, rules)
    ]
    known = known_items(session, round_.id, sheets=inspections_seen(actor), findings=findings_seen(actor))

    def standing(unit_id: str, due: DueItem, checks: Sequence[datetime]) -> ItemStanding:
        known_item = known[unit_id, due.item.id]
        return ItemStanding(due, readiness(known_item.known, checks, at), known_item)

    return [
        UnitStanding(
            unit,
            [
                standing(unit.organization.id, due, checks)
                for due, checks in checked
                if due.audience is unit.organization.kind
            ],
        )
        for unit in units
    ]


def _with_findings(session: Session, table: Standings, actor: Actor) -> Standings:
    """The same, each item with the findings on it that the actor sees."""
    (one,) = table.units
    query = select(Finding).where(
        Finding.round_id == table.round.id,
        Finding.organization_id == one.unit.organization.id,
        Finding.checklist_item_id.is_not(None),
        Finding.voided_at.is_(None),
        findings_seen(actor),
    )
    findings = _grouped(session.scalars(query.order_by(Finding.number)), lambda finding: finding.checklist_item_id)
    items = [replace(item, findings=findings.get(item.due.item.id, ())) for item in one.items]
    return replace(table, units=[replace(one, items=items)])


def _by_category(items: Iterable[ItemStanding]) -> list[OfCategory]:
    groups = _grouped(items, lambda item: (item.due.audience, item.due.item.category))
    return [OfCategory(audience, category, _counts(group)) for (audience, category), group in groups.items()]


def _counts(items: Iterable[ItemStanding]) -> Counts:
    counted = Counter(item.status for item in items)
    return {status: counted[status] for status in Readiness}


def _grouped(ones: Iterable[One], key: Callable[[One], Key]) -> dict[Key, list[One]]:
    """In the order in which each group first comes."""
    groups: dict[Key, list[One]] = defaultdict(list)
    for one in ones:
        groups[key(one)].append(one)
    return groups
