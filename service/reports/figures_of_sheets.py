"""How the sheets came out that were closed in the period of a report: self-checks (自查) and inspections (督查)."""

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, select
from sqlalchemy.orm import Session

from service.models import ChecklistItem, Inspection, InspectionAnswer
from service.models.report_figures import SheetCounts
from service.reports.figures_of_findings import OWN, UNIVERSITIES
from service.reports.period import ReportPeriod
from workflows.vocabulary import Answer, OrganizationKind


def sheet_counts(session: Session, period: ReportPeriod) -> list[SheetCounts]:
    """One row for each kind of sheet, by whose it was and whom it was about: sheets, units, items, and the answers.

    An item that nobody answered counts as not seen.
    """
    answers: dict[tuple[Any, ...], dict[Answer, int]] = defaultdict(dict)
    for *group, answer, times in session.execute(_answers(period)):
        answers[tuple(group)][answer] = times
    rows = []
    for about, kind, origin, sheets, units, items in session.execute(_closed(period)):
        counts = answers[about, kind, origin]
        in_place, not_in_place, not_applicable = (
            counts.get(answer, 0) for answer in (Answer.IN_PLACE, Answer.NOT_IN_PLACE, Answer.NOT_APPLICABLE)
        )
        rows.append(
            SheetCounts(
                about=about,
                kind=kind,
                origin=origin,
                sheets=sheets,
                units=units,
                items=items,
                in_place=in_place,
                not_in_place=not_in_place,
                not_applicable=not_applicable,
                not_seen=items - in_place - not_in_place - not_applicable,
            )
        )
    return rows


def _closed(period: ReportPeriod) -> Select[Any]:
    items = select(func.count()).where(ChecklistItem.checklist_id == Inspection.checklist_id).scalar_subquery()
    group = _group(period)
    query = select(*group, func.count(), func.count(Inspection.organization_id.distinct()))
    query = query.add_columns(cast(func.sum(items), Integer))  # PostgreSQL adds up to a decimal
    return query.select_from(Inspection).where(*_conditions(period)).group_by(*group).order_by(*group)


def _answers(period: ReportPeriod) -> Select[Any]:
    group = _group(period)
    query = select(*group, InspectionAnswer.answer, func.count())
    joined = query.join_from(Inspection, InspectionAnswer, InspectionAnswer.inspection_id == Inspection.id)
    return joined.where(*_conditions(period)).group_by(*group, InspectionAnswer.answer)


def _group(period: ReportPeriod) -> list[ColumnElement[Any]]:
    about = case((Inspection.organization_id == period.organization_id, OWN), else_=UNIVERSITIES)
    return [about, Inspection.kind.expression, Inspection.origin.expression]


def _conditions(period: ReportPeriod) -> list[ColumnElement[bool]]:
    """Open sheets may still change, and a unit does not see those of others about it."""
    of_district = period.kind is OrganizationKind.DISTRICT
    whose = Inspection.district_id if of_district else Inspection.organization_id
    ended = Inspection.closed_at <= period.until
    when = and_(ended, Inspection.closed_at > period.since) if period.since else ended
    return [Inspection.round_id == period.round_id, whose == period.organization_id, when]
