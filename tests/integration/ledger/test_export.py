"""The ledger: the list that one sees, in Excel, and nothing else."""

import io
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from service.findings.escalations import refuse, void
from service.findings.handling_opinions import opine
from service.findings.list import FindingFilter, list_findings
from service.ledger.export import LedgerOrder, write_ledger
from service.ledger.rows import AT_A_TIME
from service.models import Finding
from tests.build.crowd import add_findings
from tests.build.workbooks import MAIN, Table, table, tables, xml_of
from tests.worlds.books import (
    DEADLINE,
    FOUND_AT,
    SHANGHAI,
    SUBMITTED_AT,
    Town,
    log_finding,
    notify_finding,
    receive_finding,
    submit_finding,
)
from workflows.findings.facts import Actor
from workflows.vocabulary import Light, Measure, Severity, State

NOW = SUBMITTED_AT + timedelta(hours=1)
SUBMITTED, OPINED, PUT_RIGHT = "整改措施", "处理意见", "已更换并测试"


def exported(session: Session, actor: Actor, *, now: datetime = NOW, **asked: Any) -> bytes:
    stream = io.BytesIO()
    how = {name: asked.pop(name) for name in ("language", "sheet_per_district") if name in asked}
    write_ledger(session, stream, LedgerOrder(FindingFilter(**asked), **how), actor=actor, now=now)
    return stream.getvalue()


def ledger(session: Session, actor: Actor, **asked: Any) -> Table:
    return table(exported(session, actor, **asked))


def on_the_clock(at: datetime) -> datetime:
    """An instant as the sheet shows it: without a zone, by the clock of the office."""
    return at.astimezone(SHANGHAI).replace(tzinfo=None)


@pytest.fixture
def busy(session: Session, town: Town) -> Town:
    """The town with findings of every kind in both districts."""
    log_finding(session, town)
    log_finding(session, town, severity=Severity.MAJOR, organization_id=town.neighbour_college.id)
    log_finding(session, town, by=town.other_inspector, organization_id=town.other_college.id)
    log_finding(session, town, by=town.university, summary="自查发现考务室门锁损坏")
    submit_finding(session, town, receive_finding(session, town))
    mistaken = log_finding(session, town, summary="误登")
    void(session, mistaken.id, actor=town.team_head, now=NOW, reason="重复登记")
    reported(session, town)
    session.commit()
    return town


def reported(session: Session, town: Town) -> Finding:
    finding = notify_finding(session, town, summary="拒不整改的问题")
    submit_finding(session, town, finding, at=SUBMITTED_AT - timedelta(hours=2))
    refused = notify_finding(session, town, summary="已上报的问题")
    refuse(session, refused.id, actor=town.inspector, now=FOUND_AT, reason="拒绝签收")
    opine(session, refused.id, actor=town.leadership, now=FOUND_AT, measure=Measure.TALK, opinion="约谈分管负责人")
    return refused


FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"severity": Severity.MAJOR, "light": Light.GREEN},
    {"escalation_level": 2},
    {"voided": True},
)


def test_everybody_gets_the_list_that_he_or_she_sees_whatever_the_filter(session: Session, busy: Town) -> None:
    for who, actor in busy.everybody().items():
        for wanted in FILTERS:
            page = list_findings(session, FindingFilter(**wanted), actor=actor, now=NOW, limit=200, sort="created_at")
            listed = [(finding.number, finding.organization.name) for finding in page.items]
            rows = ledger(session, actor, **wanted).rows
            assert [(row["问题编号"], row["责任单位"]) for row in rows] == listed, f"{who}: {wanted}"


def test_a_stranger_gets_headings_and_nothing_else(session: Session, busy: Town) -> None:
    for stranger in (busy.admin, busy.other_university):
        found = ledger(session, stranger)
        assert found.rows == []
        assert "共 0 条" in found.cover


def test_a_line_says_all_that_is_known_of_a_finding(session: Session, busy: Town) -> None:
    finding = reported(session, busy)
    (row,) = [row for row in ledger(session, busy.leadership).rows if row["问题编号"] == finding.number]
    told = {
        "督查轮次": "2026-08",
        "区县招考机构": "青石区招生考试办公室",
        "责任单位": "明河龙湖学院",
        "问题": "已上报的问题",
        "问题等级": "一般问题",
        "问题来源": "市招考中心督查",
        "登记人": "陈一鸣",
        "督查组": "第一督查组",
        "包干责任领导": "李正言",
        "整改要求": "更换摄像头并逐场测试",
        "发现时间": on_the_clock(FOUND_AT),
        "整改期限": on_the_clock(DEADLINE),
        "状态": "已上报",
        "上报层级": "市教育局、市招委",
        "处理意见": "约谈：约谈分管负责人",
        "签收时间": "",
    }
    assert {heading: row[heading] for heading in told} == told


