"""Importing a table of findings: what is right is logged, what is wrong is told by cell, and nothing by halves."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit import verify
from service.errors import Conflict, InvalidInput, NotAllowed
from service.escalations import void
from service.ledger_import import Imported, import_ledger
from service.models import Alert, Event, Finding, Person, Revision
from service.notices import begin
from service.rounds import add_checklist, add_team, assign, close_round
from tests.factories import make_round
from tests.town import FOUND_AT, SHANGHAI, Town, heard, kinds, local, log_finding, notify_finding
from tests.workbooks import workbook
from workflows.facts import Actor
from workflows.vocabulary import Origin, Severity, State

HEADINGS = ("来源编号", "责任单位*", "督查内容编号", "问题*", "具体情况", "地点", "问题等级*", "发现时间*")
NOW = FOUND_AT + timedelta(days=1)
DAY = date(2026, 4, 13)
COLLEGE, OTHER = "明河龙湖学院", "明河桃源学院"
FIRST = ("督一-001", COLLEGE, None, "监控画面有盲区", "后排未覆盖", "3号楼301", "一般问题", DAY)
SECOND = (None, "明河云台学院", "1-2", "保密柜无双锁", None, None, "重大安全隐患", datetime(2026, 4, 13, 9, 30))  # noqa: DTZ001 - a cell has no zone


@pytest.fixture
def listed(session: Session, town: Town) -> Town:
    """The town with a checklist."""
    add_checklist(session, town.round, [("1-1", "组织领导情况"), ("1-2", "试卷安全保密")])
    session.commit()
    return town


def brought(
    session: Session, actor: Actor, *rows: Sequence[Any], now: datetime = NOW, dry_run: bool = False
) -> Imported:
    return brought_sheets(session, actor, {"整改台账": [HEADINGS, *rows]}, now=now, dry_run=dry_run)


def brought_sheets(
    session: Session,
    actor: Actor,
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    *,
    now: datetime = NOW,
    dry_run: bool = False,
) -> Imported:
    return import_ledger(session, io.BytesIO(workbook(sheets)), actor=actor, now=now, dry_run=dry_run)


def counts(imported: Imported) -> tuple[int, int, int]:
    assert imported.faults == ()
    return imported.added, imported.updated, imported.unchanged


def told(imported: Imported) -> list[tuple[str, str]]:
    assert (imported.added, imported.updated, imported.unchanged) == (0, 0, 0)
    return [(fault.address, fault.code) for fault in imported.faults]


def how_many(session: Session) -> tuple[int, ...]:
    return tuple(session.scalar(select(func.count()).select_from(model)) or 0 for model in (Finding, Event, Alert))


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


def test_a_second_import_of_the_same_file_changes_nothing(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST, SECOND)
    before = how_many(session)
    assert counts(brought(session, listed.inspector, FIRST, SECOND, now=NOW + timedelta(days=3))) == (0, 0, 2)
    assert how_many(session) == before


def test_a_corrected_file_corrects_the_texts_and_keeps_what_stood_before(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST, SECOND)
    better = (*FIRST[:3], "监控画面有三处盲区", None, "3号楼二层", *FIRST[6:])
    told_more = (*SECOND[:4], "两个柜均为单锁", *SECOND[5:])
    new = ("督一-003", COLLEGE, None, "挂钟停走", None, None, "一般问题", DAY)
    assert counts(brought(session, listed.inspector, better, told_more, new)) == (1, 2, 0)
    first, second, _ = session.scalars(select(Finding).order_by(Finding.number))
    assert (first.summary, first.details, first.location) == ("监控画面有三处盲区", "后排未覆盖", "3号楼二层")
    assert second.details == "两个柜均为单锁"
    revised = {(row.field, row.before) for row in session.scalars(select(Revision))}
    assert revised == {("summary", "监控画面有盲区"), ("location", "3号楼301"), ("details", None)}


def test_a_colleague_who_brings_the_same_file_adds_nothing(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST, SECOND)
    assert counts(brought(session, listed.team_head, FIRST, SECOND)) == (0, 0, 2)


def test_the_same_words_from_another_side_are_another_finding(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST)
    assert counts(brought(session, listed.district, FIRST)) == (1, 0, 0)
    assert counts(brought(session, listed.university, FIRST)) == (1, 0, 0)
    origins = session.scalars(select(Finding.origin).order_by(Finding.number)).all()
    assert origins == [Origin.CENTRE, Origin.DISTRICT, Origin.UNIT]


def test_the_numbers_of_another_round_are_other_numbers(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST)
    close_round(session, listed.round, now=NOW)
    following = make_round(session, "2027-08", starts_on=date(2026, 4, 14), ends_on=date(2027, 6, 1))
    team = add_team(session, following, "第一督查组", [session.get_one(Person, listed.inspector.id)])
    assign(session, following, {listed.district_office.id: (team, session.get_one(Person, listed.leader.id))})
    assert counts(brought(session, listed.inspector, FIRST)) == (1, 0, 0)
    assert counts(brought(session, listed.inspector, FIRST)) == (0, 0, 1)


def test_two_source_numbers_are_two_findings_though_their_words_are_alike(session: Session, listed: Town) -> None:
    again = ("督一-002", *FIRST[1:])
    assert counts(brought(session, listed.inspector, FIRST, again)) == (2, 0, 0)
    assert counts(brought(session, listed.inspector, FIRST, again)) == (0, 0, 2)


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
        ("整改台账!G5", "severity_word"),
        ("整改台账!H5", "day_form"),
        ("整改台账!C6", "unknown_item"),
        ("整改台账!C7", "item_became_day"),
        ("整改台账!D8", "too_long"),
        ("整改台账!F8", "too_long"),
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


def test_what_is_no_text_cannot_be_changed_by_a_table(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST)
    moved = ("督一-001", "明河云台学院", None, *FIRST[3:])
    assert told(brought(session, listed.inspector, moved)) == [("整改台账!A2", "source_number_reused")]
    worse = (*FIRST[:2], "1-1", *FIRST[3:6], "重大安全隐患", date(2026, 4, 12))
    assert told(brought(session, listed.inspector, worse)) == [
        ("整改台账!C2", "only_texts_change"),
        ("整改台账!G2", "only_texts_change"),
        ("整改台账!H2", "only_texts_change"),
    ]


def test_the_text_of_what_is_closed_stays(session: Session, listed: Town) -> None:
    brought(session, listed.inspector, FIRST)
    finding = session.scalars(select(Finding)).one()
    void(session, finding.id, actor=listed.team_head, now=NOW, reason="误登")
    assert counts(brought(session, listed.inspector, FIRST)) == (0, 0, 1)
    changed = (*FIRST[:3], "换一种说法", *FIRST[4:])
    assert told(brought(session, listed.inspector, changed)) == [("整改台账!D2", "no_longer_open")]


def test_a_unit_does_not_correct_what_was_notified_to_it(session: Session, listed: Town) -> None:
    own = log_finding(
        session, listed, by=listed.university, client_id="2026-08/自-1", summary="门锁损坏", found_at=FOUND_AT
    )
    row = ("自-1", COLLEGE, None, "门锁已损坏", None, None, "一般问题", DAY)
    assert counts(brought(session, listed.university, row)) == (0, 1, 0)
    begin(session, own.id, actor=listed.university, now=NOW, deadline=local(4, 24))
    row = ("自-1", COLLEGE, None, "门锁早已损坏", None, None, "一般问题", DAY)
    assert told(brought(session, listed.university, row)) == [("整改台账!D2", "not_yours")]


def test_what_was_proposed_or_found_by_others_is_not_taken_for_ones_own(session: Session, listed: Town) -> None:
    notify_finding(session, listed, summary="监控画面有盲区", found_at=local(4, 13, 8))
    row = (None, *FIRST[1:])
    assert counts(brought(session, listed.university, row)) == (1, 0, 0)
    assert counts(brought(session, listed.inspector, row)) == (0, 1, 0)


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
