"""What becomes of every line of a table: a new finding, a correction, nothing, or a fault."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.findings.log import NewFinding
from service.findings.new import check_new
from service.ledger_import.drafts import Draft, draft
from service.ledger_import.faults import CellFault
from service.ledger_import.matching import Known, Line
from service.ledger_import.places import items_of, places_of, plain_name
from service.ledger_import.table import Entry
from service.models import Finding
from workflows.findings.facts import Actor
from workflows.vocabulary import State

TEXTS = ("summary", "details", "location")
COLUMNS = {"organization_id": "unit", "checklist_item_id": "item"}  # of a finding → of the table


@dataclass(frozen=True, slots=True)
class Correction:
    """The texts of a finding that a line says otherwise."""

    line: Line
    finding: Finding
    texts: Mapping[str, str]


@dataclass(slots=True)
class Plan:
    """What is to be done, when nothing is wrong."""

    new: list[Line] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    unchanged: int = 0
    faults: list[CellFault] = field(default_factory=list)


def plan_of(session: Session, entries: Iterable[Entry], *, actor: Actor, now: datetime, zone: tzinfo) -> Plan:
    """Look at every line; nothing is written."""
    plan = Plan()
    lines = _placed(session, _drafts(entries, plan, zone), plan, actor=actor)
    known, taken = Known(session, lines, actor=actor, zone=zone), set[object]()
    for line in lines:
        key = line.client_id or line.key
        finding = known.of(line)
        if {key, finding and finding.id} & taken:
            plan.faults.append(line.draft.entry.fault("source", "duplicate_line"))
        taken |= {key, finding.id} if finding else {key}
        if finding is None:
            _add(session, line, plan, now)
        else:
            _compare(line, finding, plan, zone)
    return plan


def new_finding(line: Line) -> NewFinding:
    """The finding that a new line stands for."""
    said = line.draft
    return NewFinding(
        organization_id=line.place.unit.id,
        summary=said.summary,
        severity=said.severity,
        details=said.details,
        location=said.location,
        checklist_item_id=line.item_id,
        found_at=said.found_at,
        client_id=line.client_id,
    )


def _drafts(entries: Iterable[Entry], plan: Plan, zone: tzinfo) -> Iterator[Draft]:
    for entry in entries:
        found, faults = draft(entry, zone)
        plan.faults += faults
        if found:
            yield found


def _placed(session: Session, drafts: Iterable[Draft], plan: Plan, *, actor: Actor) -> Sequence[Line]:
    """The drafts whose unit and item are known."""
    drafts = list(drafts)
    places = places_of(session, {one.unit for one in drafts}, actor=actor)
    items, lines = items_of(session, places.values()), []
    for one in drafts:
        place = places.get(plain_name(one.unit))
        item_id = items.get((place.round.id, one.item)) if place and one.item else None
        if place is None:
            plan.faults.append(one.entry.fault("unit", "unknown_organization"))
        elif one.item and item_id is None:
            plan.faults.append(one.entry.fault("item", "unknown_item"))
        else:
            lines.append(Line(one, place, item_id))
    return lines


def _add(session: Session, line: Line, plan: Plan, now: datetime) -> None:
    try:
        check_new(session, new_finding(line), line.place.round, now=now)
    except InvalidInput as error:
        plan.faults += [line.draft.entry.fault(COLUMNS.get(name, name), code) for name, code in error.fields.items()]
    plan.new.append(line)


def _compare(line: Line, finding: Finding, plan: Plan, zone: tzinfo) -> None:
    """Texts may be corrected; an empty cell says nothing, and everything else is no matter of a table."""
    said = line.draft
    others = {
        "source": finding.organization_id == line.place.unit.id,
        "severity": finding.severity is said.severity,
        "item": line.item_id in (None, finding.checklist_item_id),
        "found_at": finding.found_at.astimezone(zone).date() == said.found_on,
    }
    wrong = [name for name, same in others.items() if not same]
    plan.faults += [said.entry.fault(name, _OTHERWISE.get(name, "only_texts_change")) for name in wrong]
    texts = {name: text for name in TEXTS if (text := getattr(said, name)) and text != getattr(finding, name)}
    if not texts:
        plan.unchanged += 1
    elif finding.voided_at or finding.state is State.VERIFIED:
        plan.faults += [said.entry.fault(name, "no_longer_open") for name in texts]
    else:
        plan.corrections.append(Correction(line, finding, texts))


_OTHERWISE = {"source": "source_number_reused"}
