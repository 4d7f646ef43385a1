"""What a district office reports besides: campaign results, common problems, the difficulties of its universities.

Notice, part 2, paragraph 2 («五个专项行动»成效), and part 4, paragraph 2 (汇总高校反应的问题和困难，整理出共性问题).
"""

from typing import Any

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session

from service.campaigns.totals import totals
from service.models import Organization, ReportVersion, WeeklyReport
from service.reports.period import ReportPeriod
from service.statistics.common_problems import Period, count_common_problems
from workflows.report_figures import (
    CampaignCounts,
    CampaignResult,
    CommonProblemCounts,
    RaisedDifficulty,
    Reference,
)


def campaigns(session: Session, period: ReportPeriod) -> list[CampaignCounts]:
    """Each of the five campaigns with the actions that were recorded in the period, and their results added up."""
    of_each = totals(session, period.round_id, period.organization_id, since=period.since, until=period.until)
    return [
        CampaignCounts(
            campaign=code,
            actions=total.actions,
            results=[CampaignResult(name=one.name, unit=one.unit, value=one.value) for one in total.results],
        )
        for code, total in of_each.items()
    ]


def common_problems(session: Session, period: ReportPeriod) -> list[CommonProblemCounts]:
    """The checklist items that have failed at several universities of the district since the round began."""
    since_beginning = Period(period.round_id, period.until, district_id=period.organization_id)
    return count_common_problems(session, since_beginning, in_sight=true())


def difficulties(session: Session, period: ReportPeriod) -> list[RaisedDifficulty]:
    """What its universities raised in reports of the period and had not raised before, by university and week."""
    earlier: dict[str, list[dict[str, Any]]] = {}  # by report: what its last version before the period raised
    latest: dict[str, tuple[Reference, list[dict[str, Any]]]] = {}  # and its last version of the period
    for report_id, organization_id, name, words, submitted_at in session.execute(_versions(period)):
        raised = words.get("difficulties") or []
        if period.since is None or submitted_at > period.since:
            latest[report_id] = Reference(id=organization_id, name=name), raised
        else:
            earlier[report_id] = raised
    return [
        RaisedDifficulty(organization=university, report_id=report_id, text=one["text"], category=one.get("category"))
        for report_id, (university, raised) in latest.items()
        for one in raised
        if one not in earlier.get(report_id, ())
    ]


def _versions(period: ReportPeriod) -> Select[Any]:
    """All that was handed in to the office by the end of the period."""
    return (
        select(ReportVersion.report_id, WeeklyReport.organization_id, Organization.name)
        .add_columns(ReportVersion.words, ReportVersion.submitted_at)
        .join_from(ReportVersion, WeeklyReport, ReportVersion.report_id == WeeklyReport.id)
        .join(Organization, WeeklyReport.organization_id == Organization.id)
        .where(
            WeeklyReport.round_id == period.round_id,
            WeeklyReport.recipient_id == period.organization_id,
            ReportVersion.submitted_at <= period.until,
        )
        .order_by(Organization.name, WeeklyReport.week, ReportVersion.version)
    )
