"""Whose findings a weekly report counts, and from when to when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import ReportVersion, WeeklyReport
from workflows.report_figures import Figures
from workflows.reports import counted_until
from workflows.vocabulary import OrganizationKind


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """What a report is about: after `since` (none: from the round's beginning), up to and with `until`."""

    round_id: str
    organization_id: str  # of whoever reports
    kind: OrganizationKind  # a university counts its own findings, a district office those of its district
    since: datetime | None
    until: datetime
    before: Figures | None = None  # of the report of the week before, once it is handed in


def period_of(session: Session, report: WeeklyReport, *, now: datetime) -> ReportPeriod:
    """The report's period as of `now`: it begins where the one before ended, and is empty while it lies ahead."""
    before = week_before(session, report)
    frozen_first = select(ReportVersion.figures).where(ReportVersion.report == before, ReportVersion.version == 1)
    return ReportPeriod(
        round_id=report.round_id,
        organization_id=report.organization_id,
        kind=report.kind,
        since=counted_until(before.deadline, before.submitted_at, now) if before else None,
        until=counted_until(report.deadline, report.submitted_at, now),
        before=session.scalar(frozen_first) if before and before.submitted_at else None,
    )


def week_before(session: Session, report: WeeklyReport) -> WeeklyReport | None:
    """The report that the unit owed before this one."""
    query = select(WeeklyReport).where(
        WeeklyReport.round_id == report.round_id,
        WeeklyReport.organization_id == report.organization_id,
        WeeklyReport.deadline < report.deadline,
    )
    return session.scalar(query.order_by(WeeklyReport.deadline.desc()).limit(1))
