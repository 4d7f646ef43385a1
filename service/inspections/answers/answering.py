"""Answering items of a sheet: one or many at once, by several people at the same time, and never lost."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.inspections.answers.given import (
    Given,
    NewAnswer,
    changes,
    fresh_evidence,
    met,
    refuse_stale,
    refuse_unlawful,
)
from service.inspections.answers.problems import Found, finding_for, worded
from service.inspections.locking import entry_about, held_sheet
from service.models import AnswerEvidence, AnswerRevision, Inspection, InspectionAnswer
from service.records.journal import record_entries
from workflows.findings.facts import Actor
from workflows.vocabulary import Answer, JournalAct


def answer(
    session: Session, inspection_id: str, news: Sequence[NewAnswer], *, actor: Actor, now: datetime
) -> list[str]:
    """Answer items of a sheet, all of them or none; returns the ids of the items.

    Raises `Conflict` («stale_answer») when somebody answered one of them meanwhile, and says who and how; answers to
    other items never collide. What stood before is kept as `AnswerRevision`; an answer that changes nothing leaves no
    trace.
    """
    sheet = held_sheet(session, inspection_id, actor=actor)
    given = met(session, sheet, news)
    refuse_stale(given)
    refuse_unlawful(given)
    fresh = fresh_evidence(session, sheet, given, actor)
    changed = [one for one in given if changes(one, fresh)]
    for one in changed:
        _write(session, sheet, one, actor, now)
    session.flush()  # findings and evidence refer to the answers
    for item_id, evidence_ids in fresh.items():
        session.add_all(
            AnswerEvidence(inspection_id=sheet.id, item_id=item_id, evidence_id=id_) for id_ in evidence_ids
        )
    session.flush()
    numbers = {one.item.number: _find(session, sheet, one, actor, now) for one in changed}
    _journal(session, sheet, changed, numbers, actor, now)
    return [one.item_id for one in news]


def _write(session: Session, sheet: Inspection, one: Given, actor: Actor, now: datetime) -> None:
    """The answer; what it said before is kept."""
    row = one.row
    if row is None:
        row = InspectionAnswer(inspection_id=sheet.id, item_id=one.item.id, version=0)
        session.add(row)
    else:
        kept = {name: getattr(row, name) for name in ("version", "answer", "note", "answered_at", "answered_by_id")}
        session.add(AnswerRevision(inspection_id=sheet.id, item_id=one.item.id, **kept))
    row.answer = one.new.answer
    row.note = row.note if one.new.leave_note else one.new.note
    row.answered_at, row.answered_by_id = now, actor.id or ""
    row.version += 1


def _find(session: Session, sheet: Inspection, one: Given, actor: Actor, now: datetime) -> str | None:
    """Let the answer stand with its finding, logged with it unless there is one; the finding's number."""
    row = session.get_one(InspectionAnswer, (sheet.id, one.item.id))
    if one.new.answer is not Answer.NOT_IN_PLACE:
        row.finding_id = None
        return None
    new = worded(sheet, one.item, one.new.finding or Found(), note=row.note)
    new = replace(new, evidence_ids=one.new.evidence_ids, settled=one.new.settled)
    finding = finding_for(session, one.finding, new, actor=actor, now=now)
    row.finding_id = finding.id
    return finding.number


def _journal(
    session: Session,
    sheet: Inspection,
    changed: Sequence[Given],
    numbers: Mapping[str, str | None],
    actor: Actor,
    now: datetime,
) -> None:
    """One entry for the batch; it holds what was answered, not what was noted."""
    if not changed:
        return
    said = [
        {"item": one.item.number, "answer": str(one.new.answer), "finding": numbers[one.item.number]} for one in changed
    ]
    data = {"number": sheet.number, "answers": said}
    record_entries(session, [entry_about(sheet, JournalAct.ANSWER, actor=actor, data=data)], now=now)
    session.flush()
