"""What is put on paper: documents (公文), rendered by workers from data that were frozen when they were asked for."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.models.columns import AnyId, Base, EvidenceId, Id, OrganizationId, PersonId, RoundId, partial_index
from service.models.organizations import Organization, Person
from service.models.rectifications import Evidence
from workflows.vocabulary import DocumentKind, DocumentStatus, Role


class Document(Base):
    """One paper on its way: queued, rendered under a lease, ready or given up visibly."""

    __tablename__ = "documents"
    __table_args__ = (
        Index("ix_documents_subject", "subject_id", "kind"),
        Index("ix_documents_newest", "requested_at", "id"),
        partial_index("ix_documents_waiting", "next_attempt_at"),
        partial_index("ix_documents_scan_id", "scan_id"),
    )

    id: Mapped[Id]
    kind: Mapped[DocumentKind]
    subject_id: Mapped[AnyId | None]  # by kind; a ledger has none
    round_id: Mapped[RoundId | None]
    organization_id: Mapped[OrganizationId | None]
    district_id: Mapped[OrganizationId | None]
    number: Mapped[str | None] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(300))
    data: Mapped[dict[str, Any]]  # all that it is made of, or what to look up (a ledger's filters)
    status: Mapped[DocumentStatus]
    progress: Mapped[int] = mapped_column(default=0)  # percent
    files: Mapped[dict[str, Any]] = mapped_column(default=dict)  # format → {sha256, size}, in the evidence store
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[PersonId | None]
    rendered_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]  # none once ready or given up
    lease_token: Mapped[AnyId | None]
    leased_until: Mapped[datetime | None]
    error: Mapped[str | None]
    remarks: Mapped[list[str]] = mapped_column(default=list)  # encoded: what the files could not show
    scan_id: Mapped[EvidenceId | None]  # with seal
    request_id: Mapped[str | None] = mapped_column(String(64))  # in which it was asked for; none: not by a request

    organization: Mapped[Organization | None] = relationship(foreign_keys="Document.organization_id")
    requested_by: Mapped[Person | None] = relationship()
    scan: Mapped[Evidence | None] = relationship()


class DocumentPlace(Base):
    """A unit and round whose findings a ledger holds, and the post in which its reader saw them then."""

    __tablename__ = "document_places"

    document_id: Mapped[AnyId] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(primary_key=True)
    round_id: Mapped[RoundId] = mapped_column(primary_key=True)
    organization_id: Mapped[OrganizationId] = mapped_column(primary_key=True)
