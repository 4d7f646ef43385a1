"""What people have written, put into cells: it stays text, and the file stays whole."""

import io
import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Row

from cli.ledger import export
from service.findings.list import FindingFilter
from service.ledger.columns import Column, LedgerReader
from service.ledger.workbook import (
    LINE_HEIGHT,
    LONGEST_NAME,
    TALLEST,
    LedgerBook,
    clean,
    lines_needed,
    looks_like_formula,
    sheet_name,
)
from service.wording import wording
from tests.build.workbooks import MAIN, table, tables, xml_of
from tests.worlds.books import SHANGHAI
from workflows.findings.facts import Actor
from workflows.vocabulary import Light, Role

NOW = datetime(2026, 5, 20, 9, tzinfo=UTC)
READER = LedgerReader(Actor(Role.LEADERSHIP, "p", "o", frozenset()), "zh", NOW, SHANGHAI)
TEXTS = (Column("summary", 30, lambda _row, _: None), Column("details", 30, lambda _row, _: None))


def book_of(*texts: str, sheets: tuple[str, ...] = ("整改台账",)) -> bytes:
    stream = io.BytesIO()
    with LedgerBook(stream, TEXTS, READER) as book:
        for name in sheets:
            book.add_sheet(name, "全部", len(texts))
            for text in texts:
                book.add([text, text], light=Light.GREEN)
    return stream.getvalue()


DANGEROUS = (
    '=HYPERLINK("http://192.0.2.1/","点此")',
    "=1+1",
    "+1-1",
    "-2",
    "@SUM(A1)",
    "\t=1+1",
    "{=1+1}",
    "=cmd|' /C calc'!A0",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
)
HIDDEN = ("\x01=1+1", "\x0b=1+1", "\ufffe=2", "\x00\x08＝2")  # what no XML holds stands before it


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_looks_like_a_formula_is_a_text(text: str) -> None:
    content = book_of(text)
    assert table(content).column("问题") == [text]
    sheet = xml_of(content, "xl/worksheets/sheet1.xml")
    assert not list(sheet.iter(f"{MAIN}f"))
    assert [cell.get("t") for cell in sheet.iter(f"{MAIN}c") if cell.get("r") in ("B3", "C3")] == ["inlineStr"] * 2


@pytest.mark.parametrize("text", [text for text in DANGEROUS if not text.startswith("{")])
def test_it_stays_a_text_when_somebody_edits_the_cell(text: str) -> None:
    content = book_of(text)
    (style,) = {
        cell.get("s") for cell in xml_of(content, "xl/worksheets/sheet1.xml").iter(f"{MAIN}c") if cell.get("r") == "B3"
    }
    looks = xml_of(content, "xl/styles.xml").find(f"{MAIN}cellXfs")
    assert looks[int(style)].get("quotePrefix") == "1"


@pytest.mark.parametrize(
    "text",
    [
        "<r><t>x</t></r>",
        "<r></c></row></sheetData></r>",
        "</t></is></c>",
        "]]>",
        "&amp; &#10; <b>",
        "_x0041_",
        "第一行\n第二行",
        "  前后空格  ",
        "考场🎓",
        "0012",
        "http://192.0.2.1/",
    ],
)
def test_markup_numbers_and_addresses_are_texts(text: str) -> None:
    content = book_of(text)
    assert [str(value).strip() for value in table(content).column("问题")] == [text.strip()]
    sheet = xml_of(content, "xl/worksheets/sheet1.xml")
    assert len(list(sheet.iter(f"{MAIN}row"))) == 3
    assert not list(sheet.iter(f"{MAIN}hyperlink"))


@settings(max_examples=40)
@given(text=st.text(st.characters(codec=None), max_size=60))
def test_whatever_people_write_leaves_a_file_that_can_be_read(text: str) -> None:
    content = book_of(text, "下一行")
    rows = table(content).column("问题")
    assert rows[-1] == "下一行"
    assert len(rows) == 2


def test_a_long_text_is_cut_where_a_cell_ends() -> None:
    assert len(str(table(book_of("长" * 40_000)).column("问题")[0])) == 32_767


