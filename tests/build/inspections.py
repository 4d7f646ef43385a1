"""The notice's checklists in the town's round, and inspections over them that have come some way."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.checklists.catalogues import NOTICE_2021_35, shipped
from service.checklists.checklists import add_checklists
from service.inspections.answer_list import AnswerView, answers_of
from service.inspections.answers import FindingWords, NewAnswer, answer
from service.inspections.closing import Closing, Term, close
from service.inspections.feedback import next_feedback_at, sweep_feedback
from service.inspections.opening import NewInspection, open_inspection
from service.models import Alert, ChecklistItem, Finding, Inspection, JournalEntry
from tests.worlds.books import DEADLINE, FOUND_AT, Town
from workflows.findings.facts import Actor
from workflows.vocabulary import Answer

BY_DEADLINE = Closing(for_all=Term(deadline=DEADLINE))


def lay_checklists(session: Session, town: Town) -> None:
    """Bring annexes 1 and 2 into the round, and commit them."""
    add_checklists(session, town.round, shipped(NOTICE_2021_35))
    session.commit()


def opened(
    session: Session, town: Town, *, by: Actor | None = None, at: datetime = FOUND_AT, **given: Any
) -> Inspection:
    """An inspection about the college by the inspector, unless said otherwise."""
    new = NewInspection(given.pop("organization_id", town.college.id), **given)
    return open_inspection(session, new, actor=by or town.inspector, now=at)


def items_of(session: Session, inspection: Inspection) -> Sequence[ChecklistItem]:
    """The items of the inspection's checklist, in order."""
    query = select(ChecklistItem).where(ChecklistItem.checklist_id == inspection.checklist_id)
    return session.scalars(query.order_by(ChecklistItem.position)).all()


def say(
    session: Session,
    inspection: Inspection,
    row: int,
    what: Answer,
    *,
    by: Actor,
    at: datetime = FOUND_AT,
    version: int = 0,
    **given: Any,
) -> None:
    """Answer the item in that row of the annex."""
    item = items_of(session, inspection)[row - 1]
    answer(session, inspection.id, [NewAnswer(item.id, what, version, **given)], actor=by, now=at)


def find(session: Session, inspection: Inspection, row: int, *, by: Actor, **given: Any) -> None:
    """Answer that the item in that row is not in place, with a summary of its own."""
    given.setdefault("finding", FindingWords(summary=f"第{row}项未落实"))
    say(session, inspection, row, Answer.NOT_IN_PLACE, by=by, **given)


def closed(
    session: Session, town: Town, inspection: Inspection, *, by: Actor | None = None, at: datetime = FOUND_AT
) -> Inspection:
    """The inspection, closed with one deadline for all."""
    return close(session, inspection.id, BY_DEADLINE, actor=by or town.inspector, now=at)


def row(session: Session, inspection: Inspection, number: int, town: Town) -> AnswerView:
    """How the item in that row stands, as the inspector sees it."""
    return answers_of(session, inspection.id, actor=town.inspector)[number - 1]


def findings(session: Session) -> int:
    """How many findings there are."""
    return session.scalar(select(func.count(Finding.id))) or 0


def the_finding(session: Session) -> Finding:
    """The only one."""
    return session.scalars(select(Finding)).one()


def sweep_inspections(session: Session, until: datetime) -> None:
    """Let the feedback clock run as a worker that is never late does."""
    while (due_at := next_feedback_at(session)) and due_at <= until:
        sweep_feedback(session, now=due_at)


def journal_of(session: Session, inspection: Inspection) -> Sequence[JournalEntry]:
    """What happened to the inspection, in order."""
    query = select(JournalEntry).where(JournalEntry.subject_id == inspection.id)
    return session.scalars(query.order_by(JournalEntry.position)).all()


def who_heard(session: Session, town: Town, inspection: Inspection, kind: str) -> list[str]:
    """Who was alerted of one kind of thing about the inspection, by the names of `Town`; as often as it happened."""
    names = {actor.id: name for name, actor in town.everybody().items()}
    entries = select(JournalEntry.id).where(JournalEntry.subject_id == inspection.id)
    query = select(Alert.person_id).where(Alert.kind == kind, Alert.entry_id.in_(entries))
    return sorted(names[person_id] for person_id in session.scalars(query))
