"""What the watchdog keeps between two looks: one note for each of its tasks."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.models import WatchNote
from service.store.bulk import insert_into

HOLDER, TIMERS, CHAINS, WRITTEN = "holder", "timers", "chains", "written"  # the tasks, and the trial of writing


def read_note(session: Session, task: str) -> WatchNote | None:
    """The note of a task, as the database has it now; none before the first."""
    return session.get(WatchNote, task, populate_existing=True)


def write_note(session: Session, task: str, note: dict[str, Any], *, now: datetime) -> None:
    """Keep the note of a task in place of the one before."""
    told = {"at": now, "note": note}
    insert = insert_into(session, WatchNote).values(task=task, **told)
    session.execute(insert.on_conflict_do_update(index_elements=[WatchNote.task], set_=told))
