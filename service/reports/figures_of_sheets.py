"""How the sheets came out that were closed in the period of a report: self-checks (自查) and inspections (督查)."""

from sqlalchemy import Integer, and_, case, cast, func, select
from sqlalchemy.orm import Session

from service.models import ChecklistItem, Inspection, InspectionAnswer
from service.reports.period import ReportPeriod
from workflows.report_figures import SheetCounts
from workflows.vocabulary import Answer, OrganizationKind

ANSWERS = (Answer.IN_PLACE, Answer.NOT_IN_PLACE, Answer.NOT_APPLICABLE)


def sheet_counts(session: Session, period: ReportPeriod) -> list[SheetCounts]:
    """One row for each kind of sheet, by whose it was and whom it was about: sheets, units, items, and the answers.

    An item that nobody answered counts as not seen. Open sheets may still change, and a unit does not see those of
    others about it.
    """
    of_district = period.kind is OrganizationKind.DISTRICT
    whose = Inspection.district_id if of_district else Inspection.organization_id
    ended = Inspection.closed_at <= period.until
    about = case((Inspection.organization_id == period.organization_id, "own"), else_="universities")
    group = (about.label("about"), Inspection.kind, Inspection.origin)
    of_sheet = {"items": select(func.count()).where(ChecklistItem.checklist_id == Inspection.checklist_id)}
    for answer in ANSWERS:
        answered = and_(InspectionAnswer.inspection_id == Inspection.id, InspectionAnswer.answer == answer)
        of_sheet[str(answer)] = select(func.count()).where(answered)
    query = (
        select(*group, func.count().label("sheets"), func.count(Inspection.organization_id.distinct()).label("units"))
        # PostgreSQL adds up to a decimal
        .add_columns(*(cast(func.sum(of.scalar_subquery()), Integer).label(name) for name, of in of_sheet.items()))
        .where(Inspection.round_id == period.round_id, whose == period.organization_id)
        .where(and_(ended, Inspection.closed_at > period.since) if period.since else ended)
        .group_by(*group)
        .order_by(*group)
    )
    return [
        SheetCounts(**row, not_seen=row["items"] - sum(row[answer] for answer in ANSWERS))
        for row in session.execute(query).mappings()
    ]
