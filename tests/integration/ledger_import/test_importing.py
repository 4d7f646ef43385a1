"""Importing a table of findings: what is right is logged, what is wrong is told by cell, and nothing by halves."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.verify import verify
from service.errors import Conflict, InvalidInput, NotAllowed
from service.models import Finding
from service.rounds.rounds import close_round
from tests.build.checklists import add_checklist
from tests.build.imported_tables import (
    COLLEGE,
    DAY,
    FIRST,
    HEADINGS,
    NOW,
    OTHER,
    SECOND,
    brought,
    brought_sheets,
    counts,
    how_many,
    told,
)
from tests.worlds.books import SHANGHAI, Town, heard, kinds, local
from workflows.vocabulary import Origin, Severity, State


@pytest.fixture
def listed(session: Session, town: Town) -> Town:
    """The town with a checklist."""
    add_checklist(session, town.round, [("1-1", "组织领导情况"), ("1-2", "试卷安全保密")])
    session.commit()
    return town


def test_lines_become_findings_as_if_they_had_been_logged_one_by_one(session: Session, listed: Town) -> None:
    assert counts(brought(session, listed.inspector, FIRST, SECOND)) == (2, 0, 0)
    general, major = session.scalars(select(Finding).order_by(Finding.number))
    assert (general.number, general.client_id, general.summary) == (
        "2026-08-0001",
        "2026-08/督一-001",
        "监控画面有盲区",
    )
    assert (general.details, general.location) == ("后排未覆盖", "3号楼301")
    assert (general.severity, general.origin, general.state) == (Severity.GENERAL, Origin.CENTRE, State.FOUND)
    assert general.found_at.astimezone(SHANGHAI) == local(4, 13, 0)
    assert major.found_at.astimezone(SHANGHAI) == local(4, 13, 9, 30)
    assert major.checklist_item is not None
    assert major.checklist_item.number == "1-2"
    assert kinds(session, general) == ["log.general"]
    assert heard(session, major, listed) == ["leader", "neighbour"]
    assert verify(session) == []


def test_everything_that_is_wrong_is_told_at_once_by_cell_and_nothing_is_imported(
    session: Session, listed: Town
) -> None:
    before = how_many(session)
    imported = brought(
        session,
        listed.inspector,
        FIRST,
        (None, None, None, None, "只有情况", None, None, None),
        (None, OTHER, None, "外组的学校", None, None, "一般问题", DAY),
        (None, "查无此校", "9-9", "x", None, None, "严重", "五月二十日"),
        (None, COLLEGE, "1-77", "没有的编号", None, None, "一般问题", DAY),
        (None, COLLEGE, DAY, "编号成了日期", None, None, "一般问题", DAY),
        (None, COLLEGE, None, "长" * 501, None, "长" * 301, "一般问题", NOW.date() + timedelta(days=2)),
        ("督一-001", COLLEGE, None, "来源编号重复", None, None, "一般问题", DAY),
    )
    assert told(imported) == [
        ("整改台账!B3", "required"),
        ("整改台账!D3", "required"),
        ("整改台账!G3", "required"),
        ("整改台账!H3", "required"),
        ("整改台账!B4", "unknown_organization"),
        ("整改台账!B5", "unknown_organization"),
        ("整改台账!C5", "unknown_item"),
        ("整改台账!G5", "severity_word"),
        ("整改台账!H5", "day_form"),
        ("整改台账!C6", "unknown_item"),
        ("整改台账!C7", "item_became_day"),
        ("整改台账!D8", "too_long"),
        ("整改台账!F8", "too_long"),
        ("整改台账!H8", "in_future"),
        ("整改台账!A9", "duplicate_line"),
    ]
    assert imported.faults[0].column == "责任单位*"
    assert how_many(session) == before


def test_what_lies_in_the_future_cannot_have_been_found(session: Session, listed: Town) -> None:
    tomorrow = (*FIRST[:7], "2026年4月15日")
    assert told(brought(session, listed.inspector, tomorrow)) == [("整改台账!H2", "in_future")]


def test_a_foreign_unit_looks_like_an_unknown_one(session: Session, listed: Town) -> None:
    for actor, own in ((listed.university, COLLEGE), (listed.district, COLLEGE), (listed.other_inspector, OTHER)):
        foreign = {COLLEGE: OTHER, OTHER: COLLEGE}[own]
        for name in (foreign, "查无此校", "明河市招生考试中心"):
            row = (None, name, None, "越权登记", None, None, "一般问题", DAY)
            assert told(brought(session, actor, row)) == [("整改台账!B2", "unknown_organization")]


@pytest.mark.parametrize("name", ["leader", "leadership", "bureau", "committee", "admin"])
def test_who_logs_nothing_imports_nothing(session: Session, listed: Town, name: str) -> None:
    with pytest.raises(NotAllowed, match="not_yours"):
        brought(session, listed.everybody()[name], FIRST)


def test_a_dry_run_says_what_would_happen_and_changes_nothing(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST)
    session.commit()
    before = how_many(session)
    changed = (*FIRST[:3], "监控画面有三处盲区", *FIRST[4:])
    assert counts(brought(session, listed.inspector, changed, SECOND, dry_run=True)) == (1, 1, 0)
    session.commit()
    assert how_many(session) == before
    assert session.scalar(select(Finding.summary)) == "监控画面有盲区"
    assert counts(brought(session, listed.inspector, changed, SECOND)) == (1, 1, 0)


def test_several_sheets_titles_and_merged_cells_are_read_as_people_write_them(session: Session, listed: Town) -> None:
    sheets: dict[str, list[tuple[Any, ...]]] = {
        "说明": [("本表由督查组填写",), ("责任单位", "从列表选择")],
        "龙湖": [("第一督查组问题清单",), (), ("序号", *HEADINGS), (1, *FIRST), (), (2, None, *SECOND[1:])],
        "英文": [
            ("Unit", "Summary", "Severity", "Found at", "备注"),
            (COLLEGE, "Clock stopped", "general", "2026/4/13 8:30", "x"),
        ],
    }
    assert counts(brought_sheets(session, listed.inspector, sheets)) == (3, 0, 0)
    times = session.scalars(select(Finding.found_at).where(Finding.summary == "Clock stopped")).one()
    assert times == local(4, 13, 8, 30)


def test_faults_name_the_cells_of_the_sheet_as_excel_shows_them(session: Session, listed: Town) -> None:
    sheets = {"龙湖": [(), ("标题",), (None, None, *HEADINGS), (None, None, *FIRST[:7], "x")]}
    assert told(brought_sheets(session, listed.inspector, sheets)) == [("龙湖!J4", "day_form")]


@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        ([], "责任单位、问题、问题等级、发现时间"),
        ([("来源编号", "责任单位", "问题")], "问题等级、发现时间"),
        ([("姓名", "电话"), ("张三", "1")], "责任单位、问题、问题等级、发现时间"),
    ],
)
def test_a_table_without_its_headings_is_told_which_are_missing(
    session: Session, listed: Town, rows: list[tuple[str, ...]], missing: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        brought_sheets(session, listed.inspector, {"表": rows})
    assert refused.value.fields == {"file": "missing_columns"}
    assert refused.value.particulars == {"columns": missing}


def test_without_a_round_in_force_nothing_is_imported(session: Session, listed: Town) -> None:
    close_round(session, listed.round, now=NOW)
    session.commit()
    with pytest.raises(Conflict, match="no_round_in_force"):
        brought(session, listed.inspector, FIRST)


def test_a_table_of_headings_alone_imports_nothing(session: Session, listed: Town) -> None:
    assert counts(brought(session, listed.inspector)) == (0, 0, 0)
