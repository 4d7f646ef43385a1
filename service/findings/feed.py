"""The feed of events: what the caller may see, in an order in which nothing comes late."""

import re

from sqlalchemy import tuple_
from sqlalchemy.orm import Session

from service.errors import InvalidInput
from service.models import Event, Finding
from service.records.past_events import events_with_actors
from service.scope import events_seen, findings_seen
from service.store.db import before_open_transactions
from service.store.paging import Page
from workflows.findings.facts import Actor

CURSOR = re.compile("([0-9]{1,19})-([0-9]{1,19})")  # transaction and serial, of 63 bits each


def list_events(session: Session, *, actor: Actor, after: str | None, limit: int) -> Page[tuple[Event, Finding]]:
    """Events and their findings after a cursor, oldest first; `next_cursor` continues later, also after the last.

    Events are ordered by transaction; those of transactions that may still be open wait.
    """
    query = events_with_actors(findings_seen(actor), events_seen(actor)).add_columns(Finding)
    if after:
        query = query.where(tuple_(Event.transaction_id, Event.serial) > tuple_(*_position_of(after)))
    query = query.where(before_open_transactions(session, Event.transaction_id))
    rows = session.execute(query.order_by(Event.transaction_id, Event.serial).limit(limit)).all()
    items = [(event, finding) for event, finding in rows]
    return Page(items, f"{items[-1][0].transaction_id}-{items[-1][0].serial}" if items else after)


def _position_of(cursor: str) -> tuple[int, int]:
    """The transaction and serial that a cursor names; InvalidInput when it cannot be one of this feed."""
    parts = CURSOR.fullmatch(cursor)
    numbers = [int(part) for part in parts.groups()] if parts else []
    if not numbers or max(numbers) >= 2**63:
        raise InvalidInput({"after": "unknown_cursor"})
    return numbers[0], numbers[1]
