"""周报: a weekly report as it was handed in last."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, exists, select

from service.documents.kinds.definition import DocumentData, DocumentDefinition, Subject
from service.documents.kinds.fields import DocumentFields, RoundFields, amounts
from service.documents.kinds.reader import DocumentReader
from service.errors import Conflict
from service.models import ChecklistItem, ReportVersion, WeeklyReport
from service.scope import places_seen
from service.wording import word
from service.wording.numerals import ordinal_numeral
from workflows.campaigns import results_of
from workflows.findings.facts import Actor
from workflows.vocabulary import CampaignCode

Row = Mapping[str, Any]

_SECTIONS = {
    "self_check": "自查情况",
    "inspection": "督查情况",
    "campaigns": "“五个专项行动”成效",
    "common_problems": "共性问题",
    "difficulties": "问题和困难",
    "plan": "下步安排",
    "remarks": "其他",
}


class SectionFields(msgspec.Struct, frozen=True, kw_only=True):
    """A section that has something to say."""

    heading: str
    lines: list[str]


class WeeklyReportFields(DocumentFields, frozen=True, kw_only=True):
    """The fields of the template."""

    unit: str
    recipient: str
    week: int
    period: str
    overview: str
    categories: list[dict[str, Any]]  # rows of the report's figures
    sections: list[SectionFields]


def gather(reader: DocumentReader, report_id: str) -> DocumentData:
    """Figures and words of the newest version (notice, part 2, paragraphs 1 and 2)."""
    report = reader.session.get_one(WeeklyReport, report_id)
    query = select(ReportVersion).where(ReportVersion.report_id == report_id).order_by(ReportVersion.version.desc())
    version = reader.session.scalars(query.limit(1)).first()
    if version is None:
        raise Conflict("not_submitted")
    figures, unit = version.figures, report.organization
    fields = WeeklyReportFields(
        office=unit.name,
        issuer_id=unit.id,
        number="",
        unit=unit.name,
        recipient=report.recipient.name,
        round=RoundFields.of(report.round),
        week=report.week,
        period=_period(reader, report.week, figures),
        overview="".join(_overview(figures)),
        categories=figures["categories"],
        sections=_sections(reader, figures, version.words),
        date=reader.day(version.submitted_at),
    )
    title = f"{unit.name}考试安全工作周报（第{report.week}周）"
    return DocumentData(title, fields, None, report.round_id, report.organization_id, report.district_id)


def _period(reader: DocumentReader, week: int, figures: Row) -> str:
    until = reader.moment(datetime.fromisoformat(figures["until"]))
    if not figures["since"]:
        return f"第{week}周（截至{until}）"
    return f"第{week}周（{reader.moment(datetime.fromisoformat(figures['since']))}至{until}）"


def _overview(figures: Row) -> Iterator[str]:
    """What the table does not say, and sums that add up: what was open, came in, and was put right or withdrawn."""
    total, major = figures["total"], figures["major"]
    among = [
        *([f"回头看再次发现{total['reopened']}项"] if total["reopened"] else []),
        *([f"到期未确认、由系统提出{total['proposed']}项"] if total["proposed"] else []),
    ]
    again = f"（含{'、'.join(among)}）" if among else ""
    withdrawn = f"作废{total['voided']}项，" if total["voided"] else ""
    yield (
        f"期初在办{total['carried_over']}项，本期新增{total['new']}项{again}，下发整改通知{total['notified']}项，"
        f"整改销号{total['put_right']}项，{withdrawn}逾期{total['overdue']}项，上报{total['escalated']}项，"
        f"期末在办{total['open']}项。"
    )
    yield f"督查开展以来累计发现{total['to_date']['found']}项，累计整改销号{total['to_date']['put_right']}项。"
    if major["to_date"]["found"]:
        yield f"重大安全隐患本期新增{major['new']}项，整改销号{major['put_right']}项，期末在办{major['open']}项。"
    for name, about in (("own", "考区自身问题"), ("universities", "高校问题")):
        if name in figures:
            part = figures[name]
            yield f"{about}本期新增{part['new']}项，整改销号{part['put_right']}项，期末在办{part['open']}项。"


def _sections(reader: DocumentReader, figures: Row, words: Row) -> list[SectionFields]:
    """The sections that have something to say, numbered on from the first: what was counted, then what was written."""
    own_check = [row for row in figures["sheets"] if (row["about"], row["kind"]) == ("own", "self_check")]
    counted = {
        "self_check": map(_sheets, own_check),
        "inspection": (_sheets(row) for row in figures["sheets"] if row not in own_check),
        "campaigns": _campaigns(figures),
        "common_problems": _common(figures),
    }
    lines = {name: [*counted.get(name, ()), *_lines(reader, words.get(name))] for name in _SECTIONS}
    lines["difficulties"] = list(_difficulties(figures, words))
    filled = [name for name in _SECTIONS if lines[name]]
    return [
        SectionFields(heading=f"{ordinal_numeral(place)}、{_SECTIONS[name]}", lines=lines[name])
        for place, name in enumerate(filled, 2)
    ]


def _lines(reader: DocumentReader, said: Any) -> list[str]:
    """A text by its lines, or what was written on common problems; difficulties are told with those of others."""
    if isinstance(said, str):
        return [line for line in said.splitlines() if line.strip()]
    on_items = [one for one in said or () if "checklist_item_id" in one]
    query = select(ChecklistItem.id, ChecklistItem.number)
    ids = [one["checklist_item_id"] for one in on_items]
    numbers = dict(reader.session.execute(query.where(ChecklistItem.id.in_(ids))).all()) if ids else {}
    return [f"{numbers.get(one['checklist_item_id'], '')} {one['words']}" for one in on_items]


def _sheets(row: Row) -> str:
    checked = row["kind"] == "self_check"
    by = {"unit": "", "district": "区县招考机构", "centre": "市招考中心"}[row["origin"]]
    of = "所属高校" if row["about"] == "universities" else ""
    who = f"{of}开展自查" if checked else f"{by}开展督查"
    units = f"，涉及高校{row['units']}所" if of else ""
    return (
        f"{who}{row['sheets']}次{units}，对照督查内容{row['items']}项：已落实{row['in_place']}项，"
        f"未落实{row['not_in_place']}项，不适用{row['not_applicable']}项，未查看{row['not_seen']}项。"
    )


def _campaigns(figures: Row) -> list[str]:
    lines = []
    for row in figures.get("campaigns", ()):
        if row["actions"]:
            results = amounts(results_of(row["results"]))
            name = word(CampaignCode(row["campaign"]), "zh")
            lines.append(f"{name}：开展行动{row['actions']}次{f'，{results}' if results else ''}。")
    return lines


def _common(figures: Row) -> list[str]:
    return [
        f"{row['checklist_item']['number']} {row['requirement']['zh'].rstrip('。')}——{len(row['universities'])}所高校"
        f"存在问题{row['findings']}个（{'、'.join(one['name'] for one in row['universities'])}）。"
        for row in figures.get("common_problems", ())
    ]


def _difficulties(figures: Row, words: Row) -> Iterator[str]:
    """Those that universities raised, under their names, then one's own."""
    raised = [(f"{row['organization']['name']}：", row) for row in figures.get("difficulties", ())]
    own: Sequence[Row] = words.get("difficulties") or ()
    for number, (whose, one) in enumerate([*raised, *(("", row) for row in own)], 1):
        category = f"（{one['category']}）" if one.get("category") else ""
        yield f"{number}. {whose}{one['text']}{category}"


def _seen(subject: Subject, actor: Actor) -> ColumnElement[bool]:
    places = places_seen(actor, WeeklyReport.organization_id.expression, WeeklyReport.district_id.expression)
    return exists().where(WeeklyReport.id == subject, places)


DEFINITION = DocumentDefinition(subject="the report", fields=WeeklyReportFields, gather=gather, seen=_seen)
