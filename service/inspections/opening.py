"""Opening an inspection (督查) or a self-check (自查) over a checklist, and correcting its head."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotFound
from service.findings.new import Place, may_log, place_of_unit
from service.inspections.feedback import reset_feedback_clock
from service.inspections.locking import entry_about, locked_inspection
from service.models import Checklist, Inspection, JournalEntry, new_id
from service.records.journal import record_entries
from service.rounds.rulebooks import calendar_in_force
from service.scope import inspections_seen
from service.store.idempotency import created_once, refuse_unless_same
from service.store.numbering import next_number
from workflows.findings.facts import Actor
from workflows.inspections import kind_of
from workflows.journal import JournalAct
from workflows.vocabulary import InspectionKind, Method

_LETTERS = {InspectionKind.INSPECTION: "督", InspectionKind.SELF_CHECK: "自"}  # within the number: 2021-35-督0001


@dataclass(frozen=True, slots=True)
class NewInspection:
    """An inspection to be opened; `inspected_on` is its first day, today when not given.

    Kind and checklist follow from who opens it about whom; given, they must be those.
    """

    organization_id: str
    kind: InspectionKind | None = None
    checklist_id: str | None = None
    inspected_on: date | None = None
    methods: Sequence[Method] = ()
    rooms: Sequence[str] = ()
    participants: Sequence[str] = ()
    note: str | None = None
    client_id: str | None = None
    round_id: str | None = None  # none: the only one that runs


def open_inspection(session: Session, new: NewInspection, *, actor: Actor, now: datetime) -> Inspection:
    """Open an inspection about a unit (notice, part 2); a repeat with the same `client_id` returns the first one."""
    return created_once(
        session, lambda: _opened_before(session, new, actor), lambda: _open(session, new, actor=actor, now=now)
    )


def _open(session: Session, new: NewInspection, *, actor: Actor, now: datetime) -> Inspection:
    place = place_of_unit(session, new.organization_id, actor=actor, now=now, round_id=new.round_id)
    checklist = _checklist(session, new, place)
    inspected_on = _day(session, new, place, now)
    inspection = _row(session, replace(new, inspected_on=inspected_on), place, checklist, actor, now)
    session.add(inspection)
    session.flush()
    data = {"number": inspection.number, "kind": str(inspection.kind)}
    opened = entry_about(inspection, JournalAct.OPEN, actor=actor, data=data)
    record_entries(session, [opened, *reset_feedback_clock(session, inspection, now=now)], now=now)
    session.flush()
    return inspection


def correct_head(
    session: Session, inspection_id: str, head: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> Inspection:
    """Change methods, rooms, participants or note; what stood before is kept in the journal.

    The day of the inspection stays: the feedback is counted from it. Raises `Conflict` («stale_version») when the
    head is no longer at `version`.
    """
    inspection = locked_inspection(session, inspection_id, actor=actor)
    if inspection.version != version:
        raise Conflict("stale_version")
    if "methods" in head:
        head = {**head, "methods": _in_order(head["methods"])}
    before = {name: getattr(inspection, name) for name, value in head.items() if getattr(inspection, name) != value}
    if before:
        for name in before:
            setattr(inspection, name, head[name])
        inspection.version += 1
        data = {"number": inspection.number, "before": before}
        record_entries(session, [entry_about(inspection, JournalAct.REVISE, actor=actor, data=data)], now=now)
        session.flush()
    return inspection


def _opened_before(session: Session, new: NewInspection, actor: Actor) -> Inspection | None:
    if new.client_id is None:
        return None
    may_log(actor)
    mine = select(Inspection, inspections_seen(actor)).where(Inspection.opened_by_id == actor.id)
    found = session.execute(mine.where(Inspection.client_id == new.client_id)).one_or_none()
    if found is None:
        return None
    inspection, is_seen = found
    if not is_seen:  # one's own sheet of a team, district or organization that one has left
        raise NotFound("not_found")
    refuse_unless_same(_differing(session, inspection, new))
    return inspection


def _differing(session: Session, inspection: Inspection, new: NewInspection) -> Iterator[str]:
    """The fields that differ from what was opened first; what was left out then followed by itself, as it does now."""
    revisions = select(JournalEntry.data).where(
        JournalEntry.subject_id == inspection.id, JournalEntry.act == JournalAct.REVISE
    )
    first = {name: getattr(inspection, name) for name in ("methods", "rooms", "participants", "note")}
    for data in session.scalars(revisions.order_by(JournalEntry.position.desc())):
        first |= data.get("before", {})
    given = {"methods": _in_order(new.methods), "rooms": list(new.rooms), "participants": list(new.participants)}
    yield from (name for name, value in first.items() if value != given.get(name, new.note))
    fixed = {"organization_id": new.organization_id, "kind": new.kind, "checklist_id": new.checklist_id}
    yield from (name for name, value in fixed.items() if value not in (None, getattr(inspection, name)))
    opened_on = calendar_in_force(session).local_date(inspection.opened_at)
    if (new.inspected_on or opened_on) != inspection.inspected_on:
        yield "inspected_on"


def _checklist(session: Session, new: NewInspection, place: Place) -> Checklist:
    """Annex 1 about universities, annex 2 about district offices."""
    if new.kind not in (None, kind_of(place.origin)):
        raise InvalidInput({"kind": "kind_differs"})
    fitting = select(Checklist).where(Checklist.round_id == place.round.id, Checklist.audience == place.unit.kind)
    checklist = session.scalar(fitting.order_by(Checklist.annex).limit(1))
    if checklist is None:
        raise Conflict("no_checklist")
    if new.checklist_id not in (None, checklist.id):
        raise InvalidInput({"checklist_id": "unknown_reference"})
    return checklist


def _day(session: Session, new: NewInspection, place: Place, now: datetime) -> date:
    """The first day of the inspection: within the round, and not one that is still to come."""
    today = calendar_in_force(session).local_date(now)
    if new.inspected_on is None:
        return today
    if new.inspected_on > today:
        raise InvalidInput({"inspected_on": "in_future"})
    if new.inspected_on < place.round.starts_on:
        raise InvalidInput({"inspected_on": "before_round"}, starts_on=place.round.starts_on)
    return new.inspected_on


def _row(
    session: Session, new: NewInspection, place: Place, checklist: Checklist, actor: Actor, now: datetime
) -> Inspection:
    kind = kind_of(place.origin)
    running = next_number(session, f"inspections:{kind}:{place.round.id}")
    return Inspection(
        id=new_id(),
        number=f"{place.round.number}-{_LETTERS[kind]}{running:04d}",
        round_id=place.round.id,
        round=place.round,
        checklist_id=checklist.id,
        kind=kind,
        origin=place.origin,
        organization_id=place.unit.id,
        district_id=place.district_id,
        by_organization_id=actor.organization_id,
        inspected_on=new.inspected_on,
        methods=_in_order(new.methods),
        rooms=list(new.rooms),
        participants=list(new.participants),
        note=new.note,
        client_id=new.client_id,
        progress={},
        opened_at=now,
        opened_by_id=actor.id,
    )


def _in_order(methods: Sequence[Method]) -> list[str]:
    """Each once, in the notice's order."""
    return [str(method) for method in Method if method in methods]
