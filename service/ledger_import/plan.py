"""What becomes of every line of a table: a new finding, a correction, nothing, or a fault."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from sqlalchemy.orm import Session

from service.findings.log import NewFinding
from service.findings.new import CLOCKS_AHEAD, Place, may_log
from service.ledger.workbook import clean
from service.ledger_import.existing import ExistingFindings, findings_by_number
from service.ledger_import.lines import DraftLine, plain_lines, read_line
from service.ledger_import.placed_lines import CorrectedLine, KnownFinding, PlacedLine
from service.ledger_import.places import items_of, places_of
from service.ledger_import.table import CellFault, TableLine
from workflows.findings.facts import Actor
from workflows.signs import plain_name, searchable, trimmed
from workflows.vocabulary import State

TEXTS = ("summary", "details", "location")


@dataclass(slots=True)
class ImportPlan:
    """What an import will do, unless it has faults, and what it has found in the books."""

    new: list[PlacedLine] = field(default_factory=list)
    corrections: list[CorrectedLine] = field(default_factory=list)
    unchanged: int = 0
    faults: list[CellFault] = field(default_factory=list)
    pictures: list[CellFault] = field(default_factory=list)
    units: frozenset[str] = frozenset()  # as the lines without a number name them
    places: Mapping[str, Place] = field(default_factory=dict)
    items: Mapping[tuple[str, str], str] = field(default_factory=dict)
    existing: ExistingFindings | None = None
    versions: dict[str, int] = field(default_factory=dict)  # of the findings that lines stand for


def plan_import(
    session: Session,
    table_lines: Sequence[TableLine],
    *,
    actor: Actor,
    now: datetime,
    zone: tzinfo,
    round_id: str | None = None,
) -> ImportPlan:
    """Check every line and find out what it asks for; nothing is written.

    Raises NotAllowed when there are lines to log and the actor may log none.
    """
    plan = ImportPlan(pictures=[fault for line in table_lines for fault in line.pictures()])
    drafts = [read_line(line, zone) for line in table_lines if line.says_anything]
    numbers = {number for draft in drafts if isinstance(number := draft.values.get("number"), str)}
    known = findings_by_number(session, numbers, actor=actor) if numbers else {}
    taken: set[object] = set()
    for draft in drafts:
        if "number" in draft.values:
            _plan_known(draft, known.get(searchable(draft.values["number"])), plan, taken, zone)
    unnumbered = [draft for draft in drafts if "number" not in draft.values]
    if unnumbered:
        may_log(actor)
        plan.units = frozenset(draft.values["unit"] for draft in unnumbered if "unit" in draft.values)
        plan.places = places_of(session, plan.units, actor=actor, now=now, round_id=round_id)
        plan.items = items_of(session, plan.places.values())
        placed = _placed(unnumbered, plan, now=now)
        plan.existing = existing = ExistingFindings(session, placed, actor=actor, zone=zone)
        for line in placed:
            _plan_placed(line, existing.finding_of(line), plan, taken, zone)
    return plan


def new_finding(line: PlacedLine) -> NewFinding:
    """The finding that a new line stands for."""
    values = line.values
    return NewFinding(
        organization_id=line.place.unit.id,
        summary=values.summary,
        severity=values.severity,
        details=values.details,
        location=values.location,
        checklist_item_id=line.item_id,
        found_at=values.found_at,
        client_id=line.client_id,
    )


def _placed(drafts: Sequence[DraftLine], plan: ImportPlan, *, now: datetime) -> Sequence[PlacedLine]:
    """The lines without any fault; of the others every fault is gathered."""
    places, items, placed = plan.places, plan.items, []
    for draft in drafts:
        place = places.get(plain_name(draft.values.get("unit", "")))
        faults = [*draft.faults, *_faults_of_place(draft, place, items, now)]
        plan.faults += faults
        if place and not faults:
            values = draft.line()
            placed.append(PlacedLine(values, place, items.get((place.round.id, values.item)) if values.item else None))
    return placed


def _faults_of_place(
    draft: DraftLine, place: Place | None, items: Mapping[tuple[str, str], str], now: datetime
) -> Iterator[CellFault]:
    values = draft.values
    if "unit" in values and place is None:
        yield draft.fault("unit", "unknown_organization")
    if "item" in values:
        rounds = {place.round.id} if place else {round_id for round_id, _ in items}  # any, of an unknown unit
        if rounds and not any((round_id, values["item"]) in items for round_id in rounds):
            yield draft.fault("item", "unknown_item")
    if "found_at" in values and values["found_at"] > now + CLOCKS_AHEAD:
        yield draft.fault("found_at", "in_future")


def _plan_known(
    draft: DraftLine, finding: KnownFinding | None, plan: ImportPlan, taken: set[object], zone: tzinfo
) -> None:
    plan.faults += draft.faults
    if finding is None:
        plan.faults.append(draft.fault("number", "unknown_number"))
        return
    if plain_name(draft.values.get("unit", finding.unit)) != plain_name(finding.unit):
        plan.faults.append(draft.fault("unit", "number_of_another_unit"))
    item = draft.values.get("item", finding.item)
    _plan_finding(draft, finding, plan, taken, zone, item_is_same=item == finding.item)


def _plan_placed(
    line: PlacedLine, finding: KnownFinding | None, plan: ImportPlan, taken: set[object], zone: tzinfo
) -> None:
    draft = line.values.draft
    key = line.client_id or (*line.key, line.spot)
    if key in taken:
        plan.faults.append(draft.fault("source", "duplicate_line"))
    elif finding is None:
        plan.new.append(line)
    else:
        if finding.organization_id != line.place.unit.id:
            plan.faults.append(draft.fault("source", "source_number_reused"))
        _plan_finding(draft, finding, plan, taken, zone, item_is_same=line.item_id in (None, finding.item_id))
    taken.add(key)


def _plan_finding(
    draft: DraftLine, finding: KnownFinding, plan: ImportPlan, taken: set[object], zone: tzinfo, *, item_is_same: bool
) -> None:
    """Texts may be corrected, and an empty cell changes none; a line that changes anything else is at fault."""
    values = draft.values
    if finding.id in taken:
        plan.faults.append(draft.fault("number" if "number" in values else "source", "duplicate_line"))
        return
    taken.add(finding.id)
    plan.versions[finding.id] = finding.version
    found_on = finding.found_at.astimezone(zone).date()
    unchanged: dict[str, Callable[[], bool]] = {
        "severity": lambda: values["severity"] is finding.severity,
        "item": lambda: item_is_same,
        "found_at": lambda: values["found_at"].astimezone(zone).date() == found_on,
    }
    changed = [name for name, is_same in unchanged.items() if name in values and not is_same()]
    plan.faults += [draft.fault(name, "only_texts_change") for name in changed]
    texts = {name: values[name] for name in TEXTS if name in values and values[name] != _read(getattr(finding, name))}
    if not texts:
        plan.unchanged += 1
    elif finding.voided_at or finding.state is State.VERIFIED:
        plan.faults += [draft.fault(name, "no_longer_open") for name in texts]
    else:
        plan.corrections.append(CorrectedLine(draft, finding, texts))


def _read(stored: str | None) -> str | None:
    """A text as it comes back out of a ledger that it was written to."""
    return plain_lines(trimmed(clean(stored))) if stored else stored
