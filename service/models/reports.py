"""Weekly reports (周报): one row per unit and week, created ahead, and the versions that were handed in."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import JSON, Dialect, ForeignKey, Index, String, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.models.columns import AnyId, Base, Id, OrganizationId, PersonId, RoundId, partial_index
from service.models.organizations import Organization, Person
from service.models.rounds import Round
from workflows.report_figures import Figures
from workflows.vocabulary import OrganizationKind


class FrozenFigures(TypeDecorator[Figures]):
    """A column of figures; rows that were written before a count was added read as 0 there."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Figures | None, dialect: Dialect) -> dict[str, Any] | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else value.as_json()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Figures | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else msgspec.convert(value, Figures)


class WeeklyReport(Base):
    """What one unit owes for one week of a round (notice, part 2, paragraphs 1 and 2)."""

    __tablename__ = "weekly_reports"
    __table_args__ = (
        UniqueConstraint("round_id", "organization_id", "week"),
        Index("ix_weekly_reports_organization", "organization_id", "deadline", "id"),
        Index("ix_weekly_reports_district", "district_id", "deadline", "id"),
        partial_index("ix_weekly_reports_due", "next_action_at"),
    )

    id: Mapped[Id]
    round_id: Mapped[RoundId]
    organization_id: Mapped[OrganizationId]  # who owes it
    district_id: Mapped[OrganizationId]
    recipient_id: Mapped[OrganizationId]  # to whom
    week: Mapped[int]  # 1, 2, 3 … of the round
    deadline: Mapped[datetime]
    missing_at: Mapped[datetime]  # when it is no longer late but missing
    counted_until: Mapped[datetime | None]  # its figures: the first submission or the deadline, whichever came first
    # words saved before handing in
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    submitted_at: Mapped[datetime | None]  # the first time
    submitted_by_id: Mapped[PersonId | None]
    late: Mapped[bool] = mapped_column(default=False)  # judged at the first submission
    version: Mapped[int] = mapped_column(default=1)
    next_action_at: Mapped[datetime | None]  # when the clock speaks of it next; none once submitted

    round: Mapped[Round] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys="WeeklyReport.organization_id")
    district: Mapped[Organization] = relationship(foreign_keys="WeeklyReport.district_id")
    recipient: Mapped[Organization] = relationship(foreign_keys="WeeklyReport.recipient_id")
    submitted_by: Mapped[Person | None] = relationship()
    versions: Mapped[list["ReportVersion"]] = relationship(order_by="ReportVersion.version", back_populates="report")

    @property
    def kind(self) -> OrganizationKind:
        """Of whose reports it is one: a district office owes its own as the district."""
        of_office = self.organization_id == self.district_id
        return OrganizationKind.DISTRICT if of_office else OrganizationKind.UNIVERSITY


class ReportVersion(Base):
    """A weekly report as it was handed in; the figures stay those of the first, the words may be revised."""

    __tablename__ = "report_versions"
    __table_args__ = (UniqueConstraint("report_id", "version"),)

    id: Mapped[Id]
    report_id: Mapped[AnyId] = mapped_column(ForeignKey("weekly_reports.id"))
    version: Mapped[int]  # 1, 2, 3 …
    language: Mapped[str] = mapped_column(String(2), default="zh")
    figures: Mapped[Figures] = mapped_column(FrozenFigures)
    words: Mapped[dict[str, Any]]
    submitted_at: Mapped[datetime]
    submitted_by_id: Mapped[PersonId]

    submitted_by: Mapped[Person] = relationship()
    report: Mapped[WeeklyReport] = relationship(back_populates="versions")
