"""What the watchdog found: timers that were lost and set right, chains that are broken."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.doctor.check import Check, fault, ok, warning
from service.store.watch_notes import CHAINS, TIMERS, read_note

SHOWN_FOR = timedelta(hours=1)  # how long timers that were set right are told of


def check_timers(session: Session, *, now: datetime) -> Check:
    """A warning where something had lost its timer or had it too late, and was set right within the hour."""
    last = read_note(session, TIMERS)
    mended: list[str] = last.note.get("mended", []) if last else []
    if last is None or not mended or abs(now - datetime.fromisoformat(last.note["mended_at"])) > SHOWN_FOR:
        return ok("timers")
    return warning("timers", count=last.note["count"], which=mended)


def check_chains(session: Session, *, now: datetime) -> Check:  # noqa: ARG001 - as all checks
    """A fault where a chain, or a checkpoint over it, did not hold when it was last looked at."""
    last = read_note(session, CHAINS)
    broken: list[str] = last.note.get("broken", []) if last else []
    return fault("chains", count=len(broken), which=broken) if broken else ok("chains")
