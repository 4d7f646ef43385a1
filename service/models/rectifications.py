"""What people do about a finding: submissions, reviews, extensions, handling opinions, replies, evidence."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.models.columns import AnyId, Base, EvidenceId, FindingId, Id, OrganizationId, PersonId
from service.models.organizations import Person
from workflows.vocabulary import Measure, Outcome


class Submission(Base):
    """整改反馈: the unit says that it has put the finding right."""

    __tablename__ = "submissions"

    id: Mapped[Id]
    finding_id: Mapped[FindingId] = mapped_column(index=True)
    measures: Mapped[str]
    completed_on: Mapped[date | None]
    late: Mapped[bool]  # judged when it came
    submitted_at: Mapped[datetime]
    submitted_by_id: Mapped[PersonId]

    submitted_by: Mapped[Person] = relationship()


class Review(Base):
    """复查 of one submission."""

    __tablename__ = "reviews"

    id: Mapped[Id]
    finding_id: Mapped[FindingId] = mapped_column(index=True)
    submission_id: Mapped[AnyId] = mapped_column(ForeignKey("submissions.id"))
    outcome: Mapped[Outcome]
    comment: Mapped[str]
    remaining: Mapped[str | None]  # what is still to be done (22 of 30 rooms)
    reviewed_at: Mapped[datetime]
    reviewed_by_id: Mapped[PersonId]

    reviewed_by: Mapped[Person] = relationship()


class Extension(Base):
    """延期: asked for by the unit, decided by the other side, or closed by what happened meanwhile."""

    __tablename__ = "extensions"

    id: Mapped[Id]
    finding_id: Mapped[FindingId] = mapped_column(index=True)
    deadline: Mapped[datetime]  # as asked for
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[PersonId]
    granted: Mapped[bool | None]
    granted_deadline: Mapped[datetime | None]
    comment: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[PersonId | None]

    asked_by: Mapped[Person] = relationship(foreign_keys="Extension.asked_by_id")
    decided_by: Mapped[Person | None] = relationship(foreign_keys="Extension.decided_by_id")


class HandlingOpinion(Base):
    """处理意见 of the leadership team, reported to bureau and committee (notice, part 4, paragraph 3)."""

    __tablename__ = "handling_opinions"

    id: Mapped[Id]
    finding_id: Mapped[FindingId] = mapped_column(index=True)
    measure: Mapped[Measure]
    opinion: Mapped[str]
    new_deadline: Mapped[datetime | None]
    opined_at: Mapped[datetime]
    opined_by_id: Mapped[PersonId]

    opined_by: Mapped[Person] = relationship()
    replies: Mapped[list["Reply"]] = relationship(order_by="Reply.replied_at")


class Reply(Base):
    """批复 of the education bureau or the admission-exam committee."""

    __tablename__ = "replies"

    id: Mapped[Id]
    handling_opinion_id: Mapped[AnyId] = mapped_column(ForeignKey("handling_opinions.id"), index=True)
    text: Mapped[str]
    replied_at: Mapped[datetime]
    replied_by_id: Mapped[PersonId]

    replied_by: Mapped[Person] = relationship()


class Evidence(Base):
    """佐证材料: a file in the evidence store, known by its hash."""

    __tablename__ = "evidence"
    __table_args__ = (
        Index("ix_evidence_organization_id_size", "organization_id", "size"),  # its quota is added up from this alone
        Index("ix_evidence_uploaded_by_id_uploaded_at", "uploaded_by_id", "uploaded_at"),
    )

    id: Mapped[Id]
    sha256: Mapped[str] = mapped_column(String(64), index=True)  # several rows may share one file
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    filename: Mapped[str] = mapped_column(String(255))
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[PersonId]
    organization_id: Mapped[OrganizationId]  # may attach it


class Attachment(Base):
    """Evidence put to a finding, by the act that brought it."""

    __tablename__ = "attachments"

    evidence_id: Mapped[EvidenceId] = mapped_column(primary_key=True)
    finding_id: Mapped[FindingId] = mapped_column(primary_key=True, index=True)
    subject_id: Mapped[AnyId] = mapped_column(primary_key=True)  # finding, submission or review

    evidence: Mapped[Evidence] = relationship(lazy="joined", innerjoin=True)