@pytest.mark.parametrize("text", HIDDEN)
def test_what_is_left_of_a_text_is_what_looks_like_a_formula(text: str) -> None:
    assert looks_like_formula(text)


def test_clean_keeps_what_can_be_kept() -> None:
    assert clean("a\x00\x0b\x1f\ud800\ufffeb\n\t") == "ab\n\t"
    assert not looks_like_formula("消防通道=堆放杂物")


@given(names=st.lists(st.text(st.characters(codec=None), max_size=50), min_size=1, max_size=6))
def test_names_of_sheets_are_ones_that_excel_takes(names: list[str]) -> None:
    taken: set[str] = set()
    given_ = [sheet_name(name, taken) for name in [*names, *names]]
    assert len({name.casefold() for name in given_}) == len(given_)
    for name in given_:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= LONGEST_NAME
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.casefold() != "history"


def test_districts_whose_names_begin_alike_have_sheets_of_their_own() -> None:
    long = "明河市高新技术产业开发区社会事业局招生考试办公室（考区办公室）"
    content = book_of("一", sheets=(f"{long}甲", f"{long}乙", "金水/区*", "History"))
    names = list(tables(content))
    assert names[0] == long[:31]
    assert names[1] == f"{long[:27]} (2)"
    assert names[2:] == ["金水_区_", "_History"]


def test_a_file_that_could_not_be_finished_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    broken = Column("summary", 30, lambda _row, _reader: 1 // 0)
    stream = io.BytesIO()

    def write() -> None:
        with LedgerBook(stream, [broken], READER) as book:
            book.add_sheet("整改台账", "全部", 1)
            book.add([broken.cell(cast("Row[Any]", None), READER)], light=Light.RED)

    with pytest.raises(ZeroDivisionError):
        write()
    assert list(tmp_path.iterdir()) == []
    assert stream.getvalue() == b""


@pytest.mark.parametrize("key", sorted(wording("ledger")))
def test_the_words_of_the_ledger_are_there_in_both_languages(key: str) -> None:
    entry = wording("ledger")[key]
    assert set(entry) == {"zh", "en"}
    assert len({frozenset(re.findall(r"{\w+}", text)) for text in entry.values()}) == 1
    assert not re.search(r"[\u4e00-\u9fff]", entry["en"])


def test_every_filter_of_the_list_is_said_in_the_line_above_and_can_be_asked_for_on_the_command_line() -> None:
    filters = {field.name for field in fields(FindingFilter)}
    assert {f"filter.{name}" for name in filters} <= set(wording("ledger"))
    named = {"organization_id": "unit", "district_id": "district", "round_id": "round_", "checklist_item_id": "item"}
    named |= {"inspection_id": "sheet"}
    assert {named.get(name, name) for name in filters} <= {option.name for option in export.params}


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", 1), ("短", 1), ("长" * 14, 1), ("长" * 15, 2), ("a" * 29, 1), ("第一行\n第二行\n" + "长" * 20, 4), ("\n", 1)],
)
def test_a_row_is_as_high_as_its_texts_are_long(text: str, lines: int) -> None:
    assert lines_needed(text, 30) == lines


def test_every_text_wraps_and_no_row_is_higher_than_excel_takes() -> None:
    content = book_of("短", "长" * 100, "长" * 10_000)
    sheet = xml_of(content, "xl/worksheets/sheet1.xml")
    heights = [float(row.get("ht")) for row in sheet.iter(f"{MAIN}row")][2:]
    assert heights == [LINE_HEIGHT + 3, 7 * LINE_HEIGHT + 3, TALLEST]
    looks = xml_of(content, "xl/styles.xml").find(f"{MAIN}cellXfs")
    styles = {int(cell.get("s")) for cell in sheet.iter(f"{MAIN}c") if cell.get("r") in ("B3", "C3", "B4", "C5")}
    assert {looks[style].find(f"{MAIN}alignment").get("wrapText") for style in styles} == {"1"}
