"""What a district office reports besides: campaign results, common problems, the difficulties of its universities.

Notice, part 2, paragraph 2 («五个专项行动»成效), and part 4, paragraph 2 (汇总高校反应的问题和困难，整理出共性问题).
"""

from collections import defaultdict
from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, or_, select, true
from sqlalchemy.orm import Session

from service.common_problems import Period
from service.common_problems import common_problems as count_common_problems
from service.models import CampaignAction, Organization, ReportVersion, WeeklyReport
from service.report_figures import Counted
from workflows.vocabulary import CampaignCode

Rows = list[dict[str, Any]]


def campaigns(session: Session, counted: Counted) -> Rows:
    """Each of the five campaigns with the actions that were recorded in the period, and their results in figures."""
    action = CampaignAction
    standing = or_(action.withdrawn_at.is_(None), action.withdrawn_at > counted.until)
    query = select(action.campaign, action.results).where(
        action.round_id == counted.round_id,
        action.district_id == counted.organization_id,
        action.recorded_at <= counted.until,
        standing,
    )
    if counted.since:
        query = query.where(action.recorded_at > counted.since)
    actions: dict[CampaignCode, list[Rows]] = defaultdict(list)
    for campaign, results in session.execute(query.order_by(action.acted_on, action.recorded_at, action.id)):
        actions[campaign].append(results)
    return [
        {"campaign": str(code), "actions": len(actions[code]), "results": _added(actions[code])}
        for code in CampaignCode
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


def _added(actions: list[Rows]) -> Rows:
    """Results of the same name and unit, added up, in the order in which they first come."""
    sums: dict[tuple[str, str | None], float] = defaultdict(int)
    for result in (result for results in actions for result in results):
        sums[result["name"], result.get("unit")] += result["value"]
    return [{"name": name, "unit": unit, "value": value} for (name, unit), value in sums.items()]
