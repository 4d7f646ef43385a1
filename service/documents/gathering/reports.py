"""周报: a weekly report as it was handed in last."""

from typing import Any

from sqlalchemy import select

from service.documents.gathering.gathered import Desk, Gathered, round_of
from service.errors import Conflict
from service.models import ChecklistItem, ReportVersion, WeeklyReport
from service.wording import word
from service.wording.numerals import ordinal_numeral
from workflows.vocabulary import CampaignCode

_SECTIONS = {
    "self_check": "自查情况",
    "inspection": "督查情况",
    "campaigns": "“五个专项行动”成效",
    "common_problems": "共性问题",
    "difficulties": "问题和困难",
    "plan": "下步安排",
    "remarks": "其他",
}


def weekly_report(desk: Desk, report_id: str) -> Gathered:
    """Figures and words of the newest version (notice, part 2, paragraphs 1 and 2)."""
    report = desk.session.get_one(WeeklyReport, report_id)
    query = select(ReportVersion).where(ReportVersion.report_id == report_id).order_by(ReportVersion.version.desc())
    version = desk.session.scalars(query.limit(1)).first()
    if version is None:
        raise Conflict("not_submitted")
    figures, words = version.figures, version.words or {}
    unit = report.organization.name
    data = {
        "office": unit,
        "number": f"{report.round.number} 第{report.week}周",
        "unit": unit,
        "recipient": report.recipient.name,
        "round": round_of(report.round),
        "week": report.week,
        "period": f"第{report.week}周（截至{desk.moment(report.counted_until or report.deadline)}）",
        "overview": _overview(figures["total"]),
        "categories": figures["categories"],
        "sections": _sections(desk, figures, words),
        "date": desk.day(version.submitted_at),
    }
    title = f"{unit}考试安全工作周报（第{report.week}周）"
    return Gathered(title, data, None, report.round_id, report.organization_id, report.district_id)


def _overview(total: dict[str, Any]) -> str:
    return (
        f"期初在办{total['carried_over']}项，本期新增{total['found']}项，下发整改通知{total['notified']}项，"
        f"整改销号{total['put_right']}项，逾期{total['overdue']}项，上报{total['escalated']}项，期末在办{total['open']}项。"
    )


def _sections(desk: Desk, figures: dict[str, Any], words: dict[str, Any]) -> list[dict[str, Any]]:
    """The sections that have something to say, numbered on from the first."""
    lines = {name: _lines(desk, name, words.get(name)) for name in _SECTIONS}
    lines["campaigns"] = _campaigns(figures) + lines["campaigns"]
    lines["common_problems"] = _common(figures) + lines["common_problems"]
    told = [(heading, lines[name]) for name, heading in _SECTIONS.items() if lines[name]]
    return [
        {"heading": f"{ordinal_numeral(place)}、{heading}", "lines": several}
        for place, (heading, several) in enumerate(told, 2)
    ]


def _lines(desk: Desk, name: str, said: Any) -> list[str]:
    if not said:
        return []
    if isinstance(said, str):
        return [line for line in said.splitlines() if line.strip()]
    if name == "difficulties":
        return [f"{number}. {one['text']}" for number, one in enumerate(said, 1)]
    numbers = dict(
        desk.session.execute(
            select(ChecklistItem.id, ChecklistItem.number).where(
                ChecklistItem.id.in_([one["checklist_item_id"] for one in said])
            )
        ).all()
    )
    return [f"{numbers.get(one['checklist_item_id'], '')} {one['words']}" for one in said]


def _campaigns(figures: dict[str, Any]) -> list[str]:
    told = [row for row in figures.get("campaigns", ()) if row["actions"]]
    return [f"{word(CampaignCode(row['campaign']), 'zh')}：开展行动{row['actions']}次{_results(row)}。" for row in told]


def _results(row: dict[str, Any]) -> str:
    results = [f"{one['name']}{one['value']:g}{one.get('unit') or ''}" for one in row["results"]]
    return f"，{'，'.join(results)}" if results else ""


def _common(figures: dict[str, Any]) -> list[str]:
    return [
        f"{row['checklist_item']['number']} {row['requirement']['zh']}——{len(row['universities'])}所高校存在问题"
        f"{row['findings']}个（{'、'.join(one['name'] for one in row['universities'])}）。"
        for row in figures.get("common_problems", ())
    ]
