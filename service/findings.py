"""Logging a finding, settling it on the spot, and correcting its text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput, NotAllowed
from service.evidence import attach
from service.facts import facts_of, facts_of_finding
from service.models import Assignment, Attachment, ChecklistItem, Finding, Organization, Revision, Round, new_id
from service.moves import Opened, load, open_finding
from service.numbering import next_number
from service.overdue import COLUMNS
from service.reading import seen_finding
from service.record import Entry, Moved
from service.rulebooks import rules_of
from workflows.acts import Act
from workflows.facts import Actor
from workflows.parts import TEAM_ROLES, UNIT_ROLES, origin_of, parts_of
from workflows.rectification import log as log_happening
from workflows.vocabulary import Move, OrganizationKind, Part, Severity, State

UNIT_KINDS = (OrganizationKind.UNIVERSITY, OrganizationKind.DISTRICT)
TEXTS = ("summary", "details", "location", "requirement")


@dataclass(frozen=True, slots=True)
class Settlement:
    """立行立改: put right on the spot, and seen by the overseer."""

    evidence_ids: Sequence[str]
    comment: str


@dataclass(frozen=True, slots=True)
class NewFinding:
    """What is known of a finding when it is logged; `found_at` is when it was seen on site."""

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


def log(session: Session, new: NewFinding, *, actor: Actor, now: datetime) -> Finding:
    """Log a finding (notice, part 2); a repeat with the same `client_id` answers with the first one."""
    known = _known(session, new, actor)
    if known:
        return known
    unit = _unit(session, new, actor)
    round_ = _round_in_force(session, unit.district_id or unit.id)
    _check(session, new, round_, now)
    try:
        with session.begin_nested():  # what is taken back gives its number back
            finding = _row(session, new, round_, unit, actor, now)
            session.add(finding)
    except IntegrityError:
        known = _known(session, new, actor)  # a repeat that came at the same moment
        if known is None:
            raise
        return known
    attach(session, actor=actor, finding_id=finding.id, subject_id=finding.id, evidence_ids=new.evidence_ids)
    opened = _opened(session, finding, new, actor, now)
    if new.settled:
        _settle(opened, new.settled)
    return opened.write()[0]


def settle(session: Session, finding_id: str, settlement: Settlement, *, actor: Actor, now: datetime) -> Finding:
    """Settle a finding that was logged before, and has not been notified."""
    opened = open_finding(session, finding_id, actor=actor, now=now)
    _settle(opened, settlement)
    return opened.write()[0]


def edit(
    session: Session, finding_id: str, texts: Mapping[str, str | None], *, version: int, actor: Actor, now: datetime
) -> Finding:
    """Correct the text of an open finding; the clock is not touched, what stood before is kept.

    Raises `Conflict` («stale_version») when the finding is no longer at `version`.
    """
    finding = seen_finding(session, finding_id, actor=actor, lock=True)
    if finding.round.closed_at is not None:
        raise Conflict("round_closed")
    _may_edit(finding, actor)
    if finding.version != version:
        raise Conflict("stale_version")
    if finding.notified_at and texts.get("requirement", finding.requirement) != finding.requirement:
        raise InvalidInput({"requirement": "already_notified"})  # the unit has it in writing
    for name, text in texts.items():
        before = getattr(finding, name)
        if before != text:
            session.add(
                Revision(finding_id=finding.id, field=name, before=before, revised_at=now, revised_by_id=actor.id)
            )
            setattr(finding, name, text)
    finding.version += 1
    session.flush()
    return load(session, [finding.id])[0]


def _settle(opened: Opened, settlement: Settlement) -> None:
    id_, ids = opened.moved[0].row["id"], list(dict.fromkeys(settlement.evidence_ids))
    act = Act(Move.SETTLE, opened.actor, opened.now, evidence=len(ids))
    opened.try_move(act, reason=settlement.comment, data={"evidence_ids": ids})
    with_logging = select(Attachment.evidence_id).where(Attachment.finding_id == id_, Attachment.subject_id == id_)
    more = set(ids) - set(opened.session.scalars(with_logging))
    attach(opened.session, actor=opened.actor, finding_id=id_, subject_id=id_, evidence_ids=sorted(more))


def _known(session: Session, new: NewFinding, actor: Actor) -> Finding | None:
    if new.client_id is None:
        return None
    query = select(Finding.id).where(Finding.created_by_id == actor.id, Finding.client_id == new.client_id)
    found = session.scalar(query)
    if found is None:
        return None
    (finding,) = load(session, [found])
    if (finding.organization_id, finding.severity) != (new.organization_id, new.severity):
        raise InvalidInput({"client_id": "client_id_reused"})  # else a second finding would vanish without a word
    return finding


def _unit(session: Session, new: NewFinding, actor: Actor) -> Organization:
    """The unit, if the actor may log against it; a foreign unit looks like an unknown one."""
    if actor.role not in (*TEAM_ROLES, *UNIT_ROLES):
        raise NotAllowed("not_yours", move=Move.LOG)
    unit = session.get(Organization, new.organization_id)
    if unit is None or unit.kind not in UNIT_KINDS or unit.district_id is None:
        raise InvalidInput({"organization_id": "unknown_organization"})
    if origin_of(actor, unit_id=unit.id, unit_kind=unit.kind, district_id=unit.district_id) is None:
        raise InvalidInput({"organization_id": "unknown_organization"})
    return unit


def _check(session: Session, new: NewFinding, round_: Round, now: datetime) -> None:
    wrong = {}
    if new.found_at and new.found_at > now:
        wrong["found_at"] = "in_future"
    if new.inspection_id:
        wrong["inspection_id"] = "unknown_reference"
    if new.checklist_item_id:
        item = session.get(ChecklistItem, new.checklist_item_id)
        if item is None or item.round_id != round_.id:
            wrong["checklist_item_id"] = "unknown_reference"
    if wrong:
        raise InvalidInput(wrong)


def _row(session: Session, new: NewFinding, round_: Round, unit: Organization, actor: Actor, now: datetime) -> Finding:
    district_id = unit.district_id or unit.id
    origin = origin_of(actor, unit_id=unit.id, unit_kind=unit.kind, district_id=district_id)
    return Finding(
        id=new_id(),
        number=f"{round_.number}-{next_number(session, f'findings:{round_.id}'):04d}",
        round_id=round_.id,
        organization_id=unit.id,
        district_id=district_id,
        origin=origin,
        severity=new.severity,
        policy_version=round_.policy_version,
        created_at=now,
        created_by_id=actor.id,
        client_id=new.client_id,
        checklist_item_id=new.checklist_item_id,
        summary=new.summary,
        details=new.details,
        location=new.location,
        found_at=new.found_at or now,
        state=State.FOUND,
    )


def _round_in_force(session: Session, district_id: str) -> Round:
    """The open round that the district is assigned in; its exam days stay as they are until the finding is written."""
    query = select(Round).join(Assignment, Assignment.round_id == Round.id)
    open_ones = query.where(Assignment.district_id == district_id, Round.closed_at.is_(None))
    newest = open_ones.order_by(Round.starts_on.desc()).with_for_update(read=True, of=Round).limit(1)
    round_ = session.scalars(newest.execution_options(populate_existing=True)).first()
    if round_ is None:
        raise Conflict("no_round_in_force")
    return round_


def _opened(session: Session, finding: Finding, new: NewFinding, actor: Actor, now: datetime) -> Opened:
    row = session.execute(select(*COLUMNS).where(Finding.id == finding.id)).mappings().one()
    rules = rules_of(session, session.get_one(Round, finding.round_id), finding.policy_version)
    facts = facts_of(row)
    data = {
        "number": finding.number,
        "organization_id": finding.organization_id,
        "severity": str(new.severity),
        "summary": new.summary,
        "evidence_ids": list(new.evidence_ids),
    }
    entry = Entry(log_happening(facts, rules), actor, data=data)
    return Opened(session, actor, now, [Moved(row, facts, rules, [entry])])


def _may_edit(finding: Finding, actor: Actor) -> None:
    """The overseer may correct the text while the finding is open; the unit its own, until somebody else acts on it."""
    facts = facts_of_finding(finding)
    parts = parts_of(actor, facts)
    own = actor.id == finding.created_by_id and facts.state is State.FOUND
    if Part.OVERSEER not in parts and not own:
        raise NotAllowed("not_yours")
    if facts.closed:
        raise Conflict("wrong_state", state=str(facts.state), allowed_moves=[])
