"""A notice read whole: whatever shape its tables are in, what was found is what it says, and every doubt is told."""

from collections import Counter
from datetime import date

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.checklists.catalogues import Catalogue, Row
from service.setup.notice_file import Doubt, Notice, Team
from service.setup.notice_file.document import Cell, Table
from service.setup.notice_file.reading import interpret, read_notice
from tests.build.notice_files import DISTRICTS, HEADING, LABOUR, UNIVERSITIES, Layout, add_checklist, notice_file, saved
from workflows.vocabulary import OrganizationKind

TWENTY = Catalogue(1, OrganizationKind.UNIVERSITY, UNIVERSITIES.title, UNIVERSITIES.rows[25:45])
ORDERS = (
    ("督查项目", "督查内容", "完成时间", "责任单位"),
    ("序号", "督查项目", "督查内容", "责任单位", "完成时间"),
    ("完成时间", "责任单位", "督查项目", "督查内容"),
    ("督查内容", "完成时间", "督查项目", "牵头单位", "配合单位", "落实情况"),
)


def stops(notice: Notice) -> list[Doubt]:
    return [doubt for doubt in notice.doubts if doubt.stops]


def codes(notice: Notice) -> dict[str, int]:
    return Counter(doubt.code for doubt in notice.doubts)


def one_table(*rows: tuple[str, ...], title: str = "高校准备情况督查表") -> Notice:
    """A notice whose only checklist is that table."""
    document = docx.Document()
    for line in (*HEADING, "附件 1", title):
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    for line in ("附件 2", *LABOUR):
        document.add_paragraph(line)
    return read_notice(saved(document))


def test_the_whole_notice_of_2021_is_found_as_it_is_shipped() -> None:
    notice = read_notice(notice_file(layout=Layout(pages=(14, 34, 56))))
    assert notice.checklists == (UNIVERSITIES, DISTRICTS)
    assert notice.doubts == ()
    heading = notice.heading
    assert (heading.number, heading.centre) == ("2021-35", "郑州市招生考试中心")
    assert heading.title == "郑州市招生考试中心关于开展2021年专升本考试安全督查工作的通知"
    assert (heading.issued_on, heading.starts_on, heading.ends_on) == (
        date(2021, 3, 29),
        date(2021, 3, 29),
        date(2021, 6, 6),
    )
    assert {leader.name: leader.districts for leader in notice.leaders} == {
        "鲁军池": ("金水区", "荥阳市", "郑东新区"),
        "李宏斌": ("中原区", "管城区", "新密市", "登封市"),
        "刘水根": ("二七区", "惠济区", "新郑市", "中牟县"),
    }
    assert notice.teams == (
        Team("第一组", ("谢小刚",), ("蔡振宇", "赵坤"), ("金水区", "管城区")),
        Team("第二组", ("宋克仁",), ("李元昊", "郜赢"), ("中原区", "惠济区", "荥阳市")),
        Team("第三组", ("邓乐",), ("赵金萍", "韩旭", "崔琳"), ("二七区", "新密市", "登封市")),
        Team("第四组", ("石淑敏",), ("张恒", "唐军伟"), ("新郑市", "中牟县", "郑东新区")),
    )


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(
    columns=st.sampled_from(ORDERS),
    pages=st.sets(st.integers(1, 19), max_size=3),
    header_repeats=st.booleans(),
    merges_times=st.booleans(),
)
def test_however_a_checklist_is_set_it_says_the_same(
    columns: tuple[str, ...], pages: set[int], header_repeats: bool, merges_times: bool
) -> None:
    layout = Layout(columns=columns, pages=sorted(pages), header_repeats=header_repeats, merges_times=merges_times)
    notice = read_notice(notice_file(checklists=[TWENTY], layout=layout))
    assert notice.checklists == (TWENTY,)
    assert codes(notice) == {"no_checklist_for_district": 1}


