"""Logging a finding, and settling it on the spot."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from service.errors import Conflict, InvalidInput, NotFound
from service.evidence.evidence import attachable, put_to
from service.findings.moves import OpenFinding, load, open_finding
from service.findings.new import (
    NewFinding,
    Place,
    Settlement,
    check_new,
    may_log,
    new_with_log_event,
    place_of_unit,
)
from service.findings.read import oldest_first, recorded
from service.findings.repeats import check_repeat
from service.models import Attachment, ChecklistItem, Evidence, Finding, Inspection
from service.records.events import record_new
from service.scope import findings_seen
from service.store.idempotency import created_once
from workflows.findings.facts import Actor
from workflows.vocabulary import Move

__all__ = ["NewFinding", "Place", "Settlement", "log", "log_all", "settle"]


def log(
    session: Session,
    new: NewFinding,
    *,
    actor: Actor,
    now: datetime,
    lock_inspection: Callable[[], Inspection | None] | None = None,
) -> Finding:
    """Log a finding (notice, part 2); a repeat with the same `client_id` and content answers with the first one.

    One that names an inspection is logged by `service.inspections.findings`, which locks it when it comes to that.
    Raises `InvalidInput`, `NotAllowed` for those who log no findings, `NotFound` for a first one no longer seen.
    """
    if new.client_id is None:
        return _log(session, new, actor=actor, now=now, lock_inspection=lock_inspection)
    return created_once(
        session,
        lambda: _logged_before(session, new, actor),
        lambda: _log(session, new, actor=actor, now=now, lock_inspection=lock_inspection),
    )


def _log(
    session: Session,
    new: NewFinding,
    *,
    actor: Actor,
    now: datetime,
    lock_inspection: Callable[[], Inspection | None] | None,
) -> Finding:
    round_id = _round_of_sheet(session, new) or new.round_id
    place = place_of_unit(session, new.organization_id, actor=actor, now=now, round_id=round_id)
    inspection = lock_inspection() if lock_inspection else None
    item = check_new(session, new, place.round, now=now, inspection=inspection)
    pieces = [*attachable(session, new.evidence_ids, actor=actor)]
    (locked,) = new_with_log_event(session, [(new, place)], actor=actor, now=now)
    finding = OpenFinding(session, actor, now, locked, Finding())
    if new.settled:
        pieces += _settled_by(finding, new.settled, new.evidence_ids)
    record_new(session, [locked], now=now)
    put_to(session, pieces, finding_id=finding.id, subject_id=finding.id)
    return _as_object(finding, pieces, place, item)


def _as_object(logged: OpenFinding, pieces: Sequence[Evidence], place: Place, item: ChecklistItem | None) -> Finding:
    """The finding that was recorded just now, with what its answer names."""
    finding = recorded(logged.session, logged.finding, logged.locked, oldest_first(pieces))
    make_transient_to_detached(finding)
    logged.session.add(finding)
    labour = place.assignment
    around = {"round": place.round, "organization": place.unit, "assignment": labour, "checklist_item": item}
    for name, value in ({**around, "district": labour.district} if labour else around).items():
        set_committed_value(finding, name, value)
    return finding


def _round_of_sheet(session: Session, new: NewFinding) -> str | None:
    """The round of the sheet that a finding names, if any; a finding belongs to no other."""
    if new.inspection_id is None:
        return None
    round_id = session.scalar(select(Inspection.round_id).where(Inspection.id == new.inspection_id))
    if round_id and new.round_id not in (None, round_id):
        raise InvalidInput({"round_id": "not_round_of_sheet"})
    return round_id


def log_all(session: Session, news: Sequence[tuple[NewFinding, Place]], *, actor: Actor, now: datetime) -> list[str]:
    """Log findings that were checked and bring no evidence, all of them or none, and return their ids.

    Raises `Conflict` («stale_version») when one of them was logged by the same person at the same moment.
    """
    try:
        with session.begin_nested():
            logged = new_with_log_event(session, news, actor=actor, now=now)
            record_new(session, logged, now=now)
    except IntegrityError as error:
        raise Conflict("stale_version") from error
    return [str(one.row["id"]) for one in logged]


def settle(session: Session, finding_id: str, settlement: Settlement, *, actor: Actor, now: datetime) -> Finding:
    """Settle a finding that was logged before, and has not been notified."""
    finding = open_finding(session, finding_id, actor=actor, now=now)
    here = (Attachment.finding_id == finding.id, Attachment.subject_id == finding.id)
    pieces = _settled_by(finding, settlement, session.scalars(select(Attachment.evidence_id).where(*here)).all())
    put_to(session, pieces, finding_id=finding.id, subject_id=finding.id)
    return finding.write()


def _settled_by(finding: OpenFinding, settlement: Settlement, attached: Sequence[str]) -> Sequence[Evidence]:
    """Settle; returns the evidence that comes along beside what came with the logging."""
    ids = list(settlement.evidence_ids)
    finding.move(Move.SETTLE, reason=settlement.comment, evidence=len(ids), data={"evidence_ids": ids})
    return attachable(finding.session, set(ids) - set(attached), actor=finding.actor)


def _logged_before(session: Session, new: NewFinding, actor: Actor) -> Finding | None:
    if new.client_id is None:
        return None
    may_log(actor)
    query = select(Finding.id, findings_seen(actor)).where(Finding.created_by_id == actor.id)
    found = session.execute(query.where(Finding.client_id == new.client_id)).one_or_none()
    if found is None:
        return None
    id_, is_seen = found
    if not is_seen:  # one's own finding of a team, district or organization that one has left
        raise NotFound("not_found")
    (finding,) = load(session, [id_])
    check_repeat(session, finding, new)
    return finding
