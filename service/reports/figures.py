"""The figures of a weekly report, before anybody writes a word."""

from datetime import datetime

from sqlalchemy.orm import Session

from service.models import WeeklyReport
from service.models.report_figures import Figures
from service.reports.figures_of_districts import campaigns, common_problems, difficulties
from service.reports.figures_of_findings import finding_counts
from service.reports.figures_of_sheets import sheet_counts
from service.reports.period import period_of
from workflows.vocabulary import OrganizationKind


def figures(session: Session, report: WeeklyReport, *, now: datetime) -> Figures:
    """The figures as of the report's deadline or, before that, of `now`: what handing it in would freeze.

    Findings are counted in total, major ones alone, and by the notice's categories; a district office's also by whom
    they are about.
    """
    period = period_of(session, report, now=now)
    counts = finding_counts(session, period)
    of_office = period.kind is OrganizationKind.DISTRICT
    return Figures(
        since=period.since,
        until=period.until,
        total=counts.total,
        major=counts.major,
        own=counts.own if of_office else None,
        universities=counts.universities if of_office else None,
        categories=counts.categories,
        sheets=sheet_counts(session, period),
        campaigns=campaigns(session, period) if of_office else None,
        common_problems=common_problems(session, period) if of_office else None,
        difficulties=difficulties(session, period) if of_office else None,
    )
