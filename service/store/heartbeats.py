"""Which processes run: each says so from time to time."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import Heartbeat
from service.store.bulk import insert_into


def beat(session: Session, process: str, *, now: datetime) -> None:
    """Say that a process of this kind runs: web, worker, timetable."""
    insert = insert_into(session, Heartbeat).values(process=process, at=now)
    session.execute(insert.on_conflict_do_update(index_elements=[Heartbeat.process], set_={"at": now}))


def last_beats(session: Session) -> Mapping[str, datetime]:
    """When each kind of process was last heard of."""
    return dict(session.execute(select(Heartbeat.process, Heartbeat.at)).all())
