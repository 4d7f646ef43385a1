"""Filters of a ledger: from the names that people know, and back into words above its rows."""

from collections.abc import Sequence
from dataclasses import fields
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.errors import InvalidInput
from service.findings.list import FindingFilter
from service.ledger.columns import FILE, LedgerReader
from service.models import ChecklistItem, Inspection, Organization, Round
from service.people.directory import organizations_seen
from service.scope import inspections_seen
from service.store.paging import alternatives
from service.wording.above import BOTH
from service.wording.texts import written
from workflows.vocabulary import Addressee, OrganizationKind

UNKNOWN = "—"


def filter_by_names(
    session: Session,
    *,
    round_: str | None = None,
    district: Sequence[str] = (),
    unit: Sequence[str] = (),
    item: Sequence[str] = (),
    sheet: str | None = None,
    **others: Any,
) -> FindingFilter:
    """The filter that these names stand for, with `others` as `FindingFilter` takes them.

    Rounds, items and sheets go by number, districts and units by name; of several names any may be it. An item is of
    the round that is named, else of the newest round that has such a number; a sheet's number begins with that of its
    round. Raises InvalidInput for a name that is unknown.
    """
    districts = select(Organization.id).where(Organization.kind == OrganizationKind.DISTRICT)
    round_id = _id(session, "round", round_, select(Round.id).where(Round.number == round_))
    items = select(ChecklistItem.id).join(Round, Round.id == ChecklistItem.round_id)
    items = items.order_by(Round.starts_on.desc())
    if round_id:
        items = items.where(ChecklistItem.round_id == round_id)
    return FindingFilter(
        round_id=round_id,
        district_id=_ids(session, "district", district, districts, Organization.name),
        organization_id=_ids(session, "unit", unit, select(Organization.id), Organization.name),
        checklist_item_id=_ids(session, "item", item, items, ChecklistItem.number),
        inspection_id=_id(session, "sheet", sheet, select(Inspection.id).where(Inspection.number == sheet)),
        **others,
    )


def filter_in_words(session: Session, wanted: FindingFilter, reader: LedgerReader) -> str:
    """The filter in the reader's language; what he or she does not see is not named."""
    words = []
    above = _above(session, reader) if wanted.escalation_level is not None else BOTH
    for field in fields(wanted):
        value = getattr(wanted, field.name)
        if field.name == "voided" and not value:
            continue
        said = [
            _name(session, field.name, one, reader) if field.name.endswith("_id") else _in_words(one, above, reader)
            for one in alternatives(value)
        ]
        if said:
            whole = said[0] if len(said) == 1 else reader.phrase("filter.or").join(map(str, said))
            words.append(written(FILE, f"filter.{field.name}", reader.language, zone=reader.zone, value=whole))
    return reader.phrase("filter.between").join(words) or reader.phrase("filter.none")


def _above(session: Session, reader: LedgerReader) -> Sequence[Addressee]:
    """The offices above by the policies of all rounds; both before there is any round."""
    versions = session.scalars(select(Round.policy_version).distinct()).all()
    there = {one for version in versions for one in reader.above.get(version, BOTH)}
    return [one for one in BOTH if one in there] or BOTH


def _id(session: Session, field: str, name: str | None, query: Select[str]) -> str | None:
    if name is None:
        return None
    id_ = session.scalars(query.limit(1)).first()
    if id_ is None:
        raise InvalidInput({field: "unknown_reference"})
    return id_


def _ids(
    session: Session, field: str, names: Sequence[str], query: Select[str], named: InstrumentedAttribute[str]
) -> tuple[str, ...] | None:
    ids = (_id(session, field, name, query.where(named == name)) for name in names)
    return tuple(id_ for id_ in ids if id_) or None


def _in_words(value: object, above: Sequence[Addressee], reader: LedgerReader) -> object:
    """An instant or a text as it is, anything else as a phrase."""
    match value:
        case StrEnum():
            return reader.word(value)
        case bool():
            return reader.phrase("yes" if value else "no")
        case int():
            return reader.level(value, above)
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
