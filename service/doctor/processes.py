"""Whether every process runs that has to, whether one has stopped, and whether somebody watches all this."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.doctor.check import Check, all_of, fault, minutes, ok, warning
from service.models import Heartbeat
from service.store.heartbeats import hosts_by_folder, is_silent, processes, stopped, unserved_duties
from service.store.watch_notes import HOLDER, read_note

UNWATCHED_TOO_LONG = timedelta(minutes=2)


def check_processes(session: Session, *, now: datetime) -> Check:
    """A fault when a duty is done by nobody, a warning when a process stopped beside others that do the same."""
    beats = processes(session)
    if unserved := unserved_duties(beats, now):
        return fault("processes", which=unserved)
    silent = stopped(beats, now)
    return warning("processes", which=_names(silent)) if silent else ok("processes")


def check_folders(session: Session, *, now: datetime) -> Check:
    """A fault when processes have different data folders: what one writes the others do not find."""
    hosts = hosts_by_folder(processes(session), now)
    if len(hosts) < 2:
        return ok("folders")
    return fault("folders", which=all_of([" + ".join(of_one) for of_one in hosts.values()]))


def check_process(session: Session, kind: str, *, host: str, now: datetime) -> Check:
    """Whether the processes of a kind on one host run, and none of them has stopped."""
    beats = [one for one in processes(session) if (one.kind, one.host) == (kind, host)]
    runs = any(not is_silent(one, now) for one in beats)
    if not runs:
        return fault("processes", which=[kind])
    silent = stopped(beats, now)
    return fault("processes", which=_names(silent)) if silent else ok("processes")


def check_watchdog(session: Session, *, now: datetime) -> Check:
    """Whether somebody has looked after the installation lately: the watchdog, or a web process in its place."""
    last = read_note(session, HOLDER)
    if last is None:
        return fault("watchdog", age=0)
    late = abs(now - last.at) > UNWATCHED_TOO_LONG
    return fault("watchdog", age=minutes(last.at, now)) if late else ok("watchdog")


def _names(beats: Iterable[Heartbeat]) -> list[str]:
    return [f"{one.duties or one.kind} ({one.host}, {one.pid})" for one in beats]
