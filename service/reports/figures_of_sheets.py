"""How the sheets came out that were closed in the period of a report: self-checks (自查) and inspections (督查)."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, select
from sqlalchemy.orm import Session

from service.models import ChecklistItem, Inspection, InspectionAnswer
from service.reports.figures import PARTS, Counted
from workflows.vocabulary import Answer, OrganizationKind

Sheets = list[dict[str, Any]]
_SEEN = (Answer.IN_PLACE, Answer.NOT_IN_PLACE, Answer.NOT_APPLICABLE)


def sheets(session: Session, counted: Counted) -> Sheets:
    """One row for each kind of sheet, by whose it was and whom it was about: sheets, units, items, and the answers.

    An item that nobody answered counts as not seen.
    """
    answers: dict[tuple[Any, ...], dict[Answer, int]] = defaultdict(dict)
    for *group, answer, times in session.execute(_answers(counted)):
        answers[tuple(group)][answer] = times
    return [
        {
            **dict(zip(("about", "kind", "origin"), group, strict=True)),
            "sheets": number,
            "units": units,
            "items": int(items),  # PostgreSQL adds up into decimals
            **_by_answer(answers[tuple(group)], int(items)),
        }
        for *group, number, units, items in session.execute(_closed(counted))
    ]


def _by_answer(given: dict[Answer, int], items: int) -> dict[str, int]:
    seen = {str(answer): given.get(answer, 0) for answer in _SEEN}
    return {**seen, str(Answer.NOT_SEEN): items - sum(seen.values())}


def _closed(counted: Counted) -> Select[Any]:
    items = select(func.count()).where(ChecklistItem.checklist_id == Inspection.checklist_id).scalar_subquery()
    group = _group(counted)
    query = select(*group, func.count(), func.count(Inspection.organization_id.distinct()))
    query = query.add_columns(cast(func.sum(items), Integer))  # PostgreSQL adds up to a decimal
    return query.select_from(Inspection).where(*_conditions(counted)).group_by(*group).order_by(*group)


def _answers(counted: Counted) -> Select[Any]:
    group = _group(counted)
    query = select(*group, InspectionAnswer.answer, func.count())
    joined = query.join_from(Inspection, InspectionAnswer, InspectionAnswer.inspection_id == Inspection.id)
    return joined.where(*_conditions(counted)).group_by(*group, InspectionAnswer.answer)


def _group(counted: Counted) -> Iterable[ColumnElement[Any]]:
    about = case((Inspection.organization_id == counted.organization_id, PARTS[0]), else_=PARTS[1])
    return about, Inspection.kind.expression, Inspection.origin.expression


def _conditions(counted: Counted) -> Iterable[ColumnElement[bool]]:
    """Open sheets may still change, and a unit does not see those of others about it."""
    of_district = counted.kind is OrganizationKind.DISTRICT
    whose = Inspection.district_id if of_district else Inspection.organization_id
    ended = Inspection.closed_at <= counted.until
    when = and_(ended, Inspection.closed_at > counted.since) if counted.since else ended
    return Inspection.round_id == counted.round_id, whose == counted.organization_id, when
