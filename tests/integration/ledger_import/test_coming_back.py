"""A ledger that was exported comes back: each line stands for the finding that has its number."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.findings.list import FindingFilter
from service.ledger.export import LedgerOrder, write_ledger
from service.ledger_import import Imported, check_ledger, import_ledger
from service.models import Finding, Revision
from service.rounds.rounds import close_round
from tests.build.checklists import add_checklist
from tests.build.imported_tables import (
    COLLEGE,
    DAY,
    FIRST,
    NOW,
    brought,
    brought_sheets,
    counts,
    how_many,
    read_lines,
    told,
)
from tests.worlds.books import Town, judge, log_finding, notify_finding, receive_finding, report_up, submit_finding
from workflows.findings.facts import Actor
from workflows.vocabulary import Outcome, Severity

LATER = NOW + timedelta(days=1)
HEADINGS = ("问题编号", "责任单位", "督查内容编号", "问题", "具体情况", "地点", "问题等级", "发现时间")
TEXTS = (
    "=1+1 未更改默认公式",
    "<r>标记</r>",
    "  前后有空格\u3000",
    "第一行\r\n第二行\r第三行\n第四行",
    "_x0041_ 与 _x000D_",
    "零\u200b宽\ufeff",
    "001",
    "2026-04-13",
    "制表\t符",
    '考场🎓 & <b> "引号" \'',
)


@pytest.fixture
def listed(session: Session, town: Town) -> Town:
    """The town with a checklist, and findings of every side and state."""
    (item, _) = add_checklist(session, town.round, [("1-1", "组织领导情况"), ("1-2", "试卷安全保密")])
    for text in TEXTS:
        log_finding(session, town, summary=text, details=text, location=text, checklist_item_id=item.id)
    log_finding(session, town, by=town.district)
    log_finding(session, town, by=town.university)
    log_finding(session, town, by=town.other_inspector, organization_id=town.other_college.id)
    notify_finding(session, town, severity=Severity.MAJOR)
    done = receive_finding(session, town, summary="已销号的问题")
    submit_finding(session, town, done)
    judge(session, town, done, Outcome.PASS, at=NOW)
    report_up(session, town, log_finding(session, town, at=NOW))
    session.commit()
    return town


def exported(session: Session, actor: Actor, *, language: str = "zh", apart: bool = False) -> bytes:
    stream = io.BytesIO()
    write_ledger(session, stream, LedgerOrder(FindingFilter(), language, apart), actor=actor, now=LATER)
    return stream.getvalue()


def imported(session: Session, actor: Actor, content: bytes) -> Imported:
    return import_ledger(session, read_lines(session, content), actor=actor, now=LATER)


def line(finding: Finding, **changed: Any) -> tuple[Any, ...]:
    cells = {
        "number": finding.number,
        "unit": COLLEGE,
        "item": None,
        "summary": finding.summary,
        "details": finding.details,
        "location": finding.location,
        "severity": "一般问题",
        "found_at": DAY,
    }
    return tuple((cells | changed).values())


def brought_back(session: Session, actor: Actor, *lines: tuple[Any, ...], dry_run: bool = False) -> Imported:
    return brought_sheets(session, actor, {"整改台账": [HEADINGS, *lines]}, now=LATER, dry_run=dry_run)


@pytest.mark.parametrize(("language", "apart"), [("zh", False), ("en", True)])
def test_an_unchanged_ledger_changes_nothing_for_anybody(
    session: Session, listed: Town, language: str, apart: bool
) -> None:
    before = how_many(session)
    seen = {}
    for name, actor in listed.everybody().items():
        written = exported(session, actor, language=language, apart=apart) if name != "admin" else None
        lines = read_lines(session, written) if written else []
        checked = check_ledger(session, lines, actor=actor, now=LATER)
        assert (checked.faults, checked.added, checked.updated, checked.unchanged) == ((), 0, 0, len(lines)), name
        done = import_ledger(session, lines, actor=actor, now=LATER)
        assert (done.faults, done.added, done.updated, done.unchanged) == ((), 0, 0, len(lines)), name
        seen[name] = len(lines)
    assert how_many(session) == before
    assert not session.scalars(select(Revision)).all()
    assert seen["leadership"] > seen["inspector"] > seen["other_inspector"] == 1


def test_a_mended_text_corrects_the_finding_whoever_logged_it(session: Session, listed: Town) -> None:
    finding = log_finding(session, listed, summary="监控画面有盲去")
    told_more = line(finding, summary="监控画面有盲区", location="3号楼")
    dry = brought_back(session, listed.team_head, told_more, dry_run=True)
    assert (dry.added, dry.updated, dry.unchanged) == (0, 1, 0)
    assert counts(brought_back(session, listed.team_head, told_more)) == (0, 1, 0)
    session.refresh(finding)
    assert (finding.summary, finding.location) == ("监控画面有盲区", "3号楼")
    assert counts(brought_back(session, listed.inspector, told_more)) == (0, 0, 1)


def test_who_may_not_correct_is_told_so_by_cell(session: Session, listed: Town) -> None:
    finding = notify_finding(session, listed, summary="监控画面有盲去")
    mended = line(finding, summary="监控画面有盲区")
    for actor in (listed.university, listed.leadership):
        for dry_run in (True, False):
            refused = brought_back(session, actor, mended, dry_run=dry_run)
            assert told(refused) == [("整改台账!D2", "not_yours")]


def test_what_is_no_text_stays(session: Session, listed: Town) -> None:
    finding = log_finding(session, listed)
    other = line(finding, unit="明河云台学院", item="1-2", severity="重大安全隐患", found_at=date(2026, 4, 12))
    assert told(brought_back(session, listed.inspector, other)) == [
        ("整改台账!B2", "number_of_another_unit"),
        ("整改台账!C2", "only_texts_change"),
        ("整改台账!G2", "only_texts_change"),
        ("整改台账!H2", "only_texts_change"),
    ]


def test_a_number_that_nobody_knows_or_sees_is_no_new_finding(session: Session, listed: Town) -> None:
    finding = log_finding(session, listed)
    unknown = line(finding, number="2026-08-9999")
    assert told(brought_back(session, listed.inspector, unknown)) == [("整改台账!A2", "unknown_number")]
    assert told(brought_back(session, listed.other_inspector, line(finding)))[0] == ("整改台账!A2", "unknown_number")


def test_a_number_is_known_however_it_is_typed_and_stands_once(session: Session, listed: Town) -> None:
    finding = log_finding(session, listed)
    typed = line(finding, number=finding.number.replace("-", "－").replace("2", "２") + "\u3000")
    assert counts(brought_back(session, listed.inspector, typed)) == (0, 0, 1)
    assert told(brought_back(session, listed.inspector, typed, line(finding))) == [("整改台账!A3", "duplicate_line")]


def test_a_line_without_number_in_an_exported_ledger_is_a_new_finding(session: Session, listed: Town) -> None:
    finding = log_finding(session, listed)
    new = line(finding, number=None, summary="挂钟停走")
    assert counts(brought_back(session, listed.inspector, line(finding), new)) == (1, 0, 1)
    with pytest.raises(NotAllowed, match="not_yours"):
        brought_back(session, listed.leadership, line(finding), new)


def test_the_lines_of_a_closed_round_stay_as_they_are(session: Session, listed: Town) -> None:
    finding = log_finding(session, listed)
    close_round(session, listed.round, now=NOW)
    assert counts(brought_back(session, listed.inspector, line(finding))) == (0, 0, 1)
    changed = line(finding, summary="另一句话")
    assert told(brought_back(session, listed.inspector, changed)) == [("整改台账!D2", "round_closed")]


def test_a_line_that_names_another_place_is_another_finding(session: Session, listed: Town) -> None:
    rows = [(None, *FIRST[1:5], place, *FIRST[6:]) for place in ("三号楼", "四号楼", None)]
    assert counts(brought(session, listed.inspector, *rows)) == (3, 0, 0)
    assert counts(brought(session, listed.inspector, *rows)) == (0, 0, 3)
    fifth = (None, *FIRST[1:5], "五号楼", *FIRST[6:])
    assert counts(brought(session, listed.inspector, *rows[:2], fifth)) == (0, 1, 2), "the one that named no place"
    assert counts(brought(session, listed.inspector, (None, *FIRST[1:5], "六号楼", *FIRST[6:]))) == (1, 0, 0)