def test_the_next_years_notice_is_read_without_code() -> None:
    office, known = ("校办",), UNIVERSITIES.rows[47]
    year = "制定了本校2023年专升本考试工作方案；经费能够保障。"
    rows = (
        Row("组织领导", "是否成立了专班？", "3月下旬", "成立了专班。", None, office, ("教务处", "保卫处")),
        Row("组织领导", "是否制定了本校2023年专升本考试工作方案？经费能否保障？", "4月上旬", year, None, office),
        Row("试卷安全", known.question, "6月初", known.zh, known.en, ("教务处",)),
    )
    universities = Catalogue(1, OrganizationKind.UNIVERSITY, "高校考试安全督查表", rows)
    heading = (
        "河源市招生考试院文件",
        "河招考〔2023〕7号",
        "河源市招生考试院关于做好2023年专升本考试安全督查的通知",
        "各区招考办、各高校：",
        "三、督查时间",
        "自2023年3月20日起至6月11日止。",
        "附件：1.高校考试安全督查表",
        "二〇二三年三月十七日",
    )
    labour = ("督查分工", "王建国：东源区", "第一督查组", "组 长：李红", "组 员：赵磊 孙悦", "督查区县：东源区")
    layout = Layout(columns=("责任单位", "完成时间", "督查项目", "督查内容", "落实情况"), pages=(1,))
    notice = read_notice(notice_file(heading=heading, checklists=[universities], labour=labour, layout=layout))
    assert notice.checklists == (universities,)
    assert notice.heading.number == "2023-7"
    assert notice.heading.title == "河源市招生考试院关于做好2023年专升本考试安全督查的通知"
    assert (notice.heading.issued_on, notice.heading.starts_on, notice.heading.ends_on) == (
        date(2023, 3, 17),
        date(2023, 3, 20),
        date(2023, 6, 11),
    )
    assert notice.teams == (Team("第一督查组", ("李红",), ("赵磊", "孙悦"), ("东源区",)),)
    assert codes(notice) == {"no_checklist_for_district": 1, "wording_by_rule": 2}
    assert not stops(notice)


def test_empty_cells_that_are_not_merged_take_what_stands_above_and_are_in_doubt() -> None:
    notice = one_table(
        ("督查项目", "督查内容", "完成时间", "责任单位"),
        ("考前教育", "是否召开了班会？", "4月中旬", "学生处"),
        ("", "是否发放了公开信？", "", ""),
    )
    (catalogue,) = notice.checklists
    assert [(row.category, row.completion, row.lead_units) for row in catalogue.rows] == [
        ("考前教育", "4月中旬", ("学生处",))
    ] * 2
    doubted = {(doubt.code, doubt.place) for doubt in notice.doubts}
    assert {("category_inherited", "1-2"), ("completion_inherited", "1-2"), ("units_inherited", "1-2")} <= doubted


def test_a_merged_cell_that_goes_on_on_the_next_page_is_not_in_doubt() -> None:
    header = [Cell(text) for text in ("督查项目", "督查内容", "完成时间", "责任单位")]
    first = [Cell("考前教育"), Cell("是否召开了班会？"), Cell("4月中旬"), Cell("教务处负责\n学生处配合")]
    merged = Cell("", continues=True)
    second = [merged, Cell("是否发放了公开信？"), merged, merged]
    notice = interpret(
        [*HEADING, "附件1", "高校督查表", Table([header, first]), "", Table([second, header]), "附件2", *LABOUR]
    )
    (catalogue,) = notice.checklists
    assert [(row.category, row.completion, row.lead_units, row.supporting_units) for row in catalogue.rows] == [
        ("考前教育", "4月中旬", ("教务处",), ("学生处",))
    ] * 2
    assert codes(notice) == {"no_checklist_for_district": 1, "wording_by_rule": 2}


@pytest.mark.parametrize("words", ["尽快", "5月20日前后", "4月28日17:00前"])
def test_a_completion_time_that_is_not_understood_stops_the_loading(words: str) -> None:
    notice = one_table(("督查项目", "督查内容", "完成时间"), ("考前教育", "是否召开了班会？", words))
    (stop,) = stops(notice)
    assert (stop.code, stop.place, stop.particulars) == ("completion_unknown", "1-1", {"words": words})


