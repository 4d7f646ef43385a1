"""Notices as Word files, built for a test: facts, checklists as tables of any shape, division of labour."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Any

import docx
from docx.document import Document
from docx.table import Table

from service.checklists.catalogues import NOTICE_2021_35, Catalogue, Row, shipped

UNIVERSITIES, DISTRICTS = shipped(NOTICE_2021_35)
HEADING = (
    "郑州市招生考试中心文件",
    "郑招考中心〔2021〕35 号",
    "郑州市招生考试中心",
    "关于开展 2021 年专升本考试安全督查工作的通知",
    "各开发区、各区县（市）招生考试机构，各有关高校：",
    "为认真贯彻落实全省专升本考试安全工作会议精神，现将有关要求通知如下：",
    "二、督查方式",
    "对照《专升本考试安全高校准备情况督查表》（附件 1）进行认真自查，于每周四 17:00 前报考区招考机构。",
    "三、督查时间",
    "即日起至 6 月 6 日。",
    "附件：1.专升本考试安全高校准备情况督查表2.专升本考试安全考区准备情况督查表",
    "3.2021 年郑州市专升本考试安全督查工作具体分工",
    "2021 年 3 月 29 日",
)
LABOUR = (
    "2021 年郑州市专升本考试安全督查工作具体分工",
    "一、市招考中心领导督查工作责任分工",
    "鲁军池：金水区、荥阳市、郑东新区",
    "李宏斌：中原区、管城区、新密市、登封市刘水根：二七区、惠济区、新郑市、中牟县二、督查组具体分工",
    "第一组",
    "组长：谢小刚\t组员：蔡振宇、赵坤督查县区：金水区、管城区",
    "第二组",
    "组长：宋克仁 组员：李元昊、郜赢督查县区：中原区、惠济区、荥阳市第三组",
    "组长：邓　乐\t组员：赵金萍、韩旭、崔琳",
    "督查县区：二七区、新密市、登封市",
    "第四组",
    "组长：石淑敏\t组员：张恒、唐军伟 督查县区：新郑市、中牟县、郑东新区",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the tables of a checklist are set."""

    columns: Sequence[str] = ("督查项目", "督查内容", "完成时间", "责任单位")
    pages: Sequence[int] = ()  # the rows after which the table breaks into another one
    header_repeats: bool = False
    merges_times: bool = True


def notice_file(
    *,
    heading: Sequence[str] = HEADING,
    checklists: Sequence[Catalogue] = (UNIVERSITIES, DISTRICTS),
    labour: Sequence[str] = LABOUR,
    layout: Layout | None = None,
) -> bytes:
    """A whole notice."""
    document = docx.Document()
    for line in heading:
        document.add_paragraph(line)
    for catalogue in checklists:
        document.add_paragraph(f"附件 {catalogue.annex}")
        document.add_paragraph(catalogue.title)
        add_checklist(document, catalogue.rows, _for(catalogue, layout or Layout()))
    document.add_paragraph(f"附件 {len(checklists) + 1}")
    for line in labour:
        document.add_paragraph(line)
    return saved(document)


def _for(catalogue: Catalogue, layout: Layout) -> Layout:
    """Annex 2 names no units; what stands in their place is filled in by hand."""
    if any(row.lead_units for row in catalogue.rows):
        return layout
    return replace(layout, columns=[one.replace("责任单位", "落实情况") for one in layout.columns])


def saved(document: Document) -> bytes:
    """The file's bytes."""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def add_checklist(document: Document, rows: Sequence[Row], layout: Layout) -> None:
    """The rows as tables, one for each page; cells that say the same as those above are merged with them."""
    breaks = [0, *layout.pages, len(rows)]
    for page, (first, last) in enumerate(pairwise(breaks)):
        table = document.add_table(rows=0, cols=len(layout.columns))
        if page == 0 or layout.header_repeats:
            fill(table, layout.columns)
        offset = len(table.rows)
        for row in rows[first:last]:
            fill(table, [_cell(column, row) for column in layout.columns])
        for column, heading in enumerate(layout.columns):
            if heading != "督查内容" and (layout.merges_times or heading != "完成时间"):
                _merge(table, column, [_cell(heading, row) for row in rows[first:last]], offset)
        document.add_paragraph("")


def fill(table: Table, texts: Sequence[str]) -> None:
    """Another row."""
    for cell, text in zip(table.add_row().cells, texts, strict=True):  # type: ignore[no-untyped-call]
        cell.text = text


def _merge(table: Table, column: int, texts: Sequence[str], offset: int) -> None:
    for first, last in _runs(texts):
        for row in range(first + 1, last + 1):
            table.cell(row + offset, column).text = ""
        if last > first and texts[first]:
            table.cell(first + offset, column).merge(table.cell(last + offset, column)).text = texts[first]


def _runs(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    at = 0
    for _, same in groupby(texts):
        length = len(list(same))
        yield at, at + length - 1
        at += length


def _cell(heading: str, row: Row) -> str:
    said: dict[str, Any] = {
        "序号": "",
        "督查项目": row.category,
        "督查内容": (row.question or "").replace("？", "？\n").strip(),
        "完成时间": row.completion.replace("月", " 月").replace("至考试", "至考试\n"),
        "责任单位": _units(row),
        "牵头单位": "、".join(row.lead_units),
        "配合单位": "、".join(row.supporting_units),
        "落实情况": "",
    }
    text: str = said[heading]
    return text


def _units(row: Row) -> str:
    lead, supporting = "、".join(row.lead_units), "、".join(row.supporting_units)
    return f"{lead}负责\n{supporting}配合" if supporting else lead
