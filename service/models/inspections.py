"""Sheets over a checklist: inspections (督查) and self-checks (自查), with their answers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.models.checklists import Checklist, ChecklistItem
from service.models.columns import (
    AnyId,
    Base,
    ChecklistId,
    ChecklistItemId,
    EvidenceId,
    FindingId,
    Id,
    InspectionId,
    NoticeId,
    OrganizationId,
    PersonId,
    RoundId,
    partial_index,
)
from service.models.findings import Finding, RectificationNotice
from service.models.organizations import Organization, Person
from service.models.rectifications import Evidence
from service.models.rounds import Round
from workflows.vocabulary import Answer, InspectionKind, Origin


class Inspection(Base):
    """One sheet over a checklist, about one unit; filled in over several days by several people, then closed."""

    __tablename__ = "inspections"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("opened_by_id", "client_id"),
        Index("ix_inspections_organization", "organization_id", "opened_at", "id"),
        Index("ix_inspections_district", "district_id", "opened_at", "id"),
        partial_index("ix_inspections_due", "next_action_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(60))
    round_id: Mapped[RoundId]
    checklist_id: Mapped[ChecklistId]
    kind: Mapped[InspectionKind]
    origin: Mapped[Origin]  # of whoever fills it in
    organization_id: Mapped[OrganizationId]  # the unit
    district_id: Mapped[OrganizationId]
    by_organization_id: Mapped[OrganizationId]
    inspected_on: Mapped[date]
    methods: Mapped[list[str]] = mapped_column(default=list)  # words of Method
    rooms: Mapped[list[str]] = mapped_column(default=list)  # places that were walked through (实地查看)
    participants: Mapped[list[str]] = mapped_column(default=list)  # names
    note: Mapped[str | None]
    client_id: Mapped[str | None] = mapped_column(String(100))  # the caller's own key: a repeat finds the same sheet
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[PersonId]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[PersonId | None]
    summary: Mapped[str | None]  # the inspectors' own words, given with the closing
    notice_id: Mapped[NoticeId | None]
    feedback_due_at: Mapped[datetime | None]  # none: a self-check feeds nothing back
    next_action_at: Mapped[datetime | None]  # when the clock speaks of it next
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)

    round: Mapped[Round] = relationship()
    checklist: Mapped[Checklist] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys="Inspection.organization_id")
    district: Mapped[Organization] = relationship(foreign_keys="Inspection.district_id")
    by_organization: Mapped[Organization] = relationship(foreign_keys="Inspection.by_organization_id")
    opened_by: Mapped[Person] = relationship(foreign_keys="Inspection.opened_by_id")
    closed_by: Mapped[Person | None] = relationship(foreign_keys="Inspection.closed_by_id")
    notice: Mapped[RectificationNotice | None] = relationship()


class InspectionAnswer(Base):
    """What a sheet says of one item, in the version that stands; items without a row are not seen."""

    __tablename__ = "inspection_answers"
    __table_args__ = (Index("ix_inspection_answers_item", "item_id", "answered_at"),)

    inspection_id: Mapped[InspectionId] = mapped_column(primary_key=True)
    item_id: Mapped[ChecklistItemId] = mapped_column(primary_key=True)
    answer: Mapped[Answer]
    note: Mapped[str | None]
    answered_at: Mapped[datetime]
    answered_by_id: Mapped[PersonId]
    version: Mapped[int] = mapped_column(default=1)  # whoever writes says which version was seen
    finding_id: Mapped[FindingId | None] = mapped_column(index=True)

    inspection: Mapped[Inspection] = relationship()
    item: Mapped[ChecklistItem] = relationship()
    answered_by: Mapped[Person] = relationship()
    finding: Mapped[Finding | None] = relationship(foreign_keys="InspectionAnswer.finding_id")


class AnswerRevision(Base):
    """An answer as it was before it was replaced."""

    __tablename__ = "answer_revisions"

    id: Mapped[Id]
    inspection_id: Mapped[InspectionId] = mapped_column(index=True)
    item_id: Mapped[ChecklistItemId]
    version: Mapped[int]
    answer: Mapped[Answer]
    note: Mapped[str | None]
    answered_at: Mapped[datetime]
    answered_by_id: Mapped[PersonId]


class AnswerEvidence(Base):
    """Evidence put to an answer."""

    __tablename__ = "answer_evidence"
    __table_args__ = (
        ForeignKeyConstraint(
            ["inspection_id", "item_id"],
            ["inspection_answers.inspection_id", "inspection_answers.item_id"],
            name="fk_answer_evidence_answer",
        ),
    )

    inspection_id: Mapped[AnyId] = mapped_column(primary_key=True)
    item_id: Mapped[AnyId] = mapped_column(primary_key=True)
    evidence_id: Mapped[EvidenceId] = mapped_column(primary_key=True, index=True)

    evidence: Mapped[Evidence] = relationship(lazy="joined", innerjoin=True)
