"""What is known of a weekly report before anybody writes a word: its figures, and what they are about."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.models import ReportVersion, WeeklyReport
from service.reports.figures import Counted, count
from service.reports.figures_of_districts import campaigns, common_problems, difficulties
from service.reports.figures_of_sheets import sheets
from workflows.reports import counted_until
from workflows.vocabulary import OrganizationKind


def week_before(session: Session, report: WeeklyReport) -> WeeklyReport | None:
    """The report that the unit owed before this one."""
    query = select(WeeklyReport).where(
        WeeklyReport.round_id == report.round_id,
        WeeklyReport.organization_id == report.organization_id,
        WeeklyReport.deadline < report.deadline,
    )
    return session.scalar(query.order_by(WeeklyReport.deadline.desc()).limit(1))


def prefill(session: Session, report: WeeklyReport, *, now: datetime) -> dict[str, Any]:
    """The figures as of the report's deadline or, before that, of `now`: what would be frozen by handing it in."""
    counted = _counted(session, report, now)
    whole = {**count(session, counted), "sheets": sheets(session, counted)}
    if counted.kind is OrganizationKind.DISTRICT:
        whole["campaigns"] = campaigns(session, counted)
        whole["common_problems"] = common_problems(session, counted)
        whole["difficulties"] = difficulties(session, counted)
    return whole


def _counted(session: Session, report: WeeklyReport, now: datetime) -> Counted:
    """A week begins where the one before ended; one that lies ahead is empty so far."""
    before = week_before(session, report)
    return Counted(
        round_id=report.round_id,
        organization_id=report.organization_id,
        kind=report.kind,
        since=counted_until(before.deadline, before.submitted_at, now) if before else None,
        until=counted_until(report.deadline, report.submitted_at, now),
        before=_told(session, before) if before and before.submitted_at else None,
    )


def _told(session: Session, report: WeeklyReport) -> dict[str, Any] | None:
    """The figures that were frozen when it was handed in first."""
    first = select(ReportVersion.figures).where(ReportVersion.report_id == report.id, ReportVersion.version == 1)
    return session.scalar(first)
