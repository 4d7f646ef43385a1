"""Filters of a ledger: from the names that people know, and back into words above its rows."""

from dataclasses import fields
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.findings.list import FindingFilter
from service.ledger.columns import FILE, LedgerReader
from service.models import ChecklistItem, Inspection, Organization, Round
from service.people.directory import organizations_seen
from service.scope import inspections_seen
from service.wording.texts import written
from workflows.vocabulary import OrganizationKind

UNKNOWN = "—"


def filter_by_names(
    session: Session,
    *,
    round_: str | None = None,
    district: str | None = None,
    unit: str | None = None,
    item: str | None = None,
    sheet: str | None = None,
    **others: Any,
) -> FindingFilter:
    """The filter that these names stand for, with `others` as `FindingFilter` takes them.

    Rounds, items and sheets go by number, districts and units by name. An item is of the round that is named, else of
    the newest round that has such a number; a sheet's number begins with that of its round. Raises InvalidInput for a
    name that is unknown.
    """
    is_district = Organization.kind == OrganizationKind.DISTRICT
    organizations = select(Organization.id)
    round_id = _id(session, "round", round_, select(Round.id).where(Round.number == round_))
    items = select(ChecklistItem.id).join(Round, Round.id == ChecklistItem.round_id)
    items = items.where(ChecklistItem.number == item).order_by(Round.starts_on.desc())
    if round_id:
        items = items.where(ChecklistItem.round_id == round_id)
    return FindingFilter(
        round_id=round_id,
        district_id=_id(session, "district", district, organizations.where(Organization.name == district, is_district)),
        organization_id=_id(session, "unit", unit, organizations.where(Organization.name == unit)),
        checklist_item_id=_id(session, "item", item, items),
        inspection_id=_id(session, "sheet", sheet, select(Inspection.id).where(Inspection.number == sheet)),
        **others,
    )


def filter_in_words(session: Session, wanted: FindingFilter, reader: LedgerReader) -> str:
    """The filter in the reader's language; what he or she does not see is not named."""
    words = []
    for field in fields(wanted):
        value = getattr(wanted, field.name)
        if value is None or (field.name == "voided" and not value):
            continue
        name = _name(session, field.name, value, reader) if field.name.endswith("_id") else _in_words(value, reader)
        words.append(written(FILE, f"filter.{field.name}", reader.language, zone=reader.zone, value=name))
    return reader.phrase("filter.between").join(words) or reader.phrase("filter.none")


def _id(session: Session, field: str, name: str | None, query: Select[str]) -> str | None:
    if name is None:
        return None
    id_ = session.scalars(query.limit(1)).first()
    if id_ is None:
        raise InvalidInput({field: "unknown_reference"})
    return id_


def _in_words(value: object, reader: LedgerReader) -> object:
    """An instant or a text as it is, anything else as a phrase."""
    match value:
        case StrEnum():
            return reader.word(value)
        case bool():
            return reader.phrase("yes" if value else "no")
        case int():
            return reader.phrase(f"level.{value}")
    return value


def _name(session: Session, field: str, id_: str, reader: LedgerReader) -> str:
    """How people call what an id stands for."""
    query: Select[str]
    match field:
        case "round_id":
            query = select(Round.number).where(Round.id == id_)
        case "checklist_item_id":
            query = select(ChecklistItem.number).where(ChecklistItem.id == id_)
        case "inspection_id":
            query = select(Inspection.number).where(Inspection.id == id_, inspections_seen(reader.actor))
        case _:
            query = select(Organization.name).where(Organization.id == id_, organizations_seen(reader.actor))
    return session.scalar(query) or UNKNOWN
