"""When there is something to deliver: what the timetable goes by."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.models import Alert, Delivery
from service.store.clock import earliest


def next_delivery_at(session: Session) -> datetime | None:
    """When the next alert wants grouping or the next message sending, which may be past: two probes of an index."""
    alert = earliest(session, Alert.created_at, where=Alert.message_id.is_(None))
    attempt = earliest(session, Delivery.next_attempt_at)
    return min((at for at in (alert, attempt) if at), default=None)
