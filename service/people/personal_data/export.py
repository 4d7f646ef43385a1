"""What is held about a person, as plain values with what it is, why, how long and who sees it; nothing of others."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from service.people.personal_data.held import HELD, DataKind, Held, plain_row
from service.security_log.writing import NewSecurityEntry, record_security
from service.store.hash_chain import utc_text
from service.wording import written
from workflows.findings.facts import Actor
from workflows.security import SecurityKind

FACTS = ("what", "why", "kept", "seen_by")
MOST = 10_000  # rows of one table by the API; the command has no bound


def personal_data(session: Session, person_id: str, *, language: str, most: int | None = MOST) -> list[dict[str, Any]]:
    """By kind, what is held about the person, the newest `most` rows of each table and how many there are."""
    return [
        {
            "kind": str(kind),
            **{fact: written("personal_data", f"{kind}.{fact}", language) for fact in FACTS},
            "held": [_rows(session, held, person_id, most) for held in HELD if held.kind is kind],
        }
        for kind in DataKind
    ]


def record_export(session: Session, person_id: str, *, actor: Actor, now: datetime, reason: str | None) -> None:
    """Put on record that a command handed out what is held about a person."""
    data = {"by": "command line"} | ({"reason": reason} if reason else {})
    entry = NewSecurityEntry(kind=SecurityKind.DATA_EXPORT, person_id=actor.id, subject_id=person_id, data=data)
    record_security(session, entry, now=now)


def _rows(session: Session, held: Held, person_id: str, most: int | None) -> dict[str, Any]:
    """The newest rows first, where the table says which these are."""
    table, of_person = held.rows, held.of(person_id)
    total = session.scalar(select(func.count()).select_from(table).where(of_person))
    asked = select(*(table.c[name] for name in dict.fromkeys((*held.columns, *held.people)))).where(of_person)
    rows = session.execute(asked.order_by(*_newest_first(held, table)).limit(most)).mappings()
    items = [{name: _plain(value) for name, value in plain_row(held, dict(row), person_id).items()} for row in rows]
    return {"record": held.table, "total": total, "items": items}


def _newest_first(held: Held, table: Table) -> list[Any]:
    times = [table.c[name].desc() for name in held.columns if name == "at" or name.endswith("_at")]
    return [*times[:1], *(table.c[name] for name in held.columns)]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping | list) or value is None or isinstance(value, bool | int):
        return value
    return str(value)
