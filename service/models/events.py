"""Events, their checkpoints, alerts and the messages that carry alerts out of the house."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.models.columns import (
    AnyId,
    Base,
    FindingId,
    Id,
    MessageId,
    PersonId,
    SerialKey,
    TransactionId,
    new_id,
    partial_index,
)
from service.models.findings import Finding
from service.models.journal import JournalEntry
from service.models.organizations import Person
from workflows.vocabulary import Move, Role, State


class Event(Base):
    """One move that was recorded: append-only, hash-chained per finding."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("finding_id", "position"),
        Index("ix_events_feed", "transaction_id", "serial"),
    )

    serial: Mapped[SerialKey]
    id: Mapped[AnyId] = mapped_column(unique=True, default=new_id)
    # PostgreSQL: the transaction's id, so that a reader never passes one that is still open; SQLite: 0
    transaction_id: Mapped[int] = mapped_column(BigInteger, server_default=TransactionId())
    finding_id: Mapped[FindingId]
    position: Mapped[int]  # 1, 2, 3 … within the finding
    at: Mapped[datetime]
    actor_id: Mapped[PersonId | None]  # none: the clock
    actor_role: Mapped[Role]
    move: Mapped[Move]
    step: Mapped[str | None] = mapped_column(String(32))
    from_state: Mapped[State | None]
    to_state: Mapped[State]
    escalation_level: Mapped[int]
    reason: Mapped[str | None]
    data: Mapped[dict[str, Any]]
    audience: Mapped[str] = mapped_column(String(16))  # the widest circle inside that sees it: unit, overseer, centre
    upward: Mapped[bool]  # whether bureau and committee see it
    salt: Mapped[str | None] = mapped_column(String(32))  # served to nobody; none: written before there were any
    canonical: Mapped[str]  # the text that was hashed
    hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str | None] = mapped_column(String(64))

    actor: Mapped[Person | None] = relationship()


_TO_GROUP = "message_id IS NULL AND held_until IS NULL"


class Alert(Base):
    """提醒: one row per recipient, written with its event; the inbox."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_inbox", "person_id", "created_at", "id"),
        partial_index("ix_alerts_to_group", "created_at", where=_TO_GROUP),
        partial_index("ix_alerts_of_person_to_group", "person_id", "created_at", where=_TO_GROUP),
        partial_index("ix_alerts_held", "held_until", where="message_id IS NULL AND held_until IS NOT NULL"),
        partial_index("ix_alerts_to_acknowledge", "acknowledge_by"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(
        String(200), unique=True
    )  # finding, step, instant due, recipient; or event, recipient
    # its cause: an event of a finding, or an entry of the journal
    event_id: Mapped[AnyId | None] = mapped_column(ForeignKey("events.id"))
    finding_id: Mapped[FindingId | None] = mapped_column(index=True)
    entry_id: Mapped[AnyId | None] = mapped_column(ForeignKey("journal.id"))
    person_id: Mapped[PersonId]
    role: Mapped[Role | None]  # the post in which the person hears; none: of alerts that are older than posts
    kind: Mapped[str] = mapped_column(String(48))  # the move, with its step for ladders
    created_at: Mapped[datetime]
    acknowledge_by: Mapped[datetime | None]  # while an acknowledgement is wanted and nobody above has heard
    acknowledged_at: Mapped[datetime | None]
    held_until: Mapped[datetime | None]  # the reader's digest: it goes out with that one and not before
    message_id: Mapped[MessageId | None] = mapped_column(index=True)
    request_id: Mapped[str | None] = mapped_column(String(64))  # in which request it was caused; none: by the clock

    event: Mapped[Event | None] = relationship()
    finding: Mapped[Finding | None] = relationship()
    entry: Mapped[JournalEntry | None] = relationship()

    @property
    def about(self) -> Mapping[str, str | None]:
        """What it is about: kind and id of the finding, or of the journal's subject."""
        if self.entry:
            return {"kind": self.entry.subject_kind, "id": self.entry.subject_id}
        return {"kind": "finding", "id": self.finding_id}


class Message(Base):
    """What waits for one person, sent as one; once it is formed its alerts never change."""

    __tablename__ = "messages"
    __table_args__ = (partial_index("ix_messages_forming", "person_id", where="forming"),)

    id: Mapped[Id]
    person_id: Mapped[PersonId]
    created_at: Mapped[datetime]
    forming: Mapped[bool] = mapped_column(default=False, server_default=false())  # more of its alerts are to come

    person: Mapped[Person] = relationship()
    alerts: Mapped[list[Alert]] = relationship(order_by=Alert.created_at)


class Letter(Base):
    """The letter of a message as it was first written, while it may be sent again."""

    __tablename__ = "letters"

    message_id: Mapped[MessageId] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)  # of a later one the Message-ID is another
    written_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]  # headers and text, the enclosed documents, the alerts that it tells of
    told: Mapped[list[str]]  # ids of the findings that it tells of in full


class Delivery(Base):
    """One message on its way through one channel: leased, retried, given up visibly."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("message_id", "channel"),
        partial_index("ix_deliveries_waiting", "next_attempt_at"),
        partial_index("ix_deliveries_given_up", "given_up_at"),
    )

    id: Mapped[Id]
    message_id: Mapped[MessageId]
    channel: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]  # none once sent or given up for good
    lease_token: Mapped[AnyId | None]
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]  # shown to the administrator; with a next attempt, for a passing reason
    failed_address: Mapped[str | None] = mapped_column(String(254))  # where it was given up for good
    last_error: Mapped[str | None]

    message: Mapped[Message] = relationship()
