"""What an inspection says, item by item in the checklist's order, and what it said before."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload, load_only

from service.inspections.locking import seen_inspection
from service.models import (
    AnswerEvidence,
    AnswerRevision,
    ChecklistItem,
    Evidence,
    Finding,
    Inspection,
    InspectionAnswer,
    Person,
    with_names,
)
from service.scope import findings_seen
from workflows.findings.facts import Actor
from workflows.vocabulary import Answer


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One item of an inspection; without an answer it was not seen."""

    item: ChecklistItem
    row: InspectionAnswer | None
    finding: Finding | None  # when the caller sees it
    evidence: Sequence[Evidence]


@dataclass(frozen=True, slots=True)
class RevisionView:
    """What an answer said before it was changed."""

    item_id: str
    number: str  # of the item
    answer: Answer
    note: str | None
    version: int
    answered_at: datetime
    answered_by: Person


def answers_of(
    session: Session, inspection_id: str, *, actor: Actor, item_ids: Collection[str] | None = None
) -> list[AnswerView]:
    """Every item of the inspection's checklist with its answer, or those that are named; raises `NotFound`."""
    inspection = seen_inspection(session, inspection_id, actor=actor)
    rows, findings = answer_rows(session, inspection, item_ids), _findings(session, inspection, actor)
    evidence = _evidence(session, inspection)
    items = select(ChecklistItem).where(ChecklistItem.checklist_id == inspection.checklist_id)
    if item_ids is not None:
        items = items.where(ChecklistItem.id.in_(item_ids))
    views = []
    for item in session.scalars(items.order_by(ChecklistItem.position)):
        row = rows.get(item.id)
        finding = findings.get(row.finding_id) if row else None
        views.append(AnswerView(item, row, finding, evidence.get(item.id, ())))
    return views


def revisions_of(session: Session, inspection_id: str, *, actor: Actor) -> list[RevisionView]:
    """What answers of the inspection said before they were changed, oldest first; raises `NotFound`."""
    inspection = seen_inspection(session, inspection_id, actor=actor)
    query = (
        select(AnswerRevision, ChecklistItem.number, Person)
        .join(ChecklistItem, AnswerRevision.item_id == ChecklistItem.id)
        .join(Person, AnswerRevision.answered_by_id == Person.id)
        .options(load_only(Person.name), lazyload(Person.organization))
        .where(AnswerRevision.inspection_id == inspection.id)
        .order_by(AnswerRevision.answered_at, ChecklistItem.position, AnswerRevision.version)
    )
    return [
        RevisionView(row.item_id, number, row.answer, row.note, row.version, row.answered_at, person)
        for row, number, person in session.execute(query)
    ]


def answer_rows(
    session: Session, inspection: Inspection, item_ids: Collection[str] | None = None
) -> dict[str, InspectionAnswer]:
    """The answers that stand, by item: all of the inspection, or those to the items that are named."""
    query = select(InspectionAnswer).where(InspectionAnswer.inspection_id == inspection.id)
    if item_ids is not None:
        query = query.where(InspectionAnswer.item_id.in_(item_ids))
    named = query.options(*with_names(InspectionAnswer.answered_by)).execution_options(populate_existing=True)
    return {row.item_id: row for row in session.scalars(named)}


def _findings(session: Session, inspection: Inspection, actor: Actor) -> dict[str | None, Finding]:
    query = select(Finding).where(Finding.inspection_id == inspection.id, findings_seen(actor))
    return {finding.id: finding for finding in session.scalars(query.execution_options(populate_existing=True))}


def _evidence(session: Session, inspection: Inspection) -> dict[str, list[Evidence]]:
    query = select(AnswerEvidence).where(AnswerEvidence.inspection_id == inspection.id)
    of_item: dict[str, list[Evidence]] = defaultdict(list)
    for row in session.scalars(query):
        of_item[row.item_id].append(row.evidence)
    return {id_: sorted(pieces, key=lambda one: (one.uploaded_at, one.id)) for id_, pieces in of_item.items()}
