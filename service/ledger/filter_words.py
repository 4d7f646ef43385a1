"""What was asked for, in words: the line above a ledger."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service.findings.list import FindingFilter
from service.ledger.columns import FILE, Reader
from service.models import ChecklistItem, Inspection, Organization, Round
from service.people.directory import organizations_seen
from service.scope import inspections_seen
from service.wording.texts import written

UNKNOWN = "—"


def filter_words(session: Session, wanted: FindingFilter, reader: Reader, zone: tzinfo) -> str:
    """The filters in the reader's language; what he or she does not see is not named."""
    said = list(_said(session, wanted, reader, zone))
    return reader.phrase("filter.between").join(said) or reader.phrase("filter.none")


def _said(session: Session, wanted: FindingFilter, reader: Reader, zone: tzinfo) -> Iterator[str]:
    for field in fields(wanted):
        value = getattr(wanted, field.name)
        if value is None or (field.name == "voided" and not value):
            continue
        words = _value(session, field.name, value, reader)
        yield written(FILE, f"filter.{field.name}", reader.language, zone=zone, value=words)


def _value(session: Session, name: str, value: Any, reader: Reader) -> Any:
    match value:
        case datetime():
            return value
        case StrEnum():
            return reader.word(value)
        case bool():
            return reader.phrase("yes" if value else "no")
        case int():
            return reader.phrase(f"level.{value}")
    return _name(session, name, value, reader) if name.endswith("_id") else value


def _name(session: Session, name: str, id_: str, reader: Reader) -> str:
    """How people call what the id stands for."""
    named: dict[str, tuple[Any, ColumnElement[str], Any]] = {
        "organization_id": (Organization, Organization.name.expression, organizations_seen(reader.actor)),
        "district_id": (Organization, Organization.name.expression, organizations_seen(reader.actor)),
        "round_id": (Round, Round.number.expression, True),
        "checklist_item_id": (ChecklistItem, ChecklistItem.number.expression, True),
        "inspection_id": (Inspection, Inspection.number.expression, inspections_seen(reader.actor)),
    }
    model, column, seen = named[name]
    found = session.scalar(select(column).where(model.id == id_, seen))
    return found or UNKNOWN
