"""The feed of events: what the caller may see, in an order in which nothing comes late."""

from sqlalchemy import BigInteger, Text, cast, func, select, tuple_
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import Event, Finding
from service.paging import Page
from service.scope import events_seen, findings_seen
from workflows.facts import Actor

LONGEST = 19  # digits of the largest number that the columns hold


def feed(session: Session, *, actor: Actor, after: str | None, limit: int) -> Page[tuple[Event, Finding]]:
    """Events after a cursor, oldest first; `next_cursor` is where to go on later, also when nothing is left now.

    On PostgreSQL events are ordered by transaction, and those of transactions that may still be open wait:
    commit order is not the order of serials, and a reader must never pass an event that is yet to appear.
    """
    query = (
        select(Event, Finding)
        .join(Finding, Event.finding_id == Finding.id)
        .where(findings_seen(actor), events_seen(actor))
    )
    if after:
        query = query.where(tuple_(Event.transaction_id, Event.serial) > tuple_(*_read(after)))
    if session.get_bind().dialect.name == "postgresql":
        oldest_open = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
        query = query.where(Event.transaction_id < oldest_open)
    rows = session.execute(query.order_by(Event.transaction_id, Event.serial).limit(limit)).all()
    seen = [(event, finding) for event, finding in rows]
    return Page(seen, f"{seen[-1][0].transaction_id}-{seen[-1][0].serial}" if seen else after)


def _read(cursor: str) -> tuple[int, int]:
    """The transaction and serial of a cursor that this feed may have given out."""
    parts = [part for part in cursor.split("-") if part.isdecimal() and len(part) <= LONGEST]
    if len(parts) != 2 or f"{parts[0]}-{parts[1]}" != cursor or any(int(part) >= 2**63 for part in parts):
        raise InvalidInput({"after": "unknown_cursor"})
    return int(parts[0]), int(parts[1])
