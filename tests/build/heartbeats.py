"""Heartbeats, as processes leave them."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.audit.checkpoints import BOOKS, checkpoint
from service.models import Heartbeat, new_id
from service.store.heartbeats import DUTIES, WATCHDOG, WEB
from service.store.watch_notes import HOLDER, write_note


def add_beat(
    session: Session, kind: str, *duties: str, at: datetime, started_at: datetime | None = None, pid: int = 1
) -> Heartbeat:
    """One process of another host, which was last heard of then."""
    beat = Heartbeat(id=new_id(), kind=kind, duties=",".join(duties), host="elsewhere", pid=pid)
    beat.at, beat.started_at = at, started_at or at
    session.add(beat)
    session.flush()
    return beat


def let_all_run(session: Session, *, now: datetime) -> None:
    """A process for every duty, a web process and a watchdog, all of them well; what is on record is sealed."""
    for duty in DUTIES:
        add_beat(session, duty.split()[0], duty, at=now)
    for kind in (WEB, WATCHDOG):
        add_beat(session, kind, at=now)
    write_note(session, HOLDER, {}, now=now)
    for book in BOOKS:
        checkpoint(session, now=now, book=book)
