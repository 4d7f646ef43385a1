"""New findings: the unit they are against, their round and number; for one finding or a thousand."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed
from service.findings.sweep import COLUMNS
from service.models import Assignment, ChecklistItem, Finding, Inspection, Organization, Round, new_id
from service.records.events import EventData, LockedFinding, NewEvent
from service.records.facts import facts_of
from service.rounds.rulebooks import RulesOfRounds
from service.store.numbering import next_numbers
from workflows.findings.facts import Actor
from workflows.findings.rectification import log as log_transition
from workflows.findings.rectification import propose
from workflows.findings.sides import origin_of
from workflows.vocabulary import TEAM_ROLES, UNIT_KINDS, UNIT_ROLES, Move, Origin, Severity, State

AT_A_TIME = 500  # findings looked up by their ids


@dataclass(frozen=True, slots=True)
class Settlement:
    """立行立改: put right on the spot, and seen by the overseer."""

    evidence_ids: Sequence[str]
    comment: str


@dataclass(frozen=True, slots=True)
class NewFinding:
    """A finding to be logged; `found_at` is when it was seen on site, None: now."""

    organization_id: str
    summary: str
    severity: Severity
    details: str | None = None
    location: str | None = None
    checklist_item_id: str | None = None
    inspection_id: str | None = None
    found_at: datetime | None = None
    evidence_ids: Sequence[str] = ()
    client_id: str | None = None
    settled: Settlement | None = None
    carried_from_id: str | None = None  # the finding of an earlier round that goes on as this one
    fell_due_at: datetime | None = None  # of its item, unconfirmed: the clock proposes it


@dataclass(frozen=True, slots=True)
class Place:
    """The unit that a finding is against, the round in force there, and the side that has found it."""

    unit: Organization
    round: Round
    origin: Origin

    @property
    def district_id(self) -> str:
        return self.unit.district_id or self.unit.id


def may_log(actor: Actor) -> None:
    """Raise NotAllowed unless the actor is one of those who log findings at all."""
    if actor.role not in (*TEAM_ROLES, *UNIT_ROLES):
        raise NotAllowed("not_yours", move=Move.LOG)


def place_of_unit(session: Session, organization_id: str, *, actor: Actor) -> Place:
    """The place at which the actor may log against the unit; InvalidInput for a foreign unit as for an unknown one."""
    may_log(actor)
    unit = session.get(Organization, organization_id)
    if unit is None or unit.kind not in UNIT_KINDS or unit.district_id is None:
        raise InvalidInput({"organization_id": "unknown_organization"})
    origin = origin_of(actor, unit_id=unit.id, unit_kind=unit.kind, district_id=unit.district_id)
    if origin is None:
        raise InvalidInput({"organization_id": "unknown_organization"})
    return Place(unit, round_in_force(session, unit.district_id), origin)


def check_new(
    session: Session, new: NewFinding, round_: Round, *, now: datetime, inspection: Inspection | None = None
) -> None:
    """Raise InvalidInput when `found_at` is in the future, or sheet or checklist item are not of the round or sheet."""
    wrong = {}
    if new.found_at and new.found_at > now:
        wrong["found_at"] = "in_future"
    if new.inspection_id and inspection is None:
        wrong["inspection_id"] = "unknown_reference"
    if new.checklist_item_id:
        item = session.get(ChecklistItem, new.checklist_item_id)
        of_round = item is not None and item.round_id == round_.id
        if not of_round or (inspection and item and item.checklist_id != inspection.checklist_id):
            wrong["checklist_item_id"] = "unknown_reference"
    if wrong:
        raise InvalidInput(wrong)


def add_rows(session: Session, news: Sequence[tuple[NewFinding, Place]], *, actor: Actor, now: datetime) -> list[str]:
    """Add the rows of findings that were checked, numbered in their order, and return their ids."""
    numbers = _numbers(session, [place.round for _, place in news])
    rows = [_row(new, place, next(numbers[place.round.id]), actor, now) for new, place in news]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def locked_with_log_event(
    session: Session, ids: Sequence[str], news: Sequence[NewFinding], *, actor: Actor
) -> list[LockedFinding]:
    """Findings whose rows were just added, each with its first event: that it was logged, or proposed by the clock."""
    rules_of_rounds, moved = RulesOfRounds(session), []
    rows = {row["id"]: row for row in _read_rows(session, ids)}
    for id_, new in zip(ids, news, strict=True):
        row = rows[id_]
        facts, rules = facts_of(row), rules_of_rounds.of(row["round_id"], row["policy_version"])
        data = EventData(
            number=row["number"],
            organization_id=row["organization_id"],
            severity=str(new.severity),
            summary=new.summary,
            evidence_ids=list(new.evidence_ids),
        )
        if new.carried_from_id:
            data["carried_from"] = new.carried_from_id
        due_at = new.fell_due_at
        transition = propose(facts, rules, due_at) if due_at else log_transition(facts, rules)
        moved.append(LockedFinding(row, facts, rules, [NewEvent(transition, actor, data=data)]))
    return moved


def _read_rows(session: Session, ids: Sequence[str]) -> Iterator[RowMapping]:
    for at in range(0, len(ids), AT_A_TIME):
        query = select(*COLUMNS).where(Finding.id.in_(ids[at : at + AT_A_TIME]))
        yield from session.execute(query).mappings()


def round_in_force(session: Session, district_id: str) -> Round:
    """The open round that the district is assigned in, locked against changes; Conflict `no_round_in_force`."""
    query = select(Round).join(Assignment, Assignment.round_id == Round.id)
    open_ones = query.where(Assignment.district_id == district_id, Round.closed_at.is_(None))
    newest = open_ones.order_by(Round.starts_on.desc()).with_for_update(read=True, of=Round).limit(1)
    round_ = session.scalars(newest.execution_options(populate_existing=True)).first()
    if round_ is None:
        raise Conflict("no_round_in_force")
    return round_


def _numbers(session: Session, rounds: Sequence[Round]) -> dict[str, Iterator[int]]:
    """The next running numbers of each round, taken in the order of the rounds' ids."""
    counts = Counter(round_.id for round_ in rounds)
    return {id_: count(next_numbers(session, f"findings:{id_}", many)) for id_, many in sorted(counts.items())}


def _row(new: NewFinding, place: Place, number: int, actor: Actor, now: datetime) -> Finding:
    return Finding(
        id=new_id(),
        number=f"{place.round.number}-{number:04d}",
        round_id=place.round.id,
        organization_id=place.unit.id,
        district_id=place.district_id,
        origin=place.origin,
        severity=new.severity,
        policy_version=place.round.policy_version,
        created_at=now,
        created_by_id=actor.id,
        proposed=new.fell_due_at is not None,
        client_id=new.client_id,
        checklist_item_id=new.checklist_item_id,
        carried_from_id=new.carried_from_id,
        inspection_id=new.inspection_id,
        summary=new.summary,
        details=new.details,
        location=new.location,
        found_at=new.found_at or now,
        state=State.FOUND,
    )
