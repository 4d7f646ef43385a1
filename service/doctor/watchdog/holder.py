"""Who watches: one process at a time for each database, under a lease, so that one that was stopped is replaced."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.models import WatchNote
from service.store.watch_notes import HOLDER, read_note, write_note

HELD_FOR = timedelta(seconds=30)
PATIENCE = timedelta(seconds=30)  # how much longer a process waits that has other work, before it takes over


def take_watch(session: Session, process_id: str, *, stands_by: bool, now: datetime) -> bool:
    """Whether the process watches until `HELD_FOR` from now; one that stands by leaves it to any that does not."""
    held = session.get(WatchNote, HOLDER, with_for_update=True, populate_existing=True)
    if held is not None and not _may_take(held, process_id, now, stands_by=stands_by):
        return False
    write_note(session, HOLDER, {"id": process_id, "stands_by": stands_by}, now=now)
    return True


def may_watch(session: Session, process_id: str, *, now: datetime) -> bool:
    """Whether a process that is there for it would get the watch, as far as reading tells."""
    held = read_note(session, HOLDER)
    return held is None or _may_take(held, process_id, now, stands_by=False)


def leave_watch(session: Session, process_id: str, *, now: datetime) -> None:
    """Let another take over at once."""
    held = session.get(WatchNote, HOLDER, with_for_update=True, populate_existing=True)
    if held is not None and held.note.get("id") == process_id:
        write_note(session, HOLDER, {}, now=now)


def _may_take(held: WatchNote, process_id: str, now: datetime, *, stands_by: bool) -> bool:
    if held.note.get("id") in (None, process_id):
        return True
    if held.note.get("stands_by") and not stands_by:
        return True
    return abs(now - held.at) > (HELD_FOR + PATIENCE if stands_by else HELD_FOR)
