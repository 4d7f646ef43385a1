"""The template: what it offers is what the importer takes, and nobody is offered what is not his or hers."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import python_calamine
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.files.spreadsheets import read_sheets
from service.ledger_import import check_ledger, write_template
from service.ledger_import.table import FIELDS
from service.models import ChecklistItem, Finding
from tests.build.checklists import add_checklist
from tests.build.imported_tables import read_lines
from tests.build.workbooks import MAIN, workbook, xml_of
from tests.worlds.books import FOUND_AT, Town
from workflows.findings.facts import Actor

NOW = FOUND_AT + timedelta(days=40)


@pytest.fixture
def listed(session: Session, town: Town) -> Town:
    items = [(f"1-{n}", "标准化考点建设") for n in range(1, 12)] + [("2-1", "组织领导情况")]
    add_checklist(session, town.round, items)
    session.commit()
    return town


def template(session: Session, actor: Actor, language: str = "zh") -> bytes:
    stream = io.BytesIO()
    write_template(session, stream, actor=actor, now=NOW, language=language)
    return stream.getvalue()


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    with python_calamine.load_workbook(io.BytesIO(content)) as book:
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_it_has_a_table_notes_and_choices(session: Session, listed: Town) -> None:
    found = sheets(template(session, listed.inspector))
    assert list(found) == ["整改台账", "填写说明", "选项"]
    assert found["整改台账"][0][:5] == ["来源编号", "责任单位*", "督查内容编号", "问题*", "具体情况"]
    assert [row[0] for row in found["填写说明"][1:9]] == [name.strip("*") for name in found["整改台账"][0]]
    choices = found["选项"][1:]
    assert [row[2] for row in choices] == [*(f"1-{n}" for n in range(1, 12)), "2-1"]
    assert {row[0] for row in choices} - {""} == {"明河龙湖学院", "明河云台学院", "青石区招生考试办公室"}


def test_everybody_is_offered_his_or_her_own_units_alone(session: Session, listed: Town) -> None:
    offered = {
        name: {row[0] for row in sheets(template(session, listed.everybody()[name]))["选项"][1:]} - {""}
        for name in ("district", "university", "other_inspector", "other_district")
    }
    assert offered == {
        "district": {"明河龙湖学院", "明河云台学院", "青石区招生考试办公室"},
        "university": {"明河龙湖学院"},
        "other_inspector": {"明河桃源学院", "白塔区招生考试办公室"},
        "other_district": {"明河桃源学院", "白塔区招生考试办公室"},
    }
    for name in ("leader", "leadership", "bureau", "admin"):
        with pytest.raises(NotAllowed, match="not_yours"):
            template(session, listed.everybody()[name])


def test_cells_choose_from_lists(session: Session, listed: Town) -> None:
    sheet = xml_of(template(session, listed.inspector), "xl/worksheets/sheet1.xml")
    rules = {rule.get("sqref"): rule.find(f"{MAIN}formula1").text for rule in sheet.iter(f"{MAIN}dataValidation")}
    assert rules == {
        "B2:B5001": "'选项'!$A$2:$A$4",
        "C2:C5001": "'选项'!$C$2:$C$13",
        "G2:G5001": '"一般问题,重大安全隐患"',
    }


def test_an_untouched_template_imports_nothing_and_its_example_is_a_lawful_line(session: Session, listed: Town) -> None:
    content = template(session, listed.inspector)
    assert check_ledger(session, read_lines(session, content), actor=listed.inspector, now=NOW).added == 0
    for language in ("zh", "en"):
        table, notes, _ = sheets(template(session, listed.inspector, language)).values()
        example = [row[3] for row in notes[1 : len(FIELDS) + 1]]
        filled = workbook({"表": [table[0], example]})
        told = check_ledger(session, read_lines(session, filled), actor=listed.inspector, now=NOW)
        assert (told.faults, told.added) == ((), 1), language
    assert session.query(Finding).count() == 0


def test_it_is_a_file_that_the_importer_reads(session: Session, listed: Town) -> None:
    content = template(session, listed.university, "en")
    session.commit()
    assert [sheet.name for sheet in read_sheets(io.BytesIO(content))] == ["Findings", "How to fill in", "Choices"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
    assert session.query(ChecklistItem).count() == 12
