"""Whether the installation does its duty at this moment, in words that tell a stranger nothing about it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from service.alerts.hold.hold import hold_in_force
from service.doctor.check import Check, Status, fault, ok
from service.doctor.mail import check_alerts
from service.doctor.processes import check_processes
from service.doctor.running import check_sweep
from service.doctor.watched import check_chains

Look = Callable[[Session, datetime], Check]
# Each is a probe of an index or of a table of a few rows: strangers may ask as often as they like.
LOOKS: Mapping[str, Look] = {
    "processes": lambda session, now: check_processes(session, now=now),
    "clock": lambda session, now: check_sweep(session, now=now),
    "alerts": lambda session, now: check_alerts(session, now=now),
    "held": lambda session, _now: fault("hold") if hold_in_force(session) else ok("hold"),
    "records": lambda session, now: check_chains(session, now=now),
}


def reasons_not_ready(session: Session, *, now: datetime) -> list[str]:
    """The names of what keeps duties from being done; none when all is well."""
    return [name for name, look in LOOKS.items() if look(session, now).status is Status.FAULT]