def test_a_table_without_any_header_is_told_by_what_stands_in_it() -> None:
    notice = one_table(
        ("4月中旬", "考前教育", "是否召开了班会？"),
        ("5月底", "考前教育", "是否发放了公开信？"),
    )
    (catalogue,) = notice.checklists
    assert [(row.category, row.completion) for row in catalogue.rows] == [
        ("考前教育", "4月中旬"),
        ("考前教育", "5月底"),
    ]
    assert codes(notice)["columns_guessed"] == 1


def test_a_heading_over_the_whole_width_is_the_heading_of_what_follows() -> None:
    document = docx.Document()
    for line in (*HEADING, "附件1：高校准备情况督查表"):
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=3)
    for texts in (("检查内容", "完成时限", "备注"), ("一、考前教育", "", ""), ("是否召开了班会？", "4月中旬", "")):
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(1, 2))
    notice = read_notice(saved(document))
    (catalogue,) = notice.checklists
    assert [row.category for row in catalogue.rows] == ["一、考前教育"]
    assert codes(notice)["heading_row"] == 1
    assert {stop.code for stop in stops(notice)} == {"labour_missing"}


def test_rows_that_a_page_break_has_cut_or_doubled_are_in_doubt() -> None:
    notice = one_table(
        ("督查项目", "督查内容", "完成时间"),
        ("考前教育", "是否召开了诚信考试", "4月中旬"),
        ("考前教育", "主题班会？", "4月中旬"),
        ("考前教育", "是否发放了公开信？", "4月中旬"),
        ("考前教育", "是否发放了公开信？", "4月中旬"),
        ("考前教育", "", "4月中旬"),
        ("", "", ""),
    )
    (catalogue,) = notice.checklists
    assert len(catalogue.rows) == 4
    doubted = {(doubt.code, doubt.place) for doubt in notice.doubts}
    assert {("question_unfinished", "1-1"), ("question_unclear", "1-2"), ("question_repeated", "1-4")} <= doubted
    assert ("row_without_question", "1-5") in doubted


PHRASES = (
    *("附件1", "附件 2：高校督查表", "附件十", "督查内容", "完成时间", "督查项目", "责任单位", "4 月中旬", "6月初"),
    *("即日起至考试结束", "尽快", "是否成立了小组？", "有无隐患？", "教务处负责\n学生处配合", "第一组组长：", "组员："),
    *("督查县区：", "区", "", "甲乙丙：金水区", *HEADING, *LABOUR),
)
words = st.sampled_from(PHRASES)
fragments = words | st.text(max_size=8) | st.builds("".join, st.lists(words, max_size=3))
cells = st.builds(Cell, fragments, st.booleans(), st.booleans())
tables = st.builds(Table, st.lists(st.lists(cells, max_size=5), max_size=5))


@settings(max_examples=200)
@given(st.lists(fragments | tables, max_size=12))
def test_whatever_a_file_says_is_read_or_in_doubt(parts: list[str | Table]) -> None:
    notice = interpret(parts)
    assert [row.completion for catalogue in notice.checklists for row in catalogue.rows if not row.question] == []
    loadable = notice.heading.number and notice.checklists and notice.teams and notice.leaders
    assert loadable or stops(notice)


def test_a_notice_without_checklists_or_labour_cannot_be_loaded() -> None:
    document = docx.Document()
    document.add_paragraph("会议通知")
    notice = read_notice(saved(document))
    assert {stop.code for stop in stops(notice)} == {
        *("number_missing", "title_missing", "period_missing", "checklists_missing", "labour_missing"),
    }
    assert notice.heading.number is None


def test_an_annex_that_goes_on_under_its_own_heading_is_one_checklist() -> None:
    document = docx.Document()
    for line in HEADING:
        document.add_paragraph(line)
    for rows in (TWENTY.rows[:7], TWENTY.rows[7:]):
        document.add_paragraph("附件1")
        document.add_paragraph(TWENTY.title)
        add_checklist(document, rows, Layout())
    for line in ("附件 2", *LABOUR):
        document.add_paragraph(line)
    assert read_notice(saved(document)).checklists == (TWENTY,)
