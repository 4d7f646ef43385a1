"""Headings of a table of findings: known by their words, whatever stands beside them."""

import pytest

from service.errors import InvalidInput
from service.files.spreadsheets import Row, Sheet
from service.ledger_import.table import LONGEST_HEADING, MOST_LINES, lines_of


def sheet(*headings: str) -> Sheet:
    return Sheet(
        "整改台账", [Row(1, list(headings)), Row(2, ["明河龙湖学院", "考场时钟停走", "一般问题", "2026-04-13"])]
    )


@pytest.mark.parametrize("hostile", ["(" * 900_000, "（" * 900_000, "责任单位" + "(" * LONGEST_HEADING])
def test_a_text_without_end_is_no_heading_and_holds_nobody_up(hostile: str) -> None:
    from_above = Sheet("整改台账", [Row(1, [hostile]), *sheet("责任单位", "问题", "问题等级", "发现时间").rows])
    (entry,) = lines_of([from_above])
    assert entry.cells["unit"] == "明河龙湖学院"


LINE = ["明河龙湖学院", "考场时钟停走", "一般问题", "2026-04-13"]
HEADINGS = ["责任单位", "问题", "问题等级", "发现时间"]


def full(lines: int, *, cut_off: bool = False) -> Sheet:
    rows = [Row(1, ["2026年整改台账"]), Row(2, [*HEADINGS])]
    return Sheet("整改台账", [*rows, *(Row(number, [*LINE]) for number in range(3, lines + 3))], cut_off)


def test_titles_headings_notes_and_other_sheets_do_not_count_as_lines() -> None:
    choices = Sheet("选项", [Row(number, ["明河龙湖学院", None, "1-12"]) for number in range(1, 900)], cut_off=True)
    assert len(lines_of([full(MOST_LINES), choices])) == MOST_LINES


@pytest.mark.parametrize("sheets", [[full(MOST_LINES + 1)], [full(MOST_LINES), full(1)], [full(9, cut_off=True)]])
def test_too_many_lines_are_told_so(sheets: list[Sheet]) -> None:
    with pytest.raises(InvalidInput) as refused:
        lines_of(sheets)
    assert refused.value.fields == {"file": "too_many_lines"}


def test_blank_lines_are_passed_over_however_they_are_blank() -> None:
    blank = [Row(3, [None, "  ", "\u200b", "\u3000"]), Row(4, [None] * 4), Row(6, ["", "", "", ""])]
    sheet = Sheet("整改台账", [Row(1, [*HEADINGS]), Row(2, [*LINE]), *blank, Row(7, [*LINE])])
    assert [line.number for line in lines_of([sheet])] == [2, 7]


@pytest.mark.parametrize("formula", ['=DISPIMG("ID_A1",1)', ' = _xlfn.DISPIMG("ID_A1",1)'])
def test_a_picture_in_a_cell_is_no_text_and_is_named(formula: str) -> None:
    rows = [
        Row(1, [*HEADINGS, "照片"]),
        Row(2, [*LINE[:1], formula, *LINE[2:], formula]),
        Row(3, [None, None, None, None, formula]),
    ]
    lines = lines_of([Sheet("整改台账", rows)])
    assert [line.cells["summary"] for line in lines] == [None, None]
    told = [(fault.cell, fault.column, fault.code) for line in lines for fault in line.pictures()]
    assert told == [
        (cell, column, "picture_left_out") for cell, column in (("B2", "问题"), ("E2", "照片"), ("E3", "照片"))
    ]
    assert [line.says_anything for line in lines] == [True, False]


def test_unseen_signs_in_headings_change_nothing() -> None:
    rows = [Row(1, ["\ufeff责任单位*", "问\u200b题", "问题 等级（必填）", "发现时间："]), Row(2, [*LINE])]
    (line,) = lines_of([Sheet("整改台账", rows)])
    assert line.cells["severity"] == "一般问题"
