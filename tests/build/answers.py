"""Inspections with single answers, written without their use cases: what is known of items, and since when."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.models import ChecklistItem, Inspection, InspectionAnswer, Organization, new_id
from tests.worlds.books import SHANGHAI, Town
from workflows.findings.facts import Actor
from workflows.vocabulary import Answer, InspectionKind, Origin, Role

ORIGINS = {Role.INSPECTOR: Origin.CENTRE, Role.TEAM_HEAD: Origin.CENTRE, Role.UNIVERSITY: Origin.UNIT}


def add_answer(
    session: Session,
    town: Town,
    unit: Organization,
    item: ChecklistItem,
    answer: Answer,
    *,
    by: Actor,
    at: datetime,
    closed: bool = True,
    finding_id: str | None = None,
) -> Inspection:
    """An inspection about the unit with this one answer, closed at once unless said otherwise."""
    inspection = _sheet(town, unit, by, at)
    inspection.checklist_id = item.checklist_id
    if closed:
        inspection.closed_at, inspection.closed_by_id = at, by.id
    session.add(inspection)
    session.flush()
    session.add(
        InspectionAnswer(
            inspection_id=inspection.id,
            item_id=item.id,
            answer=answer,
            answered_at=at,
            answered_by_id=by.id or "",
            finding_id=finding_id,
        )
    )
    session.flush()
    return inspection


def _sheet(town: Town, unit: Organization, by: Actor, at: datetime) -> Inspection:
    office = unit.id == by.organization_id
    origin = ORIGINS.get(by.role, Origin.UNIT if office else Origin.DISTRICT)
    return Inspection(
        id=new_id(),
        number=f"{town.round.number}-督{new_id()[:8]}",
        round_id=town.round.id,
        kind=InspectionKind.SELF_CHECK if origin is Origin.UNIT else InspectionKind.INSPECTION,
        origin=origin,
        organization_id=unit.id,
        district_id=unit.district_id,
        by_organization_id=by.organization_id,
        inspected_on=at.astimezone(SHANGHAI).date(),
        opened_at=at,
        opened_by_id=by.id,
    )
