"""What is past its time: how much there is of it, and its removal, a part at a time; twice is the same as once.

Nothing that goes is under a chain but the security log, whose own removal keeps it whole.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, func, inspect, select, tuple_
from sqlalchemy.orm import Session

from service.evidence.unused import forget_unattached, unattached
from service.retention.periods import PERIODS, Retained
from service.security_log.retention import entries_past, remove_oldest

MOST = 1000  # rows that go in one transaction: nobody waits long


def past_time(session: Session, *, security_kept: timedelta, now: datetime) -> dict[Retained, int]:
    """How many rows of each kind are past their time; removes nothing."""
    found = {
        kind: session.scalar(select(func.count()).select_from(of.table).where(of.is_past(now - of.kept))) or 0
        for kind, of in PERIODS.items()
    }
    return {**found, Retained.SECURITY_LOG: entries_past(session, kept=security_kept, now=now)}


def remove_past(session: Session, kind: Retained, *, security_kept: timedelta, now: datetime) -> int:
    """Remove up to so many rows of that kind that are past their time; returns how many went, none at the end."""
    if kind is Retained.SECURITY_LOG:
        return remove_oldest(session, kept=security_kept, now=now)
    if kind is Retained.EVIDENCE:  # which somebody may be putting to something at this moment
        return forget_unattached(session, unattached(session, now=now))
    of = PERIODS[kind]
    keys = inspect(of.table).primary_key
    past = of.is_past(now - of.kept)
    some = select(*keys).where(past).order_by(*keys).limit(MOST)
    # asked once more of each row: it may have come to life while this waited for it
    gone = delete(of.table).where(tuple_(*keys).in_(some), past).returning(*keys)
    return len(session.execute(gone.execution_options(synchronize_session=False)).all())


def periods(security_kept: timedelta) -> Mapping[Retained, timedelta]:
    """How long each kind is kept."""
    return {**{kind: of.kept for kind, of in PERIODS.items()}, Retained.SECURITY_LOG: security_kept}
