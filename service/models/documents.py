"""What is put on paper: documents (公文), rendered by workers from data that were frozen when they were asked for."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.models.columns import Base, Id, new_id
from service.models.organizations import Organization, Person
from service.models.rectifications import Evidence
from workflows.vocabulary import DocumentKind, DocumentStatus


class Document(Base):
    """One paper on its way: queued, rendered under a lease, ready or given up visibly."""

    __tablename__ = "documents"
    __table_args__ = (
        Index("ix_documents_subject", "subject_id", "kind"),
        Index("ix_documents_newest", "requested_at", "id"),
        Index(
            "ix_documents_waiting",
            "next_attempt_at",
            postgresql_where=text("next_attempt_at IS NOT NULL"),
            sqlite_where=text("next_attempt_at IS NOT NULL"),
        ),
    )

    id: Mapped[Id] = mapped_column(default=new_id)
    kind: Mapped[DocumentKind]
    subject_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))  # by kind; a ledger has none
    round_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("rounds.id"))
    organization_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("organizations.id"))
    district_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("organizations.id"))
    number: Mapped[str | None] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(300))
    data: Mapped[dict[str, Any]]  # all that it is made of, or what to look up (a ledger's filters)
    status: Mapped[DocumentStatus]
    progress: Mapped[int] = mapped_column(default=0)  # percent
    files: Mapped[dict[str, Any]] = mapped_column(default=dict)  # format → {sha256, size}, in the evidence store
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("people.id"))
    rendered_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]  # none once ready or given up
    lease_token: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    leased_until: Mapped[datetime | None]
    error: Mapped[str | None]
    scan_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("evidence.id"))  # with seal

    organization: Mapped[Organization | None] = relationship(foreign_keys=[organization_id])
    requested_by: Mapped[Person | None] = relationship()
    scan: Mapped[Evidence | None] = relationship()
