"""What is known of checklist items at units: the newest word of all sheets, and how the findings on them stand."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from service.models import Finding, Inspection, InspectionAnswer
from workflows.readiness import Known
from workflows.vocabulary import Answer, State

Place = tuple[str, str]  # ids of the unit and of the item


class _Word(NamedTuple):
    """The newest answer of all sheets."""

    answer: Answer
    at: datetime
    inspection_id: str


class KnownItem(NamedTuple):
    """What the law reads of an item at a unit, and the sheet that had the last word."""

    known: Known = Known()
    inspection_id: str | None = None


def known_items(
    session: Session, round_id: str, *, sheets: ColumnElement[bool], findings: ColumnElement[bool]
) -> Mapping[Place, KnownItem]:
    """By unit and item, in two statements; what nobody has said anything of is unknown.

    `sheets` and `findings` are conditions on `Inspection` and `Finding`: what the reader knows of.
    """
    words = {(unit, item): _Word(*word) for unit, item, *word in session.execute(_newest_answers(round_id, sheets))}
    found = {(unit, item): stands for unit, item, *stands in session.execute(_findings(round_id, findings))}
    known: dict[Place, KnownItem] = defaultdict(KnownItem)
    for place in words.keys() | found.keys():
        word, (is_open, put_right_at) = words.get(place), found.get(place, (0, None))
        known[place] = KnownItem(
            Known(word and word.answer, word and word.at, put_right_at, bool(is_open)), word and word.inspection_id
        )
    return known


def _newest_answers(round_id: str, sheets: ColumnElement[bool]) -> Select[Any]:
    """What was not seen says nothing; of an answer that opened a finding, the finding tells how it went on."""
    answer = InspectionAnswer
    spoken_for = and_(answer.answer == Answer.NOT_IN_PLACE, answer.finding_id.is_not(None))
    place = (Inspection.organization_id, answer.item_id)
    newest_first = (answer.answered_at.desc(), Inspection.opened_at.desc(), answer.inspection_id)
    ranked = (
        select(*place, answer.answer, answer.answered_at, answer.inspection_id)
        .add_columns(func.row_number().over(partition_by=place, order_by=newest_first).label("rank"))
        .join_from(answer, Inspection, answer.inspection_id == Inspection.id)
        .where(Inspection.round_id == round_id, answer.answer != Answer.NOT_SEEN, not_(spoken_for), sheets)
        .subquery()
    )
    return select(*list(ranked.c)[:-1]).where(ranked.c.rank == 1)


def _findings(round_id: str, seen: ColumnElement[bool]) -> Select[Any]:
    """What the clock proposed counts once somebody has taken it up: until then nobody has seen anything."""
    taken_up = or_(not_(Finding.proposed), Finding.state != State.FOUND)
    is_open = and_(Finding.state != State.VERIFIED, taken_up)
    return (
        select(Finding.organization_id, Finding.checklist_item_id)
        .add_columns(func.count(case((is_open, 1))), func.max(Finding.verified_at))
        .where(Finding.round_id == round_id, Finding.checklist_item_id.is_not(None), Finding.voided_at.is_(None), seen)
        .group_by(Finding.organization_id, Finding.checklist_item_id)
    )
