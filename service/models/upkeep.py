"""What keeps the service itself going: counters, idempotency keys, heartbeats, alarms, what was set aside."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from service.models.columns import AnyId, Base, Id, PersonId


class Counter(Base):
    """The last number given out under a name."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    value: Mapped[int]


class IdempotencyKey(Base):
    """A POST that was answered: the same key and body give the first answer."""

    __tablename__ = "idempotency_keys"

    person_id: Mapped[PersonId] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))  # of method, path and body
    status: Mapped[int | None]  # none only within the transaction that makes the answer
    body: Mapped[str | None]
    roles: Mapped[list[str]] = mapped_column(server_default="[]")  # of the caller then: without them it is not repeated
    created_at: Mapped[datetime] = mapped_column(index=True)


class Heartbeat(Base):
    """A process that runs, and when it last said so; gone once it has ended in order."""

    __tablename__ = "heartbeats"

    id: Mapped[Id]  # of this run of it
    kind: Mapped[str] = mapped_column(String(40))
    duties: Mapped[str] = mapped_column(String(200))  # what it does at present, with commas; none: it stands by
    host: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int]
    folder: Mapped[str | None] = mapped_column(String(60))  # which data folder it has; none: it could not be told
    started_at: Mapped[datetime]
    at: Mapped[datetime]


class WatchNote(Base):
    """What the watchdog keeps of one of its tasks: how far it is, what it found, who does it."""

    __tablename__ = "watch_notes"

    task: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]
    note: Mapped[dict[str, Any]]


class Alarm(Base):
    """A trouble of the installation, from when it was first seen until an hour after it was over."""

    __tablename__ = "alarms"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)  # of the check that found it
    status: Mapped[str] = mapped_column(String(16))
    words: Mapped[dict[str, Any]]  # language → the sentence
    since: Mapped[datetime]
    seen_at: Mapped[datetime]  # when it was last found
    over_at: Mapped[datetime | None]
    told_status: Mapped[str | None] = mapped_column(String(16))  # what administrators last heard; `ok`: it is over
    told_at: Mapped[datetime | None]


class SetAside(Base):
    """A row that the sweep failed on, or a task of the clock as a whole; shown to the administrator.

    Findings note it in their own row.
    """

    __tablename__ = "set_aside"

    task: Mapped[str] = mapped_column(String(40), primary_key=True)  # a word of ClockTask in store/sweeping
    row_id: Mapped[AnyId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(400))  # what people call the row
    since: Mapped[datetime]  # when it was due as it first failed: its timer is put off, what was due is not forgotten
    at: Mapped[datetime]  # when it failed last
    error: Mapped[str]
