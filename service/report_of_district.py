"""What a district office reports besides: campaign results, common problems, the difficulties of its universities.

Notice, part 2, paragraph 2 («五个专项行动»成效), and part 4, paragraph 2 (汇总高校反应的问题和困难，整理出共性问题).
"""

from collections import defaultdict
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from service.models import CampaignAction, ChecklistItem, Finding, Organization, ReportVersion, WeeklyReport
from service.report_figures import Counted
from workflows.vocabulary import CampaignCode

SEVERAL = 2  # universities at which an item has to fail to be a common problem
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
    """The checklist items that have failed at several universities of the district, the most widespread first."""
    failing: dict[ChecklistItem, list[str]] = defaultdict(list)
    for item, university in session.execute(_failing(counted)):
        failing[item].append(university)
    several = {item: names for item, names in failing.items() if len(set(names)) >= SEVERAL}
    ranked = sorted(several.items(), key=lambda one: (-len(set(one[1])), -len(one[1]), one[0].position))
    return [
        {
            "checklist_item": {"id": item.id, "number": item.number, "category": item.category},
            "requirement": {"zh": item.requirement_zh, "en": item.requirement_en},
            "findings": len(names),
            "universities": list(dict.fromkeys(names)),
        }
        for item, names in ranked
    ]


def _failing(counted: Counted) -> Select[ChecklistItem, str]:
    return (
        select(ChecklistItem, Organization.name)
        .join_from(Finding, ChecklistItem, Finding.checklist_item_id == ChecklistItem.id)
        .join(Organization, Finding.organization_id == Organization.id)
        .where(
            *(Finding.round_id == counted.round_id, Finding.district_id == counted.organization_id),
            Finding.organization_id != counted.organization_id,
            Finding.created_at <= counted.until,
            or_(Finding.voided_at.is_(None), Finding.voided_at > counted.until),
        )
        .order_by(Organization.name)
    )


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
