"""The journal: what happened to sheets, reports, campaigns and rounds; findings have events of their own."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.models.columns import Base, SerialKey, TransactionId, new_id
from service.models.organizations import Organization, Person
from workflows.vocabulary import ClosingOutcome, JournalAct, Role, SubjectKind


class JournalEntry(Base):
    """One thing that happened: append-only, hash-chained per subject."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("subject_id", "position"),
        Index("ix_journal_feed", "transaction_id", "serial"),
        Index("ix_journal_organization", "organization_id", "at"),
        Index("ix_journal_district", "district_id", "at"),
    )

    serial: Mapped[SerialKey]
    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), unique=True, default=new_id)
    transaction_id: Mapped[int] = mapped_column(BigInteger, server_default=TransactionId())  # as of events
    subject_kind: Mapped[SubjectKind]
    subject_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    position: Mapped[int]  # 1, 2, 3 … of the subject
    round_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("rounds.id"))
    organization_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("organizations.id"))
    district_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("organizations.id"))
    at: Mapped[datetime]
    actor_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("people.id"))  # none: the clock
    actor_role: Mapped[Role]
    act: Mapped[JournalAct]
    reason: Mapped[str | None]
    data: Mapped[dict[str, Any]]
    canonical: Mapped[str]  # the text that was hashed
    hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str | None] = mapped_column(String(64))

    actor: Mapped[Person | None] = relationship()
    organization: Mapped[Organization | None] = relationship(foreign_keys=[organization_id])


class ClosingDecision(Base):
    """What was decided of a finding that was still open when its round closed."""

    __tablename__ = "closing_decisions"

    finding_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("findings.id"), primary_key=True)
    round_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("rounds.id"), index=True)
    outcome: Mapped[ClosingOutcome]
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("people.id"))
    successor_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("findings.id"))

    decided_by: Mapped[Person] = relationship()
