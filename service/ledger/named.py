"""Filters by the names that people know: numbers of rounds and items, names of districts and units."""

from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.findings.list import FindingFilter
from service.models import ChecklistItem, Inspection, Organization, Round
from workflows.vocabulary import OrganizationKind


def named_filter(
    session: Session,
    *,
    round_: str | None = None,
    district: str | None = None,
    unit: str | None = None,
    item: str | None = None,
    sheet: str | None = None,
    **others: Any,
) -> FindingFilter:
    """The filter of those names, beside what `FindingFilter` takes as it is; InvalidInput for a name that is unknown.

    An item is of the round that is named, else of the newest round that has such a number. A sheet's
    number begins with that of its round.
    """
    is_district = Organization.kind == OrganizationKind.DISTRICT
    round_id = _only(session, "round", select(Round.id).where(Round.number == round_), asked=round_)
    items = select(ChecklistItem.id).join(Round, Round.id == ChecklistItem.round_id)
    items = items.where(ChecklistItem.number == item, *_of_round(round_id)).order_by(Round.starts_on.desc())
    sheets = select(Inspection.id).where(Inspection.number == sheet)
    return FindingFilter(
        round_id=round_id,
        district_id=_only(session, "district", _organization(district, is_district), asked=district),
        organization_id=_only(session, "unit", _organization(unit), asked=unit),
        checklist_item_id=_only(session, "item", items, asked=item),
        inspection_id=_only(session, "sheet", sheets, asked=sheet),
        **others,
    )


def _of_round(round_id: str | None) -> list[ColumnElement[bool]]:
    return [ChecklistItem.round_id == round_id] if round_id else []


def _organization(name: str | None, *conditions: ColumnElement[bool]) -> Select[str]:
    return select(Organization.id).where(Organization.name == name, *conditions)


def _only(session: Session, field: str, query: Select[str], *, asked: str | None) -> str | None:
    if asked is None:
        return None
    found = session.scalars(query.limit(1)).first()
    if found is None:
        raise InvalidInput({field: "unknown_reference"})
    return found
