"""What becomes of every line of a table: a new finding, a correction, nothing, or a fault."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.findings.log import NewFinding
from service.findings.new import check_new
from service.ledger_import.existing import ExistingFindings, PlacedLine
from service.ledger_import.lines import ImportLine, read_line
from service.ledger_import.places import items_of, places_of, plain_name
from service.ledger_import.table import CellFault, TableLine
from service.models import Finding
from workflows.findings.facts import Actor
from workflows.vocabulary import State

TEXTS = ("summary", "details", "location")
COLUMNS = {"organization_id": "unit", "checklist_item_id": "item"}  # of a finding → of the table
_UNCHANGEABLE = {"source": "source_number_reused"}  # the code where a field has one of its own


@dataclass(frozen=True, slots=True)
class Correction:
    """The texts of a finding that a line changes."""

    line: PlacedLine
    finding: Finding
    texts: Mapping[str, str]


@dataclass(slots=True)
class ImportPlan:
    """What an import will do, unless it has faults."""

    new: list[PlacedLine] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    unchanged: int = 0
    faults: list[CellFault] = field(default_factory=list)


def plan_import(
    session: Session, table_lines: Iterable[TableLine], *, actor: Actor, now: datetime, zone: tzinfo
) -> ImportPlan:
    """Check every line and find out what it asks for; nothing is written."""
    plan = ImportPlan()
    lines = _placed(session, _read(table_lines, plan, zone), plan, actor=actor)
    existing, taken = ExistingFindings(session, lines, actor=actor, zone=zone), set[object]()
    for line in lines:
        finding = existing.finding_of(line)
        keys = {line.client_id or line.key, *([finding.id] if finding else [])}
        if keys & taken:
            plan.faults.append(line.values.fault("source", "duplicate_line"))
        taken |= keys
        if finding is None:
            _plan_new(session, line, plan, now)
        else:
            _plan_correction(line, finding, plan, zone)
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


def _read(table_lines: Iterable[TableLine], plan: ImportPlan, zone: tzinfo) -> Sequence[ImportLine]:
    lines = []
    for table_line in table_lines:
        line, faults = read_line(table_line, zone)
        plan.faults += faults
        if line:
            lines.append(line)
    return lines


def _placed(session: Session, lines: Sequence[ImportLine], plan: ImportPlan, *, actor: Actor) -> Sequence[PlacedLine]:
    """The lines whose unit and item exist; the others are faults."""
    places = places_of(session, {line.unit for line in lines}, actor=actor)
    items, placed = items_of(session, places.values()), []
    for line in lines:
        place = places.get(plain_name(line.unit))
        item_id = items.get((place.round.id, line.item)) if place and line.item else None
        if place is None:
            plan.faults.append(line.fault("unit", "unknown_organization"))
        elif line.item and item_id is None:
            plan.faults.append(line.fault("item", "unknown_item"))
        else:
            placed.append(PlacedLine(line, place, item_id))
    return placed


def _plan_new(session: Session, line: PlacedLine, plan: ImportPlan, now: datetime) -> None:
    try:
        check_new(session, new_finding(line), line.place.round, now=now)
    except InvalidInput as error:
        plan.faults += [line.values.fault(COLUMNS.get(name, name), code) for name, code in error.fields.items()]
    plan.new.append(line)


def _plan_correction(line: PlacedLine, finding: Finding, plan: ImportPlan, zone: tzinfo) -> None:
    """Texts may be corrected, and an empty cell changes none; a line that changes anything else is at fault."""
    values = line.values
    unchanged = {
        "source": finding.organization_id == line.place.unit.id,
        "severity": finding.severity is values.severity,
        "item": line.item_id in (None, finding.checklist_item_id),
        "found_at": finding.found_at.astimezone(zone).date() == values.found_on,
    }
    for name, is_unchanged in unchanged.items():
        if not is_unchanged:
            plan.faults.append(values.fault(name, _UNCHANGEABLE.get(name, "only_texts_change")))
    texts = {name: text for name in TEXTS if (text := getattr(values, name)) and text != getattr(finding, name)}
    if not texts:
        plan.unchanged += 1
    elif finding.voided_at or finding.state is State.VERIFIED:
        plan.faults += [values.fault(name, "no_longer_open") for name in texts]
    else:
        plan.corrections.append(Correction(line, finding, texts))
