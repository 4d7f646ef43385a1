"""Which processes run: each says so from time to time, under an id of its own, until it ends in order."""

import os
import socket
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.models import Heartbeat, new_id
from service.store.bulk import insert_into

WEB, WORKER, TIMETABLE, WATCHDOG = KINDS = ("web", "worker", "timetable", "watchdog")
QUEUES = ("sweep", "deliver", "render")  # of ticks in Redis
# What has to be done at any time, and by whom: «worker sweep» is done by a worker that serves that queue.
DUTIES = (TIMETABLE, *(f"{WORKER} {queue}" for queue in QUEUES))
SILENT_AFTER = timedelta(seconds=35)  # a beat comes every ten seconds, and may wait for a long writer before it
FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(slots=True)
class ThisProcess:
    """The process that beats; `duties` may change while it runs."""

    kind: str
    duties: tuple[str, ...] = ()
    id: str = field(default_factory=new_id)
    host: str = field(default_factory=socket.gethostname)
    pid: int = field(default_factory=os.getpid)
    folder: str | None = None  # which data folder it has


def beat(session: Session, process: ThisProcess, *, now: datetime) -> None:
    """Say that a process runs; at its first beat those of its host that were killed are forgotten."""
    told = {"duties": ",".join(process.duties), "folder": process.folder, "at": now}
    where = {"id": process.id, "kind": process.kind, "host": process.host, "pid": process.pid, "started_at": now}
    if session.get(Heartbeat, process.id) is None:
        _forget_killed(session, process)
    insert = insert_into(session, Heartbeat).values(**where, **told)
    session.execute(insert.on_conflict_do_update(index_elements=[Heartbeat.id], set_=told))


def end(session: Session, process: ThisProcess) -> None:
    """Say that a process ends in order: nobody waits for it any more."""
    session.execute(delete(Heartbeat).where(Heartbeat.id == process.id))


def processes(session: Session) -> Sequence[Heartbeat]:
    """Every process that was heard of and did not end in order, by kind and start."""
    return session.scalars(select(Heartbeat).order_by(Heartbeat.kind, Heartbeat.started_at, Heartbeat.id)).all()


def is_silent(process: Heartbeat, now: datetime) -> bool:
    """Whether it was not heard of for too long; a beat of the future comes from before the clock was set back."""
    return abs(now - process.at) > SILENT_AFTER


def hosts_by_folder(beats: Iterable[Heartbeat], now: datetime) -> dict[str, list[str]]:
    """The hosts of processes that are heard of, by the data folder that these have."""
    hosts: dict[str, list[str]] = defaultdict(list)
    for process in beats:
        if process.folder and not is_silent(process, now) and process.host not in hosts[process.folder]:
            hosts[process.folder].append(process.host)
    return dict(hosts)


def web_hosts_elsewhere(session: Session, folder: str | None, *, now: datetime) -> list[str]:
    """The hosts of web processes, where none of them has this data folder; empty where one has, or none is heard of."""
    web = hosts_by_folder((one for one in processes(session) if one.kind == WEB), now)
    return [] if folder is None or folder in web else [host for hosts in web.values() for host in hosts]


def unserved_duties(beats: Iterable[Heartbeat], now: datetime) -> list[str]:
    """The duties that no process does at present, in their order."""
    served = {duty for process in beats if not is_silent(process, now) for duty in _duties(process)}
    return [duty for duty in DUTIES if duty not in served]


def stopped(beats: Iterable[Heartbeat], now: datetime) -> list[Heartbeat]:
    """The silent processes that nobody has replaced: one of the same kind and duties that began after the last beat."""
    alike: dict[tuple[str, str], list[Heartbeat]] = defaultdict(list)
    for process in beats:
        alike[process.kind, process.duties].append(process)
    return [process for group in alike.values() for process in _unreplaced(group, now)]


def forget_stopped(session: Session, *, now: datetime) -> None:
    """Forget processes that have long been silent while others do what they did: there are fewer on purpose."""
    beats = processes(session)
    served = {(one.kind, duty) for one in beats if not is_silent(one, now) for duty in _duties(one) or (one.kind,)}
    for process in beats:
        long_ago = abs(now - process.at) > FORGOTTEN_AFTER
        if long_ago and {(process.kind, duty) for duty in _duties(process) or (process.kind,)} <= served:
            session.delete(process)
    session.flush()


def _unreplaced(group: Sequence[Heartbeat], now: datetime) -> list[Heartbeat]:
    silent = sorted((one for one in group if is_silent(one, now)), key=lambda one: one.at)
    newcomers = sorted(one.started_at for one in group if not is_silent(one, now))
    left = []
    for process in silent:
        successor = next((at for at in newcomers if at >= process.at), None)
        if successor is None:
            left.append(process)
        else:
            newcomers.remove(successor)
    return left


def _duties(process: Heartbeat) -> list[str]:
    return process.duties.split(",") if process.duties else []


def _forget_killed(session: Session, process: ThisProcess) -> None:
    of_host = session.scalars(select(Heartbeat).where(Heartbeat.host == process.host, Heartbeat.kind == process.kind))
    for former in of_host.all():
        if former.pid == process.pid or not is_running(former.pid):
            session.delete(former)
    session.flush()


def is_running(pid: int) -> bool:
    """Whether a process of this host lives."""
    with suppress(PermissionError):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
    return True
