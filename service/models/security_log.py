"""The security log: who came in and went, whose rights changed, what was taken out, and what was refused."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.models.checkpoints import Covering
from service.models.columns import AnyId, Base, PersonId, SerialKey, TransactionId
from service.models.organizations import Person
from workflows.security import SecurityOutcome


class SecurityEntry(Base):
    """One thing that happened, or a number of equal ones: append-only, all in one hash chain.

    The oldest are removed once they have been kept long enough, on record.
    """

    __tablename__ = "security_log"
    __table_args__ = (
        Index("ix_security_log_feed", "transaction_id", "serial"),
        Index("ix_security_log_person", "person_id", "position"),
        Index("ix_security_log_kind", "kind", "position"),
        Index("ix_security_log_at", "at"),
    )

    serial: Mapped[SerialKey]
    transaction_id: Mapped[int] = mapped_column(BigInteger, server_default=TransactionId())  # as of events
    position: Mapped[int] = mapped_column(BigInteger, unique=True)  # 1, 2, 3 … without a gap
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(32))  # a `SecurityKind`; no constraint, so that a new one is no migration
    outcome: Mapped[SecurityOutcome]
    person_id: Mapped[PersonId | None]  # who did it; none: nobody whom we know, or the clock
    name_hash: Mapped[str | None] = mapped_column(String(32))  # of a user name that nobody has
    subject_id: Mapped[AnyId | None]  # whom or what it is about, if not the person itself
    address: Mapped[str | None] = mapped_column(String(64))  # none: from this host's command line, or by the clock
    device: Mapped[str | None] = mapped_column(String(80))  # shortened user agent
    request_id: Mapped[str | None] = mapped_column(String(64))
    count: Mapped[int] = mapped_column(default=1)  # how many it stands for, up to `at`
    data: Mapped[dict[str, Any]]
    salt: Mapped[str] = mapped_column(String(32))  # served in exports alone, whose readers see all that it hides
    canonical: Mapped[str]  # the text that was hashed
    hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str | None] = mapped_column(String(64))

    person: Mapped[Person | None] = relationship()


class SecurityCheckpoint(Covering):
    """Over the security log."""

    __tablename__ = "security_checkpoints"
