"""What keeps the service itself going: counters, idempotency keys, heartbeats, what was set aside."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from service.models.columns import AnyId, Base, PersonId


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
    created_at: Mapped[datetime] = mapped_column(index=True)


class Heartbeat(Base):
    """When a kind of process last said that it runs."""

    __tablename__ = "heartbeats"

    process: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]


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
