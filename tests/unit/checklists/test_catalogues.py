"""The shipped checklists: every row of annexes 1 and 2 of notice 2021-35, as requirements in two languages."""

import re
from collections import Counter

import pytest

from service.checklists.catalogues import NOTICE_2021_35, Row, names, shipped
from workflows.completion import CompletionKind
from workflows.completion_words import completion_rule
from workflows.vocabulary import OrganizationKind

UNIVERSITIES, DISTRICTS = shipped(NOTICE_2021_35)
ROWS = {number: row for catalogue in (UNIVERSITIES, DISTRICTS) for number, row in catalogue.numbered()}
HAN = re.compile(r"[\u4e00-\u9fff]")


def headings(*rows: Row) -> dict[str, int]:
    return Counter(row.category for row in rows)


def test_annex_1_is_about_universities_and_annex_2_about_district_offices() -> None:
    assert names() == [NOTICE_2021_35]
    assert (UNIVERSITIES.annex, UNIVERSITIES.audience) == (1, OrganizationKind.UNIVERSITY)
    assert (DISTRICTS.annex, DISTRICTS.audience) == (2, OrganizationKind.DISTRICT)
    assert (UNIVERSITIES.title, DISTRICTS.title) == (
        "专升本考试安全高校准备情况督查表",
        "专升本考试安全考区准备情况督查表",
    )


def test_every_row_of_the_notice_is_there_under_its_heading() -> None:
    order = [
        "组织领导情况",
        "报名资格审核",
        "标准化考点建设",
        "考前教育",
        "考点周边环境治理",
        "试卷安全保密",
        "考试防疫",
        "考务管理",
    ]
    counted = headings(*UNIVERSITIES.rows), headings(*DISTRICTS.rows)
    assert [list(found) for found in counted] == [order, order]
    assert [list(found.values()) for found in counted] == [[2, 8, 16, 10, 10, 5, 8, 12], [8, 4, 5, 3, 5, 6, 4, 17]]


def test_each_heading_of_annex_1_has_its_units_and_annex_2_has_none() -> None:
    assert {row.category: (row.lead_units, row.supporting_units) for row in UNIVERSITIES.rows} == {
        "组织领导情况": (("招生办",), ()),
        "报名资格审核": (("教务处",), ("学生处",)),
        "标准化考点建设": (("信息化中心",), ()),
        "考前教育": (("学生处",), ()),
        "考点周边环境治理": (("保卫处",), ("总务处",)),
        "试卷安全保密": (("教务处",), ("党政办", "保卫处")),
        "考试防疫": (("党政办",), ()),
        "考务管理": (("教务处",), ()),
    }
    assert not any(row.lead_units or row.supporting_units for row in DISTRICTS.rows)


def test_merged_completion_times_count_for_every_row_that_they_span() -> None:
    open_ended = {
        number: rule.kind
        for number, row in ROWS.items()
        if (rule := completion_rule(row.completion)).kind is not CompletionKind.MONTH_PART
    }
    assert open_ended == dict.fromkeys(("1-38", "1-42", "1-43"), CompletionKind.UNTIL_EXAM_OVER) | dict.fromkeys(
        ("2-14", "2-15", "2-16"), CompletionKind.UNTIL_BUILT
    )
    assert ROWS["2-22"].completion == ROWS["2-23"].completion == "5月中旬"


@pytest.mark.parametrize(("number", "row"), ROWS.items(), ids=ROWS.keys())
def test_a_requirement_says_in_both_languages_what_must_be_true(number: str, row: Row) -> None:
    assert completion_rule(row.completion).text == row.completion
    assert row.question
    assert row.en
    assert row.zh not in row.question
    assert not re.search("是否|有无|能否|哪些|什么|如何|[?？!！]", row.zh)
    assert re.fullmatch(r"[^；。]+(；[^；。]+)*。", row.zh)
    assert re.fullmatch(r"[A-Z][^.?!]+\.", row.en)
    assert not HAN.search(row.en)
    assert row.zh.count("；") == row.en.count(";"), "one fact per clause, the same ones in both"


def test_no_requirement_names_a_year_so_that_it_serves_the_next_one() -> None:
    assert [number for number, row in ROWS.items() if re.search(r"20\d\d", f"{row.zh}{row.en}")] == []
