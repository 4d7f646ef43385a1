"""督查反馈意见: what an inspection tells the unit, also when nothing was found."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from service.documents.kinds.gathered import (
    Desk,
    Gathered,
    day_of,
    finding_of,
    issued_by,
    pictures_of,
    round_of,
    said,
)
from service.documents.kinds.notices import inspecting_side
from service.errors import Conflict
from service.models import ChecklistItem, Finding, Inspection, InspectionAnswer
from service.wording import word
from workflows.vocabulary import Answer, InspectionKind, Method


def inspection_feedback(desk: Desk, inspection_id: str) -> Gathered:
    """The feedback of a closed sheet (notice, part 4, paragraphs 2 and 3)."""
    session = desk.session
    sheet = session.get_one(Inspection, inspection_id)
    if sheet.kind is InspectionKind.SELF_CHECK:
        raise Conflict("no_feedback_to_oneself")
    if sheet.closed_at is None:
        raise Conflict("sheet_open")
    items = session.scalars(
        select(ChecklistItem).where(ChecklistItem.checklist_id == sheet.checklist_id).order_by(ChecklistItem.position)
    ).all()
    rows = select(InspectionAnswer.item_id, InspectionAnswer.answer).where(
        InspectionAnswer.inspection_id == inspection_id
    )
    answers = dict(session.execute(rows).all())
    query = select(Finding).where(Finding.inspection_id == inspection_id, Finding.voided_at.is_(None))
    findings = session.scalars(query.order_by(Finding.number).options(joinedload(Finding.checklist_item))).all()
    data = {
        **issued_by(sheet.by_organization),
        "number": sheet.number,
        "unit": sheet.organization.name,
        "round": round_of(sheet.round),
        "by": inspecting_side(desk, sheet.origin, sheet.round_id, sheet.district_id),
        "inspected_on": day_of(sheet.inspected_on),
        "methods": "、".join(word(Method(method), "zh") for method in sheet.methods),
        "rooms": "、".join(sheet.rooms),
        "checklist": f"《{sheet.checklist.title}》",
        "summary": said(sheet.summary or ""),
        **_counted(items, answers),
        "findings": [finding_of(desk, finding) for finding in findings],
        "notice": sheet.notice.number if sheet.notice else "",
        "date": desk.day(sheet.closed_at),
        "pictures": pictures_of(session, findings),
    }
    title = f"督查反馈意见（{sheet.number}）"
    return Gathered(title, data, sheet.number, sheet.round_id, sheet.organization_id, sheet.district_id)


def _counted(items: Sequence[ChecklistItem], answers: dict[str, Answer]) -> dict[str, object]:
    """How the items came out, in all and under each of the notice's headings."""
    by_category: dict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        by_category[item.category][str(answers.get(item.id, Answer.NOT_SEEN))] += 1
    total = sum(by_category.values(), Counter())
    zero = {str(answer): 0 for answer in Answer}
    return {
        "counts": {**zero, **total, "total": len(items)},
        "categories": [{"category": category, **zero, **counts} for category, counts in by_category.items()],
    }
