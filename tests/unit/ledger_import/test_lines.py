"""Reading a stranger's Excel file: values as they are shown, and nothing that it holds hurts the process that asks."""

import io
import time
import zipfile
from datetime import UTC, date, datetime

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from service.errors import InvalidInput
from service.files.spreadsheets import MOST_TEXT, ROWS_OF_SHEET, Cell, Moment, read_sheets
from service.ledger_import.lines import UnclearCell, as_instant, as_item, as_severity, as_text
from tests.build.workbooks import workbook
from tests.worlds.books import SHANGHAI
from workflows.vocabulary import Severity

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def at(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - a cell has no zone


def with_sheet(cells: str, *, before: str = "") -> bytes:
    """A file whose only sheet is that XML."""
    plain, forged = io.BytesIO(workbook({"表": [("x",)]})), io.BytesIO()
    text = f'<?xml version="1.0"?>{before}<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    with zipfile.ZipFile(plain) as whole, zipfile.ZipFile(forged, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in whole.namelist():
            copy.writestr(name, text if name == SHEET else whole.read(name))
    return forged.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(InvalidInput) as refused:
        read_sheets(io.BytesIO(content))
    return refused.value.fields["file"]


def test_cells_are_read_as_what_they_show() -> None:
    rows = [
        (),
        (None, "文字", 3, 1.5, True, at(2026, 5, 20, 17, 0), date(2026, 5, 20), "=1+1"),
        (),
        (None, "下一行"),
    ]
    (sheet,) = read_sheets(io.BytesIO(workbook({"表": rows})))
    assert [row.number for row in sheet.rows] == [2, 4]
    days = [Moment(at(2026, 5, 20, 17, 0)), Moment(at(2026, 5, 20))]
    assert sheet.rows[0].cells == [None, "文字", 3.0, 1.5, True, *days, 0.0]  # nobody has reckoned the formula yet


def test_a_merged_cell_holds_for_every_row_that_it_spans_and_hidden_sheets_are_left_out() -> None:

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet, hidden = book.add_worksheet("表"), book.add_worksheet("藏")
        hidden.hide()
        hidden.write(0, 0, "藏")
        sheet.merge_range(1, 1, 3, 1, "龙湖学院")
        for row in range(1, 5):
            sheet.write(row, 2, f"问题{row}")
    (found,) = read_sheets(io.BytesIO(stream.getvalue()))
    assert [row.cells for row in found.rows] == [
        [None, "龙湖学院", "问题1"],
        [None, "龙湖学院", "问题2"],
        [None, "龙湖学院", "问题3"],
        [None, None, "问题4"],
    ]


def test_two_cells_far_apart_do_not_end_the_process_that_asks() -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    began = time.perf_counter()
    assert refusal(with_sheet(cells)) == "file_out_of_proportion"
    assert time.perf_counter() - began < 5


def test_a_sheet_is_read_as_far_as_a_table_may_go() -> None:
    rows = [("x",)] * (ROWS_OF_SHEET + 1)
    whole, cut = read_sheets(io.BytesIO(workbook({"一": rows[:ROWS_OF_SHEET], "二": rows})))
    assert (len(whole.rows), whole.cut_off, len(cut.rows), cut.cut_off) == (ROWS_OF_SHEET, False, ROWS_OF_SHEET, True)


def test_too_much_text_is_told_so() -> None:
    assert refusal(workbook({"表": [("长" * 32_000,)] * (MOST_TEXT // 32_000 + 1)})) == "too_much_text"


def test_entities_are_not_resolved() -> None:
    doctype = '<!DOCTYPE x [<!ENTITY a "boom"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>&a;&b;</t></is></c></row>'
    try:
        sheets = read_sheets(io.BytesIO(with_sheet(cells, before=doctype)))
    except InvalidInput:
        return
    assert "boom" not in str(sheets)


@pytest.mark.parametrize("cells", ["<row", '<row r="1"><c r="A1" t="s"><v>99</v></c></row>', "<row><c r='?'/></row>"])
def test_a_sheet_that_makes_no_sense_is_refused(cells: str) -> None:
    assert refusal(with_sheet(cells)) == "file_damaged"


DAYS = (
    "2026-05-20",
    "2026/5/20",
    "2026.5.20",
    "2026年5月20日",
    "2026 年 5 月 20 日",
    "20260520",
    "２０２６－０５－２０",
    20260520.0,
    Moment(at(2026, 5, 20)),
)


@pytest.mark.parametrize("cell", DAYS)
def test_a_day_is_read_as_people_write_it(cell: Cell) -> None:
    assert as_instant(cell, SHANGHAI) == datetime(2026, 5, 19, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell", ["2026-05-20 17:00", "2026年5月20日17时00分", "2026-05-20T17:00:00", Moment(at(2026, 5, 20, 17))]
)
def test_an_hour_may_follow(cell: Cell) -> None:
    assert as_instant(cell, SHANGHAI) == datetime(2026, 5, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("五月二十日", "day_form"),
        ("2026-02-30", "day_form"),
        ("5月20日", "day_form"),
        ("2026-05-20 25:00", "day_form"),
        (46162.0, "day_form"),
        (True, "day_form"),
        ("1899-12-31", "out_of_range"),
        (Moment(at(1904, 1, 1)), "out_of_range"),
        ("x" * 100, "too_long"),
    ],
)
def test_what_is_no_day_is_told_so(cell: Cell, code: str) -> None:
    with pytest.raises(UnclearCell, match=code):
        as_instant(cell, SHANGHAI)


def test_a_severity_is_known_by_its_words() -> None:
    words = {
        Severity.GENERAL: ("一般问题", "一般", "general", "General finding"),
        Severity.MAJOR: ("重大安全隐患", "重大", "ＭＡＪＯＲ"),
    }
    for severity, several in words.items():
        assert {as_severity(word) for word in several} == {severity}
    for nothing in ("", "一", "严重", 1.0):
        with pytest.raises(UnclearCell, match="severity_word"):
            as_severity(nothing)


def test_the_number_of_an_item_is_known_by_any_dash() -> None:
    assert {as_item(text) for text in ("1-12", "1－12", " 1 – 12 ", "1—12", "1_12", "１-１２")} == {"1-12"}
    for text, code in (("12", "item_form"), ("1-", "item_form"), ("附件1第12项", "item_form")):
        with pytest.raises(UnclearCell, match=code):
            as_item(text)
    with pytest.raises(UnclearCell, match="item_became_day"):
        as_item(Moment(at(2026, 1, 12)))


def test_numbers_are_texts_as_they_are_read_aloud() -> None:
    assert [as_text(cell, 20) for cell in (3.0, 1.5, True, Moment(at(2026, 5, 20)))] == [
        "3",
        "1.5",
        "True",
        "2026-05-20",
    ]
    with pytest.raises(UnclearCell, match="invalid"):
        as_text("a\x00", 20)
