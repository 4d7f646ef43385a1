"""Closing an inspection: one notice with all that was found, feedback to the unit, word to the responsible leader."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from service.documents.orders import request_document
from service.errors import InvalidInput
from service.findings.rectification_notices import Demand, begin, issue
from service.inspections.feedback import reset_feedback_clock
from service.inspections.locking import entry_about, inspection_facts, locked_inspection
from service.models import ChecklistItem, Finding, Inspection, InspectionAnswer
from service.records.journal import NewEntry, record_entries
from service.rounds.rulebooks import calendar_in_force, policy_of_version
from workflows.deadlines import working_days_after
from workflows.findings.facts import Actor
from workflows.inspections import addressees_of_closing
from workflows.journal import JournalAct
from workflows.vocabulary import Answer, DocumentKind, InspectionKind, State


@dataclass(frozen=True, slots=True)
class Term:
    """What has to be done by when; what is not said of one finding is taken from what is said for all, or its item."""

    requirement: str | None = None
    deadline: datetime | None = None
    working_days: int | None = None

    @property
    def timed(self) -> bool:
        return self.deadline is not None or self.working_days is not None


@dataclass(frozen=True, slots=True)
class Closing:
    """The end of an inspection: a summary, a term for each finding that needs its own, and one for the rest."""

    summary: str | None = None
    for_all: Term = Term()
    terms: Sequence[tuple[str, Term]] = ()  # with the finding's id


def close(session: Session, inspection_id: str, closing: Closing, *, actor: Actor, now: datetime) -> Inspection:
    """Close an inspection for good (notice, part 4, paragraphs 2 and 3).

    Every finding of the inspection that nobody was notified of goes into one rectification notice; what a unit found
    itself, it begins with its own deadline. Raises `InvalidInput` that names the findings without requirement or
    deadline.
    """
    inspection = locked_inspection(session, inspection_id, actor=actor)
    demands = _demands(session, inspection, closing)
    answered = InspectionAnswer.inspection_id == inspection.id, InspectionAnswer.answer != Answer.NOT_SEEN
    items_seen = session.scalar(select(func.count()).select_from(InspectionAnswer).where(*answered)) or 0
    if not (items_seen or demands or closing.summary):
        raise InvalidInput({"summary": "nothing_seen"})
    overdue = reset_feedback_clock(session, inspection, now=now)  # what the clock had to say until now
    if inspection.kind is InspectionKind.SELF_CHECK:
        _begin(session, demands, actor, now)
    elif demands:
        inspection.notice = issue(session, inspection.organization_id, demands, actor=actor, now=now)
    inspection.closed_at, inspection.closed_by_id, inspection.summary = now, actor.id, closing.summary
    inspection.version += 1
    reset_feedback_clock(session, inspection, now=now)
    session.flush()
    record_entries(session, [*overdue, *_entries(session, inspection, items_seen, actor)], now=now)
    _order_documents(session, inspection, actor, now)
    return inspection


def open_findings_of(session: Session, inspection: Inspection) -> Sequence[Finding]:
    """The findings of the inspection that nobody was notified of yet, by number."""
    query = select(Finding).where(
        Finding.inspection_id == inspection.id, Finding.state == State.FOUND, Finding.voided_at.is_(None)
    )
    loaded = query.options(joinedload(Finding.checklist_item)).order_by(Finding.number)
    return session.scalars(loaded.execution_options(populate_existing=True)).all()


def _demands(session: Session, inspection: Inspection, closing: Closing) -> list[Demand]:
    findings, terms = open_findings_of(session, inspection), dict(closing.terms)
    open_ids = {finding.id for finding in findings}
    times = Counter(id_ for id_, _ in closing.terms)
    wrong = {}
    for place, (id_, _) in enumerate(closing.terms):
        if id_ not in open_ids:
            wrong[f"findings.{place}.id"] = "not_in_sheet"
        elif times[id_] > 1:
            wrong[f"findings.{place}.id"] = "duplicate"
    if wrong:
        raise InvalidInput(wrong)
    demands = [_demand(finding, terms.get(finding.id, Term()), closing.for_all) for finding in findings]
    lacking = [
        finding.number
        for finding, demand in zip(findings, demands, strict=True)
        if not demand.requirement or (demand.deadline, demand.working_days) == (None, None)
    ]
    if lacking:
        raise InvalidInput({"findings": "demands_missing"}, numbers=", ".join(lacking))
    return demands


def _demand(finding: Finding, own: Term, for_all: Term) -> Demand:
    item: ChecklistItem | None = finding.checklist_item
    requirement = own.requirement or finding.requirement or for_all.requirement or (item.requirement_zh if item else "")
    timed = own if own.timed else for_all
    return Demand(finding.id, requirement, timed.deadline, timed.working_days)


def _begin(session: Session, demands: Sequence[Demand], actor: Actor, now: datetime) -> None:
    """Begin, for the unit, what it found itself; in the order of the ids, so that no two transactions deadlock."""
    calendar = calendar_in_force(session)
    for demand in sorted(demands, key=lambda demand: demand.finding_id):
        days = demand.working_days
        deadline = working_days_after(calendar, now, days) if days else demand.deadline
        begin(session, demand.finding_id, actor=actor, now=now, deadline=deadline)
        mine = update(Finding).where(Finding.id == demand.finding_id)
        session.execute(mine.values(requirement=demand.requirement))


def _entries(session: Session, inspection: Inspection, items_seen: int, actor: Actor) -> list[NewEntry]:
    """The closing and the feedback; a self-check feeds nothing back, but those next above hear of it."""
    data = {"number": inspection.number, "seen": items_seen, **_figures(session, inspection)}
    policy = policy_of_version(session, inspection.round.policy_version)
    hears = addressees_of_closing(inspection_facts(inspection), policy)
    if inspection.kind is InspectionKind.SELF_CHECK:
        return [entry_about(inspection, JournalAct.CLOSE, actor=actor, data=data, addressees=hears)]
    return [
        entry_about(inspection, JournalAct.CLOSE, actor=actor, data=data, reason=inspection.summary),
        entry_about(inspection, JournalAct.FEEDBACK, actor=actor, data=data, addressees=hears),
    ]


def _order_documents(session: Session, inspection: Inspection, actor: Actor, now: datetime) -> None:
    """Ask for the feedback letter, also where nothing was found, and for the notice."""
    if inspection.kind is InspectionKind.INSPECTION:
        request_document(session, DocumentKind.INSPECTION_FEEDBACK, inspection.id, actor=actor, now=now)
    if inspection.notice_id:
        request_document(session, DocumentKind.RECTIFICATION_NOTICE, inspection.notice_id, actor=actor, now=now)


def _figures(session: Session, inspection: Inspection) -> dict[str, Any]:
    """All findings, those put right on the spot, and the notice's number; to be counted once the notice is issued."""
    query = select(Finding.state, func.count()).where(
        Finding.inspection_id == inspection.id, Finding.voided_at.is_(None)
    )
    by_state = dict(session.execute(query.group_by(Finding.state)).all())
    return {
        "findings": sum(by_state.values()),
        "settled": by_state.get(State.VERIFIED, 0),
        "notice": inspection.notice.number if inspection.notice else None,
    }
