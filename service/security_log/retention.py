"""How long the log is kept: what is older goes by whole checkpoints, and an entry says how far, and with which hash.

The chain goes on from that hash, the checkpoints from that checkpoint, whose hash signed notes vouch for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from service.models import SecurityCheckpoint, SecurityEntry
from service.security_log.writing import NewSecurityEntry, record_security
from service.store.hash_chain import utc_text
from workflows.security import SecurityKind

KEPT_AT_LEAST = timedelta(days=184)  # six months, whichever they are; the database refuses less
MOST = 5_000  # entries that go in one transaction, and those of one checkpoint more


@dataclass(frozen=True, slots=True)
class Removal:
    """What went last, as its entry says: the end of the chain that is gone, and the checkpoint that covered it."""

    position: int
    hash: str
    checkpoint: int
    checkpoint_hash: str
    until: str  # when the youngest of what went was recorded
    entries: int

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> Self:
        """Read an entry's data; KeyError or TypeError for what is none."""
        return cls(**{name: data[name] for name in cls.__slots__})

    @property
    def data(self) -> dict[str, Any]:
        """What the entry says."""
        return {name: getattr(self, name) for name in self.__slots__}


def last_removal(session: Session) -> Removal | None:
    """The newest removal on record; KeyError, TypeError or ValueError for what a forger wrote."""
    removals = select(SecurityEntry.data).where(SecurityEntry.kind == SecurityKind.LOG_REMOVAL)
    data = session.scalar(removals.order_by(SecurityEntry.position.desc()).limit(1))
    return None if data is None else Removal.of_data(data)


def remove_oldest(session: Session, *, kept: timedelta, now: datetime) -> int:
    """Remove up to `MOST` entries that are older than `kept`, on record; how many went. ValueError below six months.

    Entries go with all others of their checkpoint, or not yet; the newest stay until another one comes.
    """
    if kept < KEPT_AT_LEAST:
        raise ValueError("the security log is kept for six months at least")
    before = last_removal(session)
    last = _last_to_go(session, before, now - kept)
    if last is None:
        return 0
    covered = (SecurityEntry.transaction_id, SecurityEntry.serial)
    end = session.execute(
        select(SecurityEntry.position, SecurityEntry.hash).where(
            covered[0] == last.transaction_id, covered[1] == last.event_serial
        )
    ).one()
    going = SecurityEntry.position <= end.position
    until, entries = session.execute(select(func.max(SecurityEntry.at), func.count()).where(going)).one()
    if until > now - kept:  # an entry of a clock that was wrong
        return 0
    session.execute(delete(SecurityEntry).where(going).execution_options(synchronize_session=False))
    removal = Removal(end.position, end.hash, last.serial, last.hash, utc_text(until), entries)
    record_security(session, NewSecurityEntry(kind=SecurityKind.LOG_REMOVAL, data=removal.data), now=now)
    return entries


def entries_past(session: Session, *, kept: timedelta, now: datetime) -> int:
    """How many entries `remove_oldest` would remove by and by; removes nothing."""
    going = _going(last_removal(session), now - kept)
    return session.scalar(select(func.coalesce(func.sum(SecurityCheckpoint.events), 0)).where(*going)) or 0


def _going(before: Removal | None, limit: datetime) -> tuple[ColumnElement[bool], ...]:
    """That a checkpoint's entries go; those with the newest entry stay, for the chain goes on from it."""
    newest = select(SecurityEntry.serial).order_by(SecurityEntry.position.desc()).limit(1).scalar_subquery()
    made = SecurityCheckpoint
    return (made.serial > (before.checkpoint if before else 0), made.at <= limit, made.event_serial != newest)


def _last_to_go(session: Session, before: Removal | None, limit: datetime) -> SecurityCheckpoint | None:
    """The newest checkpoint of which all is older than that, of as many as go at once."""
    last, entries = None, 0
    query = select(SecurityCheckpoint).where(*_going(before, limit)).order_by(SecurityCheckpoint.serial)
    for checkpoint in session.scalars(query, execution_options={"yield_per": 100}):
        if entries and entries + checkpoint.events > MOST:
            break
        last, entries = checkpoint, entries + checkpoint.events
    return last


def next_removal_at(session: Session, *, kept: timedelta) -> datetime | None:
    """When the oldest checkpoint whose entries are still there may go; None when there is none."""
    before = last_removal(session)
    oldest = select(func.min(SecurityCheckpoint.at))
    at = session.scalar(oldest.where(SecurityCheckpoint.serial > (before.checkpoint if before else 0)))
    return None if at is None else at + kept
