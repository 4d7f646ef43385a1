"""Changes on record held against what they changed: personal values against their commitments, merged organizations."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from service.audit.faults import Fault, FaultKind
from service.audit.raw import id_text, json_of, raw_columns
from service.models import JournalEntry, Person, PersonalChange
from service.records.changes import CHANGED, PERSONAL, commitment
from workflows.journal import JournalAct, SubjectKind

_VALUES = ("field", "before", "after", "salt")
FETCH = 500  # rows in memory at a time


def personal_faults(session: Session) -> Iterator[Fault]:
    """Personal values that are not those an entry commits to; those taken away, to forget a person, are none."""
    values = raw_columns(PersonalChange.__table__, _VALUES)
    entry = raw_columns(JournalEntry.__table__, ("subject_id", "data"))
    query = select(JournalEntry.position, *entry, *values).join_from(
        PersonalChange, JournalEntry, PersonalChange.entry_id == JournalEntry.id
    )
    for row in session.execute(query, execution_options={"yield_per": FETCH}):
        if _committed(row) != commitment(PersonalChange(**{name: getattr(row, name) for name in _VALUES})):
            yield Fault(FaultKind.PERSONAL, position=row.position, subject_id=id_text(row.subject_id), field=row.field)


def name_faults(session: Session) -> Iterator[Fault]:
    """Names and addresses of people that are not what the last change on record made of them."""
    told = _last_told(session)
    fields = sorted({field for _, field in told} & set(Person.__table__.columns.keys()))
    for row in session.execute(select(*raw_columns(Person.__table__, ("id", *fields)))).mappings():
        id_ = id_text(row["id"])
        for field in fields:
            if row[field] != told.get((id_, field), row[field]):
                yield Fault(FaultKind.CHANGED, subject_id=id_, field=f"people.{field}")


def _last_told(session: Session) -> Mapping[tuple[str | None, str], str | None]:
    """What the newest change left, by person and field; nothing of values that were taken away, to forget a person."""
    entries = raw_columns(JournalEntry.__table__, ("id", "subject_id", "data"))
    query = select(*entries).where(JournalEntry.subject_kind == SubjectKind.PERSON).order_by(JournalEntry.serial)
    newest: dict[tuple[str | None, str], str | None] = {}
    for row in session.execute(query, execution_options={"yield_per": FETCH}):
        newest |= {(id_text(row.subject_id), field): id_text(row.id) for field in _fields(row)}
    places = {(entry, field): (person, field) for (person, field), entry in newest.items()}
    values = raw_columns(PersonalChange.__table__, ("entry_id", "field", "after"))
    rows = session.execute(select(*values), execution_options={"yield_per": FETCH})
    return {places[key]: row.after for row in rows if (key := (id_text(row.entry_id), row.field)) in places}


def _fields(row: Row[Any]) -> list[str]:
    try:
        return list(json_of(row.data).get(PERSONAL, ()))
    except (ValueError, TypeError, AttributeError):
        return []


def merged_organizations(session: Session) -> Mapping[str | None, str | None]:
    """Where the findings of organizations went that became part of others: from each to the last of them, on record."""
    columns = raw_columns(JournalEntry.__table__, ("subject_id", "data"))
    query = select(*columns).where(
        JournalEntry.subject_kind == SubjectKind.ORGANIZATION, JournalEntry.act == JournalAct.MERGE
    )
    into: dict[str | None, str | None] = {}
    for row in session.execute(query.order_by(JournalEntry.serial)):
        old, new = id_text(row.subject_id), _merged_into(row)
        into |= {one: new for one, went in into.items() if went == old}
        into[old] = new
    return into


def _committed(row: Row[Any]) -> Any:
    try:
        return json_of(row.data)[PERSONAL][row.field]
    except (ValueError, KeyError, TypeError):
        return None


def _merged_into(row: Row[Any]) -> str | None:
    try:
        return id_text(json_of(row.data)[CHANGED]["merged_into_id"]["to"])
    except (ValueError, KeyError, TypeError):
        return None
