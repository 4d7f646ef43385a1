"""Events as they are read afterwards: one query with their actors, and one projection for the law."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from service.models import Event, Finding, with_names
from workflows.accountability import PastEvent


def events_with_actors(*conditions: ColumnElement[bool]) -> Select[Event]:
    """The events that meet conditions on `Event` and `Finding`, with their actors; the caller adds the order."""
    return (
        select(Event).join(Finding, Event.finding_id == Finding.id).options(*with_names(Event.actor)).where(*conditions)
    )


def past_events(session: Session, finding_ids: Collection[str]) -> Mapping[str, list[PastEvent]]:
    """What the law reads of the events of these findings, in order, by the finding's id."""
    query = (
        select(Event.finding_id, Event.at, Event.move, Event.from_state, Event.to_state, Event.escalation_level)
        .add_columns(Event.step, Event.data)
        .where(Event.finding_id.in_(finding_ids))
        .order_by(Event.finding_id, Event.position)
    )
    events: dict[str, list[PastEvent]] = defaultdict(list)
    for finding_id, at, move, before, after, level, step, data in session.execute(query):
        due_at = datetime.fromisoformat(data["due_at"]) if "due_at" in data else None
        events[finding_id].append(PastEvent(at, move, before, after, level, step, due_at))
    return events
