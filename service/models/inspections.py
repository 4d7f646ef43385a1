"""Sheets over a checklist: inspections (督查) and self-checks (自查), with their answers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.models.checklists import Checklist, ChecklistItem
from service.models.columns import Base, Id, new_id
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
        Index(
            "ix_inspections_due",
            "next_action_at",
            postgresql_where=text("next_action_at IS NOT NULL"),
            sqlite_where=text("next_action_at IS NOT NULL"),
        ),
    )

    id: Mapped[Id] = mapped_column(default=new_id)
    number: Mapped[str] = mapped_column(String(60))
    round_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("rounds.id"))
    checklist_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("checklists.id"))
    kind: Mapped[InspectionKind]
    origin: Mapped[Origin]  # of whoever fills it in
    organization_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("organizations.id"))  # the unit
    district_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("organizations.id"))
    by_organization_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("organizations.id"))
    inspected_on: Mapped[date]
    methods: Mapped[list[str]] = mapped_column(default=list)  # words of Method
    rooms: Mapped[list[str]] = mapped_column(default=list)  # places that were walked through (实地查看)
    participants: Mapped[list[str]] = mapped_column(default=list)  # names
    note: Mapped[str | None]
    client_id: Mapped[str | None] = mapped_column(String(100))  # the caller's own key: a repeat finds the same sheet
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("people.id"))
    summary: Mapped[str | None]  # the inspectors' own words, given with the closing
    notice_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("rectification_notices.id"))
    feedback_due_at: Mapped[datetime | None]  # none: a self-check feeds nothing back
    next_action_at: Mapped[datetime | None]  # when the clock speaks of it next
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)

    round: Mapped[Round] = relationship()
    checklist: Mapped[Checklist] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    district: Mapped[Organization] = relationship(foreign_keys=[district_id])
    by_organization: Mapped[Organization] = relationship(foreign_keys=[by_organization_id])
    opened_by: Mapped[Person] = relationship(foreign_keys=[opened_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])
    notice: Mapped[RectificationNotice | None] = relationship()


class InspectionAnswer(Base):
    """What a sheet says of one item, in the version that stands; items without a row are not seen."""

    __tablename__ = "inspection_answers"
    __table_args__ = (Index("ix_inspection_answers_item", "item_id", "answered_at"),)

    inspection_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("inspections.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("checklist_items.id"), primary_key=True)
    answer: Mapped[Answer]
    note: Mapped[str | None]
    answered_at: Mapped[datetime]
    answered_by_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("people.id"))
    version: Mapped[int] = mapped_column(default=1)  # whoever writes says which version was seen
    finding_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("findings.id"), index=True)

    inspection: Mapped[Inspection] = relationship()
    item: Mapped[ChecklistItem] = relationship()
    answered_by: Mapped[Person] = relationship()
    finding: Mapped[Finding | None] = relationship(foreign_keys=[finding_id])


class AnswerRevision(Base):
    """What an answer said before it was given anew."""

    __tablename__ = "answer_revisions"

    id: Mapped[Id] = mapped_column(default=new_id)
    inspection_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("inspections.id"), index=True)
    item_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("checklist_items.id"))
    version: Mapped[int]
    answer: Mapped[Answer]
    note: Mapped[str | None]
    answered_at: Mapped[datetime]
    answered_by_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("people.id"))


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

    inspection_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    item_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    evidence_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey("evidence.id"), primary_key=True, index=True
    )

    evidence: Mapped[Evidence] = relationship(lazy="joined", innerjoin=True)
