"""What stands where an answer is to go, and why it may not be given."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import Conflict, InvalidInput
from service.evidence.evidence import pieces_for
from service.findings.new import Settlement
from service.inspections.answer_list import answer_rows
from service.inspections.locking import refusal
from service.models import AnswerEvidence, ChecklistItem, Finding, Inspection, InspectionAnswer
from workflows.findings.facts import Actor
from workflows.inspections import answer_refused
from workflows.vocabulary import Answer, Severity


@dataclass(frozen=True, slots=True)
class FindingWords:
    """How a finding is worded; what is not said comes from the item, the answer's note, or is general."""

    summary: str | None = None
    severity: Severity | None = None
    details: str | None = None
    location: str | None = None

    def agrees_with(self, finding: Finding) -> bool:
        """Whether the finding already says all that is said here."""
        words = {field.name: getattr(self, field.name) for field in fields(self)}
        return all(value is None or value == getattr(finding, name) for name, value in words.items())


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """One item's answer, and the version that its author saw: 0 when nobody had answered the item.

    «Not in place» opens a finding, once for each inspection and item; `finding` are its words, `settled` says that it
    was put right on the spot. Evidence is added to what the answer has.
    """

    item_id: str
    answer: Answer
    version: int
    note: str | None = None
    leave_note: bool = False  # keep the note that stands
    evidence_ids: Sequence[str] = ()
    finding: FindingWords | None = None
    settled: Settlement | None = None


@dataclass(frozen=True, slots=True)
class PlacedAnswer:
    """A new answer with its item, the answer that stands and the finding that stands."""

    place: str  # within what the caller sent
    new: NewAnswer
    item: ChecklistItem
    row: InspectionAnswer | None
    finding: Finding | None  # the one that stands for this item of the inspection


def place_answers(session: Session, inspection: Inspection, news: Sequence[NewAnswer]) -> list[PlacedAnswer]:
    """The answers beside what stands; `InvalidInput` for items that are not of the checklist, or come twice."""
    ids = [new.item_id for new in news]
    query = select(ChecklistItem).where(
        ChecklistItem.checklist_id == inspection.checklist_id, ChecklistItem.id.in_(ids)
    )
    items = {item.id: item for item in session.scalars(query)}
    times = Counter(ids)
    wrong = {}
    for place, new in enumerate(news):
        if new.item_id not in items:
            wrong[f"answers.{place}.item_id"] = "unknown_reference"
        elif times[new.item_id] > 1:
            wrong[f"answers.{place}.item_id"] = "duplicate"
    if wrong:
        raise InvalidInput(wrong)
    rows, findings = answer_rows(session, inspection, ids), _standing_findings(session, inspection, ids)
    return [
        PlacedAnswer(f"answers.{place}", new, items[new.item_id], rows.get(new.item_id), findings.get(new.item_id))
        for place, new in enumerate(news)
    ]


def _standing_findings(session: Session, inspection: Inspection, item_ids: Sequence[str]) -> dict[str, Finding]:
    """The finding that stands for each of the items on this inspection, by the item's id; void ones do not stand."""
    query = select(Finding).where(
        Finding.inspection_id == inspection.id, Finding.checklist_item_id.in_(item_ids), Finding.voided_at.is_(None)
    )
    newest_first = query.order_by(Finding.created_at.desc(), Finding.number.desc())
    found = session.scalars(newest_first.execution_options(populate_existing=True))
    return {finding.checklist_item_id: finding for finding in found if finding.checklist_item_id}


def refuse_stale(placed: Sequence[PlacedAnswer]) -> None:
    """Raise `Conflict` («stale_answer») for answers to older versions, with who has written what since."""
    wrong = {}
    stale = []
    for one in placed:
        version = one.row.version if one.row else 0
        if one.new.version > version:
            wrong[f"{one.place}.version"] = "unknown_version"
        elif one.row and one.new.version < version:
            stale.append((one.item, one.row))
    if wrong:
        raise InvalidInput(wrong)
    if stale:
        item, row = stale[0]
        raise Conflict(
            "stale_answer",
            item=item.number,
            person=row.answered_by.name,
            at=row.answered_at,
            answer=row.answer,
            stale=[_stale_answer(item, row) for item, row in stale],
        )


def _stale_answer(item: ChecklistItem, row: InspectionAnswer) -> dict[str, object]:
    """The answer that stands, as it goes into `stale` of the 409."""
    return {
        "item_id": item.id,
        "number": item.number,
        "answer": str(row.answer),
        "note": row.note,
        "version": row.version,
        "answered_at": row.answered_at,
        "answered_by": {"id": row.answered_by_id, "name": row.answered_by.name},
    }


def refuse_unlawful(placed: Sequence[PlacedAnswer]) -> None:
    """Raise when a finding stands that the answer would deny, or when words of a finding come where none is opened."""
    wrong: dict[str, str] = {}
    for one in placed:
        refused = answer_refused(one.new.answer, finding_stands=one.finding is not None)
        if refused and one.finding:
            raise refusal(refused, item=one.item.number, finding=one.finding.number)
        if one.new.answer is not Answer.NOT_IN_PLACE:
            if one.new.finding:
                wrong[f"{one.place}.finding"] = "only_not_in_place"
            if one.new.settled:
                wrong[f"{one.place}.settled"] = "only_not_in_place"
        elif one.finding and one.new.finding and not one.new.finding.agrees_with(one.finding):
            wrong[f"{one.place}.finding"] = "finding_differs"
    if wrong:
        raise InvalidInput(wrong)


def fresh_evidence(
    session: Session, inspection: Inspection, placed: Sequence[PlacedAnswer], actor: Actor
) -> dict[str, list[str]]:
    """By item, the evidence that its answer does not have yet; `InvalidInput` for pieces that the actor may not use."""
    wanted = {one.item.id: set(one.new.evidence_ids) for one in placed if one.new.evidence_ids}
    if not wanted:
        return {}
    usable = {one.id for one in pieces_for(session, chain.from_iterable(wanted.values()), actor=actor)}
    wrong = {}
    for one in placed:
        if not usable.issuperset(one.new.evidence_ids):
            wrong[f"{one.place}.evidence_ids"] = "unknown_evidence"
    if wrong:
        raise InvalidInput(wrong)
    query = select(AnswerEvidence.item_id, AnswerEvidence.evidence_id).where(
        AnswerEvidence.inspection_id == inspection.id
    )
    attached: dict[str, set[str]] = defaultdict(set)
    for item_id, evidence_id in session.execute(query):
        attached[item_id].add(evidence_id)
    return {item_id: sorted(ids - attached[item_id]) for item_id, ids in wanted.items()}


def changes(one: PlacedAnswer, fresh: Mapping[str, Sequence[str]]) -> bool:
    """Whether the answer says anything that does not stand already."""
    if one.row is None or one.row.answer is not one.new.answer or fresh.get(one.item.id) or one.new.settled:
        return True
    opens = one.new.answer is Answer.NOT_IN_PLACE and one.finding is None
    return opens or not (one.new.leave_note or one.new.note == one.row.note)
