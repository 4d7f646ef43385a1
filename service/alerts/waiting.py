"""When there is something to deliver: what the timetable goes by."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.models import Alert, Delivery


def next_delivery_at(session: Session) -> datetime | None:
    """When the next alert wants grouping or the next message sending, which may be past: two probes of an index."""
    alert = session.scalar(select(func.min(Alert.created_at)).where(Alert.message_id.is_(None)))
    attempt = session.scalar(select(func.min(Delivery.next_attempt_at)).where(Delivery.next_attempt_at.is_not(None)))
    return min((at for at in (alert, attempt) if at), default=None)
