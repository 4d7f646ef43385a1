"""The journal: what happened to sheets, reports, campaigns and rounds; findings have events of their own."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
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
    partial_index,
)
from service.models.organizations import Organization, Person
from workflows.journal import JournalAct, SubjectKind
from workflows.vocabulary import ClosingOutcome, Role


class JournalEntry(Base):
    """One thing that happened: append-only, hash-chained per subject."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("subject_id", "position"),
        Index("ix_journal_feed", "transaction_id", "serial"),
        Index("ix_journal_organization", "organization_id", "at"),
        Index("ix_journal_district", "district_id", "at"),
        partial_index("ix_journal_rows", "serial", where="subject_kind = 'rows'"),
    )

    serial: Mapped[SerialKey]
    id: Mapped[AnyId] = mapped_column(unique=True, default=new_id)
    transaction_id: Mapped[int] = mapped_column(BigInteger, server_default=TransactionId())  # as of events
    subject_kind: Mapped[SubjectKind]
    subject_id: Mapped[AnyId]
    position: Mapped[int]  # 1, 2, 3 … of the subject
    round_id: Mapped[RoundId | None]  # none: of no round, such as a person, an organization or the calendar
    organization_id: Mapped[OrganizationId | None]
    district_id: Mapped[OrganizationId | None]
    at: Mapped[datetime]
    actor_id: Mapped[PersonId | None]  # none: the clock
    actor_role: Mapped[Role]
    act: Mapped[JournalAct]
    reason: Mapped[str | None]
    data: Mapped[dict[str, Any]]
    salt: Mapped[str | None] = mapped_column(String(32))  # served to nobody; none: written before there were any
    canonical: Mapped[str]  # the text that was hashed
    hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str | None] = mapped_column(String(64))

    actor: Mapped[Person | None] = relationship()
    organization: Mapped[Organization | None] = relationship(foreign_keys="JournalEntry.organization_id")


class PersonalChange(Base):
    """What an entry changed of a name, an address or a telephone number; the entry's hash covers only a commitment.

    So the values can be taken away when a person must be forgotten, and the chain still holds.
    """

    __tablename__ = "personal_changes"

    entry_id: Mapped[AnyId] = mapped_column(ForeignKey("journal.id"), primary_key=True)
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
    before: Mapped[str | None]
    after: Mapped[str | None]
    salt: Mapped[str] = mapped_column(String(64))  # random: the commitment must not tell the values to who guesses


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
