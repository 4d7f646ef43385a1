"""Answering items of an inspection: one or many at once, by several people at the same time, and never lost."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from service.findings.log import NewFinding, settle
from service.inspections.answers.checks import (
    FindingWords,
    NewAnswer,
    PlacedAnswer,
    changes,
    fresh_evidence,
    place_answers,
    refuse_stale,
    refuse_unlawful,
)
from service.inspections.findings import log_on_inspection
from service.inspections.locking import entry_about, locked_inspection
from service.models import AnswerEvidence, AnswerRevision, Inspection, InspectionAnswer
from service.records.journal import record_entries
from workflows.findings.facts import Actor
from workflows.journal import JournalAct
from workflows.vocabulary import Answer, Severity

LONGEST_SUMMARY = 500  # characters that the column holds


def answer(
    session: Session, inspection_id: str, news: Sequence[NewAnswer], *, actor: Actor, now: datetime
) -> list[str]:
    """Answer items of an inspection, all of them or none; returns the ids of the items.

    Raises `Conflict` («stale_answer») when one of them was answered meanwhile, with who did and how; answers to
    other items never collide. What stood before is kept as `AnswerRevision`; an answer that changes nothing leaves no
    trace.
    """
    inspection = locked_inspection(session, inspection_id, actor=actor)
    placed = place_answers(session, inspection, news)
    refuse_stale(placed)
    refuse_unlawful(placed)
    fresh = fresh_evidence(session, inspection, placed, actor)
    changed = [one for one in placed if changes(one, fresh)]
    for one in changed:
        _write(session, inspection, one, actor, now)
    session.flush()  # findings and evidence refer to the answers
    for item_id, evidence_ids in fresh.items():
        session.add_all(
            AnswerEvidence(inspection_id=inspection.id, item_id=item_id, evidence_id=id_) for id_ in evidence_ids
        )
    session.flush()
    numbers = {one.item.number: _find(session, inspection, one, actor, now) for one in changed}
    _journal(session, inspection, changed, numbers, actor, now)
    return [one.item_id for one in news]


def _write(session: Session, inspection: Inspection, one: PlacedAnswer, actor: Actor, now: datetime) -> None:
    """The answer; what it said before is kept."""
    row = one.row
    if row is None:
        row = InspectionAnswer(inspection_id=inspection.id, item_id=one.item.id, version=0)
        session.add(row)
    else:
        session.add(
            AnswerRevision(
                inspection_id=inspection.id,
                item_id=one.item.id,
                version=row.version,
                answer=row.answer,
                note=row.note,
                answered_at=row.answered_at,
                answered_by_id=row.answered_by_id,
            )
        )
    row.answer = one.new.answer
    row.note = row.note if one.new.leave_note else one.new.note
    row.answered_at, row.answered_by_id = now, actor.id or ""
    row.version += 1


def _find(session: Session, inspection: Inspection, one: PlacedAnswer, actor: Actor, now: datetime) -> str | None:
    """Let the answer stand with its finding, logged with it unless there is one; the finding's number."""
    row = session.get_one(InspectionAnswer, (inspection.id, one.item.id))
    if one.new.answer is not Answer.NOT_IN_PLACE:
        row.finding_id = None
        return None
    finding = one.finding
    if finding is None:
        finding = log_on_inspection(session, _new_finding(inspection, one, row.note), actor=actor, now=now)
    elif one.new.settled:
        finding = settle(session, finding.id, one.new.settled, actor=actor, now=now)
    row.finding_id = finding.id
    return finding.number


def _new_finding(inspection: Inspection, one: PlacedAnswer, note: str | None) -> NewFinding:
    """The finding of an item that is not in place, worded from the item where nothing else is said."""
    words = one.new.finding or FindingWords()
    summary = f"未落实：{one.item.requirement_zh.rstrip('。')}"
    if len(summary) > LONGEST_SUMMARY:
        summary = f"{summary[: LONGEST_SUMMARY - 1]}…"
    return NewFinding(
        organization_id=inspection.organization_id,
        summary=words.summary or summary,
        severity=words.severity or Severity.GENERAL,
        details=words.details or note,
        location=words.location,
        checklist_item_id=one.item.id,
        inspection_id=inspection.id,
        evidence_ids=one.new.evidence_ids,
        settled=one.new.settled,
    )


def _journal(
    session: Session,
    inspection: Inspection,
    changed: Sequence[PlacedAnswer],
    numbers: Mapping[str, str | None],
    actor: Actor,
    now: datetime,
) -> None:
    """One entry for the batch; it holds what was answered, not what was noted."""
    if not changed:
        return
    answers = [
        {"item": one.item.number, "answer": str(one.new.answer), "finding": numbers[one.item.number]} for one in changed
    ]
    data = {"number": inspection.number, "answers": answers}
    record_entries(session, [entry_about(inspection, JournalAct.ANSWER, actor=actor, data=data)], now=now)
    session.flush()
