"""What a district office reports besides: campaign results, common problems, the difficulties of its universities.

Notice, part 2, paragraph 2 («五个专项行动»成效), and part 4, paragraph 2 (汇总高校反应的问题和困难，整理出共性问题).
"""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session

from service.campaigns.totals import totals
from service.models import Organization, ReportVersion, WeeklyReport
from service.reports.figures import Counted
from service.statistics.common_problems import Period
from service.statistics.common_problems import common_problems as count_common_problems

Rows = list[dict[str, Any]]


def campaigns(session: Session, counted: Counted) -> Rows:
    """Each of the five campaigns with the actions that were recorded in the period, and their results added up."""
    of_each = totals(session, counted.round_id, counted.organization_id, since=counted.since, until=counted.until)
    return [
        {
            "campaign": str(code),
            "actions": total.actions,
            "results": [{"name": name, "unit": unit, "value": value} for name, value, unit in total.results],
        }
        for code, total in of_each.items()
    ]


def common_problems(session: Session, counted: Counted) -> Rows:
    """The checklist items that have failed at several universities of the district since the round began."""
    period = Period(counted.round_id, counted.until, district_id=counted.organization_id)
    return [
        {
            "checklist_item": {"id": problem.item.id, "number": problem.item.number, "category": problem.item.category},
            "requirement": {"zh": problem.item.requirement_zh, "en": problem.item.requirement_en},
            **{name: getattr(problem, name) for name in ("findings", "open", "put_right")},
            "universities": [{**asdict(place), "findings": place.findings} for place in problem.universities],
        }
        for problem in count_common_problems(session, period, seen=true())
    ]


def difficulties(session: Session, counted: Counted) -> Rows:
    """What its universities raised in reports of the period, or raised anew; what had been raised before is out."""
    raised: dict[str, Rows] = {}
    known: dict[str, Rows] = {}
    names: dict[str, tuple[str, str]] = {}
    for report_id, organization_id, name, words, submitted_at in session.execute(_handed_in(counted)):
        told = raised if counted.since is None or submitted_at > counted.since else known
        told[report_id] = words.get("difficulties") or []
        names[report_id] = organization_id, name
    return [
        {"organization": {"id": names[id_][0], "name": names[id_][1]}, "report_id": id_, **_whole(one)}
        for id_, ones in raised.items()
        for one in ones
        if one not in known.get(id_, ())
    ]


def _handed_in(counted: Counted) -> Select[Any]:
    return (
        select(ReportVersion.report_id, WeeklyReport.organization_id, Organization.name)
        .add_columns(ReportVersion.words, ReportVersion.submitted_at)
        .join_from(ReportVersion, WeeklyReport, ReportVersion.report_id == WeeklyReport.id)
        .join(Organization, WeeklyReport.organization_id == Organization.id)
        .where(
            WeeklyReport.round_id == counted.round_id,
            WeeklyReport.recipient_id == counted.organization_id,
            ReportVersion.submitted_at <= counted.until,
        )
        .order_by(Organization.name, WeeklyReport.week, ReportVersion.version)
    )


def _whole(difficulty: dict[str, Any]) -> dict[str, Any]:
    return {"text": difficulty["text"], "category": difficulty.get("category")}
