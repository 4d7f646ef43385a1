"""周报: a weekly report as it was handed in last."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, exists, select

from service.documents.kinds.definition import DocumentData, DocumentDefinition, DocumentReader, Subject
from service.documents.kinds.fields import DocumentFields, RoundFields, amounts
from service.errors import Conflict
from service.models import ChecklistItem, ReportVersion, WeeklyReport
from service.scope import reports_seen
from service.wording import word
from service.wording.numerals import ordinal_numeral
from workflows.campaigns import Result
from workflows.findings.facts import Actor
from workflows.report_figures import CategoryCounts, Figures, SheetCounts
from workflows.vocabulary import InspectionKind, OrganizationKind, Origin

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
    categories: list[CategoryCounts]
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
        categories=figures.categories,
        sections=_sections(reader, figures, version.words),
        date=reader.day(version.submitted_at),
    )
    title = f"{unit.name}考试安全工作周报（第{report.week}周）"
    return DocumentData(title, fields, None, report.round_id, report.organization_id, report.district_id)


def _period(reader: DocumentReader, week: int, figures: Figures) -> str:
    until = reader.moment(figures.until)
    return f"第{week}周（{reader.moment(figures.since)}至{until}）" if figures.since else f"第{week}周（截至{until}）"


def _overview(figures: Figures) -> Iterator[str]:
    """What the table does not say, and sums that add up: what was open, came in, and was put right or withdrawn."""
    total, major = figures.total, figures.major
    among = [
        *([f"回头看再次发现{total.reopened}项"] if total.reopened else []),
        *([f"到期未确认、由系统提出{total.proposed}项"] if total.proposed else []),
    ]
    again = f"（含{'、'.join(among)}）" if among else ""
    withdrawn = f"作废{total.voided}项，" if total.voided else ""
    yield (
        f"期初在办{total.carried_over}项，本期新增{total.new}项{again}，下发整改通知{total.notified}项，"
        f"整改销号{total.put_right}项，{withdrawn}逾期{total.overdue}项，上报{total.escalated}项，"
        f"期末在办{total.open}项。"
    )
    yield f"督查开展以来累计发现{total.to_date.found}项，累计整改销号{total.to_date.put_right}项。"
    if major.to_date.found:
        yield f"重大安全隐患本期新增{major.new}项，整改销号{major.put_right}项，期末在办{major.open}项。"
    for part, about in ((figures.own, "考区自身问题"), (figures.universities, "高校问题")):
        if part:
            yield f"{about}本期新增{part.new}项，整改销号{part.put_right}项，期末在办{part.open}项。"


def _sections(reader: DocumentReader, figures: Figures, words: Row) -> list[SectionFields]:
    """The sections that have something to say, numbered on from the first: what was counted, then what was written."""
    own_checks: list[str] = []
    others: list[str] = []
    for counts in figures.sheets:
        own = counts.about == "own" and counts.kind is InspectionKind.SELF_CHECK
        (own_checks if own else others).append(_sheets(counts))
    counted: dict[str, Iterable[str]] = {
        "self_check": own_checks,
        "inspection": others,
        "campaigns": _campaigns(figures),
        "common_problems": _common_problems(figures),
    }
    lines = {name: [*counted.get(name, ()), *_lines(reader, words.get(name))] for name in _SECTIONS}
    lines["difficulties"] = list(_difficulties(figures, words))
    filled = [name for name in _SECTIONS if lines[name]]
    return [
        SectionFields(heading=f"{ordinal_numeral(place)}、{_SECTIONS[name]}", lines=lines[name])
        for place, name in enumerate(filled, 2)
    ]


def _lines(reader: DocumentReader, words: Any) -> list[str]:
    """A text by its lines, or what was written on common problems; difficulties stand with those of others."""
    if isinstance(words, str):
        return [line for line in words.splitlines() if line.strip()]
    on_items = [one for one in words or () if "checklist_item_id" in one]
    query, ids = select(ChecklistItem.id, ChecklistItem.number), [one["checklist_item_id"] for one in on_items]
    numbers = dict(reader.session.execute(query.where(ChecklistItem.id.in_(ids))).all()) if ids else {}
    return [f"督查内容{numbers.get(one['checklist_item_id'], '')}：{one['words']}" for one in on_items]


def _sheets(counts: SheetCounts) -> str:
    checked = counts.kind is InspectionKind.SELF_CHECK
    by = "" if counts.origin is Origin.UNIT else word(OrganizationKind(counts.origin), "zh")
    of = "所属高校" if counts.about == "universities" else ""
    who = f"{of}开展自查" if checked else f"{by}开展督查"
    units = f"，涉及高校{counts.units}所" if of else ""
    return (
        f"{who}{counts.sheets}次{units}，对照督查内容{counts.items}项：已落实{counts.in_place}项，"
        f"未落实{counts.not_in_place}项，不适用{counts.not_applicable}项，未查看{counts.not_seen}项。"
    )


def _campaigns(figures: Figures) -> Iterator[str]:
    for counts in figures.campaigns or ():
        if counts.actions:
            results = amounts(Result(one.name, one.value, one.unit) for one in counts.results)
            name = word(counts.campaign, "zh")
            yield f"{name}：开展行动{counts.actions}次{'，' if results else ''}{results}。"


def _common_problems(figures: Figures) -> Iterator[str]:
    for problem in figures.common_problems or ():
        names = "、".join(university.name for university in problem.universities)
        yield (
            f"督查内容{problem.checklist_item.number}“{problem.requirement.zh.rstrip('。')}”方面，"
            f"{len(problem.universities)}所高校存在问题{problem.findings}个（{names}）。"
        )


def _difficulties(figures: Figures, words: Row) -> Iterator[str]:
    """Those that universities raised, under their names, then one's own."""
    raised = [(f"{one.organization.name}：", one.text, one.category) for one in figures.difficulties or ()]
    own = [("", one["text"], one.get("category")) for one in words.get("difficulties") or ()]
    for number, (whose, text, category) in enumerate([*raised, *own], 1):
        yield f"{number}. {whose}{text}{f'（{category}）' if category else ''}"


def _visible(subject: Subject, actor: Actor) -> ColumnElement[bool]:
    places = reports_seen(actor)
    return exists().where(WeeklyReport.id == subject, places)


DEFINITION = DocumentDefinition(subject="the report", fields=WeeklyReportFields, gather=gather, visible=_visible)
