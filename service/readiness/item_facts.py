"""What is known of checklist items at units: the newest answer of all sheets, and how the findings on them stand."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from service.models import Finding, Inspection, InspectionAnswer
from workflows.readiness import ItemFacts
from workflows.vocabulary import Answer, State

Place = tuple[str, str]  # ids of the unit and of the item


class SourcedFacts(NamedTuple):
    """What the law reads of an item at a unit, and the sheet that has the newest answer."""

    facts: ItemFacts = ItemFacts()
    inspection_id: str | None = None


def facts_of_items(
    session: Session, round_id: str, *, sheets: ColumnElement[bool], findings: ColumnElement[bool]
) -> Mapping[Place, SourcedFacts]:
    """The facts by unit and item, in two statements; a place of which nobody has said anything has empty facts.

    `sheets` and `findings` are conditions on `Inspection` and `Finding`: what the reader knows of.
    """
    answers = {(unit, item): newest for unit, item, *newest in session.execute(_newest_answers(round_id, sheets))}
    found = {(unit, item): stands for unit, item, *stands in session.execute(_findings(round_id, findings))}
    facts: dict[Place, SourcedFacts] = defaultdict(SourcedFacts)
    for place in answers.keys() | found.keys():
        answer, answered_at, inspection_id = answers.get(place, (None, None, None))
        open_findings, put_right_at = found.get(place, (0, None))
        facts[place] = SourcedFacts(ItemFacts(answer, answered_at, put_right_at, open_findings > 0), inspection_id)
    return facts


def _newest_answers(round_id: str, sheets: ColumnElement[bool]) -> Select[Any]:
    """What was not seen says nothing; of an answer that opened a finding, the finding tells how it went on."""
    answer = InspectionAnswer
    has_finding = and_(answer.answer == Answer.NOT_IN_PLACE, answer.finding_id.is_not(None))
    place = (Inspection.organization_id, answer.item_id)
    newest_first = (answer.answered_at.desc(), Inspection.opened_at.desc(), answer.inspection_id)
    ranked = (
        select(*place, answer.answer, answer.answered_at, answer.inspection_id)
        .add_columns(func.row_number().over(partition_by=place, order_by=newest_first).label("rank"))
        .join_from(answer, Inspection, answer.inspection_id == Inspection.id)
        .where(Inspection.round_id == round_id, answer.answer != Answer.NOT_SEEN, not_(has_finding), sheets)
        .subquery()
    )
    return select(*list(ranked.c)[:-1]).where(ranked.c.rank == 1)


def _findings(round_id: str, conditions: ColumnElement[bool]) -> Select[Any]:
    """What the clock proposed counts once somebody has taken it up: until then nobody has seen anything."""
    taken_up = or_(not_(Finding.proposed), Finding.state != State.FOUND)
    is_open = and_(Finding.state != State.VERIFIED, taken_up)
    return (
        select(Finding.organization_id, Finding.checklist_item_id)
        .add_columns(func.count(case((is_open, 1))), func.max(Finding.verified_at))
        .where(
            Finding.round_id == round_id,
            Finding.checklist_item_id.is_not(None),
            Finding.voided_at.is_(None),
            conditions,
        )
        .group_by(Finding.organization_id, Finding.checklist_item_id)
    )
