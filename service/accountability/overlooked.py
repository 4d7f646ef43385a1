"""A closed sheet said that an item was in place, and later others found that it was not."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Subquery, func, select

from service.models import Finding, Inspection, InspectionAnswer, Person
from workflows.vocabulary import Answer

FOUND_NOTHING = (Answer.IN_PLACE, Answer.NOT_APPLICABLE)


def overlooked_by_sides(conditions: Sequence[ColumnElement[bool]]) -> Subquery:
    """Of each finding and side the newest answer before it was found, where that had found nothing.

    `conditions` are on `Finding`; columns: the finding's id and severity, the sheet's id, side and district.
    """
    side = (Inspection.origin, Inspection.by_organization_id)
    newest = func.row_number().over(
        partition_by=(Finding.id, *side), order_by=(Inspection.closed_at.desc(), Inspection.id.desc())
    )
    looked = (
        select(Finding.id.label("finding_id"), Finding.severity, Inspection.id.label("inspection_id"), *side)
        .add_columns(Inspection.district_id, InspectionAnswer.answer, newest.label("newest"))
        .join_from(Finding, Person, Finding.created_by_id == Person.id)
        .join(InspectionAnswer, InspectionAnswer.item_id == Finding.checklist_item_id)
        .join(Inspection, InspectionAnswer.inspection_id == Inspection.id)
        .where(
            Inspection.organization_id == Finding.organization_id,
            Inspection.by_organization_id != Person.organization_id,
            Inspection.closed_at < Finding.found_at,
            InspectionAnswer.answer != Answer.NOT_SEEN,
            Finding.voided_at.is_(None),
            Finding.carried_from_id.is_(None),
            *conditions,
        )
        .subquery()
    )
    return select(looked).where(looked.c.newest == 1, looked.c.answer.in_(FOUND_NOTHING)).subquery()