def test_the_newest_submission_is_shown(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    submit_finding(session, town, finding)
    submit_finding(session, town, finding, at=SUBMITTED_AT + timedelta(minutes=5))
    (row,) = ledger(session, town.university).rows
    assert (row[SUBMITTED], row["待复查"]) == (PUT_RIGHT, "是")
    assert row["反馈时间"] == on_the_clock(SUBMITTED_AT + timedelta(minutes=5))


def test_columns_that_are_not_for_the_reader_are_left_out(session: Session, busy: Town) -> None:
    for above in (busy.bureau, busy.committee):
        assert SUBMITTED not in ledger(session, above).headings
        assert OPINED in ledger(session, above).headings
    assert OPINED not in ledger(session, busy.university).headings
    assert SUBMITTED in ledger(session, busy.university).headings
    assert any(ledger(session, busy.district).column(OPINED))


def test_a_district_office_does_not_read_the_opinion_on_itself(session: Session, town: Town) -> None:
    finding = notify_finding(session, town, organization_id=town.district_office.id)
    refuse(session, finding.id, actor=town.inspector, now=FOUND_AT, reason="拒绝签收")
    opine(session, finding.id, actor=town.leadership, now=FOUND_AT, measure=Measure.CIRCULAR, opinion="全市通报")
    assert ledger(session, town.district).column(OPINED) == [""]
    assert ledger(session, town.leader).column(OPINED) == ["通报：全市通报"]


def test_what_the_clock_has_proposed_was_logged_by_the_system(session: Session, town: Town) -> None:
    add_findings(session, town, 1, created_by_id=None, proposed=True)
    assert ledger(session, town.inspector).column("登记人") == ["系统"]


def test_the_line_above_says_what_was_asked_for(session: Session, busy: Town) -> None:
    asked = {"state": State.FOUND, "district_id": busy.district_office.id, "q": "考场", "awaiting_review": False}
    cover = ledger(session, busy.leadership, **asked).cover
    for words in (
        "状态为“已发现”",
        "区县为青石区招生考试办公室",
        "含有“考场”",
        "待复查：否",
        "2026年4月21日11:00",
        "共 2 条",
    ):
        assert words in cover
    assert "筛选条件：全部" in ledger(session, busy.leadership).cover


def test_the_line_above_does_not_name_a_strangers_unit(session: Session, busy: Town) -> None:
    asked = {"organization_id": busy.other_college.id, "district_id": busy.other_office.id}
    assert "桃源" in ledger(session, busy.leadership, **asked).cover
    for actor in (busy.university, busy.district, busy.inspector, busy.leader):
        cover = ledger(session, actor, **asked).cover
        assert "桃源" not in cover
        assert "白塔" not in cover


def test_every_district_has_its_sheet_when_asked(session: Session, busy: Town) -> None:
    sheets = tables(exported(session, busy.leadership, sheet_per_district=True))
    assert {name: set(found.column("区县招考机构")) for name, found in sheets.items()} == {
        name: {name} for name in ("青石区招生考试办公室", "白塔区招生考试办公室")
    }
    for found in sheets.values():
        assert f"共 {len(found.rows)} 条" in found.cover
        assert found.column("序号") == list(range(1, len(found.rows) + 1))


def test_an_english_reader_gets_english_words(session: Session, busy: Town) -> None:
    found = ledger(session, busy.leadership, language="en", state=State.ESCALATED)
    assert found.cover.startswith("Rectification ledger    Filter: state is “escalated”")
    assert {"Finding", "Unit", "Deadline", "Responsible leader"} <= set(found.headings)
    assert found.column("Escalated to") == ["bureau and committee"]
    assert found.column("Handling opinion") == ["talk: 约谈分管负责人"]


def test_the_same_data_give_the_same_bytes(session: Session, busy: Town) -> None:
    first, second = (exported(session, busy.leadership, sheet_per_district=True) for _ in range(2))
    assert first == second
    assert exported(session, busy.leadership, now=NOW + timedelta(minutes=1)) != first


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def test_a_ledger_is_one_question_however_long_it_is(session: Session, busy: Town) -> None:
    with statements(session) as few:
        ledger(session, busy.leadership)
    add_findings(session, busy, 5 * AT_A_TIME)
    with statements(session) as many:
        assert len(ledger(session, busy.leadership).rows) > 5 * AT_A_TIME
    assert len(many) == len(few) <= 3


def test_memory_does_not_grow_with_the_rows(session: Session, town: Town, tmp_path: Path) -> None:
    def peak() -> int:
        tracemalloc.start()
        with (tmp_path / "台账.xlsx").open("wb") as file:
            write_ledger(session, file, LedgerOrder(FindingFilter()), actor=town.leadership, now=NOW)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    long = "三号楼二层东侧考场监控画面有盲区" * 20
    add_findings(session, town, 3 * AT_A_TIME, details=long)
    ledger(session, town.leadership)
    short = peak()
    add_findings(session, town, 6 * AT_A_TIME, numbered_from=5000, details=long)
    assert peak() < short + 600_000  # a kilobyte for each row more: their texts alone take that


def test_progress_is_told_by_the_percent(session: Session, town: Town) -> None:
    add_findings(session, town, 150)
    told: list[int] = []
    order = LedgerOrder(FindingFilter())
    write_ledger(session, io.BytesIO(), order, actor=town.leadership, now=NOW, progress=told.append)
    assert told == list(range(1, 101))


def test_a_sheet_can_be_read_and_printed(session: Session, busy: Town) -> None:
    content = exported(session, busy.leadership)
    sheet = xml_of(content, "xl/worksheets/sheet1.xml")
    pane = sheet.find(f".//{MAIN}pane")
    assert (pane.get("state"), pane.get("topLeftCell")) == ("frozen", "C3")
    last = len(ledger(session, busy.leadership).rows) + 2
    assert sheet.find(f"{MAIN}autoFilter").get("ref").endswith(str(last))
    assert sheet.find(f"{MAIN}pageSetup").get("orientation") == "landscape"
    assert not list(sheet.iter(f"{MAIN}f")), "no cell is a formula"


def test_days_are_days_and_not_texts(session: Session, town: Town) -> None:
    finding = receive_finding(session, town)
    submission = submit_finding(session, town, finding)
    submission.completed_on = date(2026, 4, 20)
    session.flush()
    assert ledger(session, town.district).column("完成日期") == [date(2026, 4, 20)]
