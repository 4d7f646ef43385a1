"""The journal: what happened to sheets, reports, campaigns and rounds; findings have events of their own."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.models.columns import (
    AnyId,
    Base,
    FindingId,
    OrganizationId,
    PersonId,
    RoundId,
    SerialKey,
    TransactionId,
    new_id,
)
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
    id: Mapped[AnyId] = mapped_column(unique=True, default=new_id)
    transaction_id: Mapped[int] = mapped_column(BigInteger, server_default=TransactionId())  # as of events
    subject_kind: Mapped[SubjectKind]
    subject_id: Mapped[AnyId]
    position: Mapped[int]  # 1, 2, 3 … of the subject
    round_id: Mapped[RoundId]
    organization_id: Mapped[OrganizationId | None]
    district_id: Mapped[OrganizationId | None]
    at: Mapped[datetime]
    actor_id: Mapped[PersonId | None]  # none: the clock
    actor_role: Mapped[Role]
    act: Mapped[JournalAct]
    reason: Mapped[str | None]
    data: Mapped[dict[str, Any]]
    canonical: Mapped[str]  # the text that was hashed
    hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str | None] = mapped_column(String(64))

    actor: Mapped[Person | None] = relationship()
    organization: Mapped[Organization | None] = relationship(foreign_keys="JournalEntry.organization_id")


class ClosingDecision(Base):
    """What was decided of a finding that was still open when its round closed."""

    __tablename__ = "closing_decisions"

    finding_id: Mapped[FindingId] = mapped_column(primary_key=True)
    round_id: Mapped[RoundId] = mapped_column(index=True)
    outcome: Mapped[ClosingOutcome]
    reason: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[PersonId]
    successor_id: Mapped[FindingId | None]

    decided_by: Mapped[Person] = relationship()
