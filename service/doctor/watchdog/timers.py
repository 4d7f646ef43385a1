"""Timers that were lost: found by reckoning them again, portion after portion, and set right through the sweep."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from service.doctor.check import SHOWN
from service.doctor.watched import SHOWN_FOR
from service.findings.timers import lost_timers, set_timers_right
from service.inspections import feedback
from service.readiness import proposals
from service.reports import report_timers
from service.store.watch_notes import TIMERS, read_note, write_note

LONGEST_SILENCE = timedelta(days=1)  # of what fell due before, nobody knows whether it was told
PORTION = 2000  # findings in one look: a third of a second of a slow machine

# Of a few thousand rows at most: all are looked at each time.
OTHERS = (
    (report_timers.lost_timers, report_timers.set_timers_right),
    (feedback.lost_timers, feedback.set_timers_right),
    (proposals.lost_timers, proposals.set_timers_right),
)


def mend_timers(
    sessions: sessionmaker[Session], readers: sessionmaker[Session], *, now: datetime, limit: int = PORTION
) -> list[str]:
    """Look at the next portion of findings and at everything else with a timer; returns the names of what was lost.

    What was lost becomes due at once, so that the sweep goes on as it would have.
    """
    with readers.begin() as session:
        last = read_note(session, TIMERS)
        note: dict[str, Any] = dict(last.note) if last else {}
        since = max(now - LONGEST_SILENCE, min(last.at, now)) if last else now
        lost, note["after"] = lost_timers(session, after=note.get("after"), limit=limit, now=now)
        others = [(set_right, ids) for find, set_right in OTHERS if (ids := find(session, now=now))]
    with sessions.begin() as session:
        mended = list(set_timers_right(session, lost, now=now)) if lost else []
        for set_right, ids in others:
            mended += set_right(session, ids, since=since)
        _remember(note, mended, now)
        write_note(session, TIMERS, note, now=now)
    return mended


def _remember(note: dict[str, Any], mended: Sequence[str], now: datetime) -> None:
    """Add to what was mended within the hour."""
    if not mended:
        return
    at = note.get("mended_at")
    recent = at is not None and now - datetime.fromisoformat(at) <= SHOWN_FOR
    before: list[str] = note.get("mended", []) if recent else []
    note["count"] = (note.get("count", 0) if recent else 0) + len(mended)
    note["mended"] = list(dict.fromkeys([*mended, *before]))[: SHOWN + 1]
    note["mended_at"] = now.isoformat()
