"""Findings and the rectification notices that carry them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from service.models.checklists import ChecklistItem
from service.models.columns import (
    AnyId,
    Base,
    ChecklistItemId,
    FindingId,
    Id,
    NoticeId,
    OrganizationId,
    PersonId,
    RoundId,
    partial_index,
)
from service.models.organizations import Organization, Person
from service.models.rectifications import Extension, Submission
from service.models.rounds import Assignment, Round
from workflows.signs import searchable
from workflows.vocabulary import Origin, Severity, State

SEARCHED = ("number", "summary", "details", "location")


def searched(texts: Mapping[str, str | None]) -> str:
    """What is searched of a finding with these texts; no word reaches from one into the next."""
    return "\n".join(searchable(text) for name in SEARCHED if (text := texts.get(name)))


class RectificationNotice(Base):
    """限期整改通知书: numbered, to one unit, with one or several findings."""

    __tablename__ = "rectification_notices"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(60))
    round_id: Mapped[RoundId]
    organization_id: Mapped[OrganizationId] = mapped_column(index=True)
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[PersonId]
    received_at: Mapped[datetime | None]  # signed by the unit
    received_by_id: Mapped[PersonId | None]

    organization: Mapped[Organization] = relationship()
    issued_by: Mapped[Person] = relationship(foreign_keys="RectificationNotice.issued_by_id")


class Finding(Base):
    """问题. Everything below «the law» is written by service.records.events alone."""

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("created_by_id", "client_id"),
        partial_index("ix_findings_due", "next_action_at"),
        # not unique: of two units that become one, both may have been asked for the same item
        partial_index("ix_findings_proposed", "round_id", "organization_id", "checklist_item_id", where="proposed"),
        partial_index("ix_findings_inspection", "inspection_id"),
        Index("ix_findings_organization", "organization_id", "created_at", "id"),
        Index("ix_findings_district", "district_id", "created_at", "id"),
        Index("ix_findings_newest", "created_at", "id"),
        partial_index("ix_findings_reported", "reported_at"),
        partial_index("ix_findings_at_risk", "at_risk_at", where="voided_at IS NULL AND at_risk_at IS NOT NULL"),
        partial_index("ix_findings_set_aside", "set_aside_at"),
        partial_index(
            "ix_findings_untimed",
            "id",
            where="next_action_at IS NULL AND state <> 'verified' AND voided_at IS NULL",
        ),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(60))
    round_id: Mapped[RoundId]
    organization_id: Mapped[OrganizationId]  # the unit
    district_id: Mapped[OrganizationId]
    origin: Mapped[Origin]
    severity: Mapped[Severity]
    policy_version: Mapped[str] = mapped_column(ForeignKey("rulebooks.version"))  # frozen at logging
    created_at: Mapped[datetime]
    # none: proposed by the clock
    created_by_id: Mapped[PersonId | None]
    proposed: Mapped[bool] = mapped_column(default=False)  # nobody saw it: an item's completion time passed unconfirmed
    client_id: Mapped[str | None] = mapped_column(String(100))  # the caller's own key: a repeat finds the same finding
    notice_id: Mapped[NoticeId | None] = mapped_column(index=True)
    checklist_item_id: Mapped[ChecklistItemId | None]
    # use_alter: sheets refer to findings too
    inspection_id: Mapped[AnyId | None] = mapped_column(ForeignKey("inspections.id", use_alter=True))
    carried_from_id: Mapped[FindingId | None]  # last round's

    # number and texts in the form that is searched, written with them
    search_text: Mapped[str] = mapped_column(
        default=lambda context: searched(context.get_current_parameters()), deferred=True
    )

    # text: changed by PATCH, never touches the clock
    summary: Mapped[str] = mapped_column(String(500))
    details: Mapped[str | None]
    location: Mapped[str | None] = mapped_column(String(300))
    found_at: Mapped[datetime]  # when it was seen on site
    requirement: Mapped[str | None]  # 整改要求
    plan: Mapped[str | None]  # the unit's plan, given with the receipt

    # the law
    state: Mapped[State]
    escalation_level: Mapped[int] = mapped_column(default=0)
    cycle: Mapped[int] = mapped_column(default=1)
    recurrences: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    partials: Mapped[int] = mapped_column(default=0)
    failures_in_all: Mapped[int] = mapped_column(default=0)  # of all cycles, as the next
    highest_level: Mapped[int] = mapped_column(default=0)
    notified_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    receipt_deemed: Mapped[bool] = mapped_column(default=False)
    receipt_signed: Mapped[bool] = mapped_column(default=False)
    working_days: Mapped[int | None]
    deadline: Mapped[datetime | None]
    original_deadline: Mapped[datetime | None]
    provisional_from: Mapped[datetime | None]
    provisional_days: Mapped[int | None]
    provisional_limit: Mapped[datetime | None]
    first_deadline: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    first_overdue_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    pending_submission_id: Mapped[AnyId | None]
    submitted_late: Mapped[bool] = mapped_column(default=False)
    awaiting_review_since: Mapped[datetime | None]
    pending_extension_id: Mapped[AnyId | None]
    extension_asked_at: Mapped[datetime | None]
    extensions: Mapped[int] = mapped_column(default=0)
    opinion_awaited_since: Mapped[datetime | None]
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)  # clock → [steps recorded, when the last was]

    # derived from the law, and the chain
    next_action_at: Mapped[datetime | None]  # the earliest timer; none only when verified, void or the round is closed
    at_risk_at: Mapped[datetime | None]  # when the light turns amber
    version: Mapped[int] = mapped_column(default=1)
    chain_length: Mapped[int] = mapped_column(default=0)  # events so far
    chain_head: Mapped[str | None] = mapped_column(String(64))  # hash of the last event
    set_aside_at: Mapped[datetime | None]  # the sweep failed on it; shown to the administrator
    set_aside_error: Mapped[str | None]

    round: Mapped[Round] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys="Finding.organization_id")
    district: Mapped[Organization] = relationship(foreign_keys="Finding.district_id")
    created_by: Mapped[Person | None] = relationship()
    notice: Mapped[RectificationNotice | None] = relationship()
    checklist_item: Mapped[ChecklistItem | None] = relationship()
    # who has the district in its round: none, where that is assigned to nobody
    assignment: Mapped[Assignment | None] = relationship(
        primaryjoin=lambda: and_(
            foreign(Finding.round_id) == Assignment.round_id, foreign(Finding.district_id) == Assignment.district_id
        ),
        viewonly=True,
    )
    pending_submission: Mapped[Submission | None] = relationship(
        primaryjoin=lambda: foreign(Finding.pending_submission_id) == Submission.id, viewonly=True
    )
    pending_extension: Mapped[Extension | None] = relationship(
        primaryjoin=lambda: foreign(Finding.pending_extension_id) == Extension.id, viewonly=True
    )

    @property
    def ever_overdue(self) -> bool:
        """Whether any of its deadlines was missed, though it may have been extended or set anew since."""
        return self.first_overdue_at is not None

    @property
    def awaiting_review(self) -> bool:
        """Whether a submission waits for its review."""
        return self.pending_submission_id is not None


class Revision(Base):
    """What a finding's text said before it was corrected."""

    __tablename__ = "revisions"

    id: Mapped[Id]
    finding_id: Mapped[FindingId] = mapped_column(index=True)
    field: Mapped[str] = mapped_column(String(32))
    before: Mapped[str | None]
    revised_at: Mapped[datetime]
    revised_by_id: Mapped[PersonId]
