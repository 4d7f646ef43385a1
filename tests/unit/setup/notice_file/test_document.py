"""The text of a Word file: tables as grids, what was deleted left out, nothing of what XML can be abused for."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from defusedxml import DTDForbidden  # type: ignore[import-untyped]
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from service.setup.notice_file.document import MOST_ROWS, Cell, Table, TooMuch, read_blocks
from tests.build.notice_files import notice_file, saved

W = nsdecls("w")
MAIN = "word/document.xml"


def body(xml: str) -> list[str | Table]:
    """The blocks of a document whose body is that XML."""
    document = docx.Document()
    for element in parse_xml(f"<w:body {W}>{xml}</w:body>"):
        document.element.body.append(element)
    return read_blocks(saved(document))


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def rows(*lines: str) -> list[list[Cell]]:
    (table,) = body(f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>")
    assert isinstance(table, Table)
    return table.rows


def rewritten(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same file with each part changed."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(changed, "w") as copy:
        for name in archive.namelist():
            copy.writestr(name, change(name, archive.read(name)))
    return changed.getvalue()


def test_a_cell_merged_downwards_stands_in_every_row_that_it_spans() -> None:
    grid = rows(
        cell("组织", '<w:vMerge w:val="restart"/>') + cell("甲"),
        cell("", "<w:vMerge/>") + cell("乙"),
        cell("报名", '<w:vMerge w:val="restart"/>') + cell("丙"),
    )
    assert [line[0] for line in grid] == [Cell("组织"), Cell("组织", continues=True), Cell("报名")]


def test_a_cell_merged_sideways_stands_in_every_column_that_it_spans() -> None:
    wide = '<w:gridSpan w:val="2"/>'
    assert rows(cell("标题", wide) + cell("丙"), cell("甲") + cell("乙") + cell("丙")) == [
        [Cell("标题"), Cell("标题", spread=True), Cell("丙")],
        [Cell("甲"), Cell("乙"), Cell("丙")],
    ]
    (line,) = rows(cell("标题") + cell("", "<w:hMerge/>"))
    assert line == [Cell("标题"), Cell("标题", spread=True)]


def test_a_row_may_begin_further_to_the_right() -> None:
    (line,) = rows(f'<w:trPr><w:gridBefore w:val="1"/></w:trPr>{cell("乙")}')
    assert line == [Cell(""), Cell("乙")]


def test_bookmarks_and_wrappers_are_passed_by_wherever_they_stand() -> None:
    mark = '<w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/>'
    row = f"<w:tr>{mark}<w:sdt><w:sdtContent>{cell(f'甲</w:t></w:r>{mark}<w:r><w:t>乙')}</w:sdtContent></w:sdt></w:tr>"
    (table,) = body(f"{mark}<w:sdt><w:sdtContent><w:tbl>{mark}{row}{mark}</w:tbl></w:sdtContent></w:sdt>{mark}")
    assert table == Table([[Cell("甲乙")]])


def test_what_was_deleted_and_the_readings_of_characters_are_left_out() -> None:
    deleted = "<w:del><w:r><w:delText>旧</w:delText><w:t>旧</w:t></w:r></w:del>"
    inserted = "<w:ins><w:r><w:t>新</w:t></w:r></w:ins>"
    assert body(f"<w:p>{deleted}{inserted}<w:r><w:instrText>PAGE</w:instrText><w:br/><w:t>行</w:t></w:r></w:p>") == [
        "新\n行"
    ]


@pytest.mark.parametrize("span", ["999", "-1", "x", "", "0"])
def test_a_width_that_makes_no_sense_stays_within_what_word_knows(span: str) -> None:
    (line,) = rows(cell("甲", f'<w:gridSpan w:val="{span}"/>'))
    assert 1 <= len(line) <= 63


def test_a_table_of_ten_thousand_rows_is_no_notice() -> None:
    with pytest.raises(TooMuch):
        rows(*[cell("甲")] * (MOST_ROWS + 1))
    assert len(rows(*[cell("甲")] * MOST_ROWS)) == MOST_ROWS


@pytest.mark.parametrize("part", [MAIN, "word/settings.xml", "_rels/.rels"])
def test_a_part_with_a_document_type_is_refused(part: str) -> None:
    doctype = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'

    def change(name: str, content: bytes) -> bytes:
        head, sign, rest = content.partition(b"?>")
        return head + sign + doctype + rest if name == part else content

    with pytest.raises(DTDForbidden):
        read_blocks(rewritten(notice_file(checklists=[]), change))


def test_the_text_is_where_the_file_says_it_is() -> None:
    moved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(notice_file(checklists=[]))) as archive, zipfile.ZipFile(moved, "w") as copy:
        for name in archive.namelist():
            content = archive.read(name).replace(b"word/document.xml", b"word/main.xml")
            copy.writestr("word/main.xml" if name == MAIN else name, content)
    assert "郑州市招生考试中心文件" in read_blocks(moved.getvalue())


STRICT = {
    b"http://schemas.openxmlformats.org/wordprocessingml/2006/main": b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
}


def strict(name: str, content: bytes) -> bytes:
    """A part as Word saves it in a file of the strict kind."""
    for usual, named in STRICT.items():
        content = content.replace(usual, named) if name.endswith((".xml", ".rels")) else content
    return content


def test_a_strict_file_is_read_like_any_other() -> None:
    notice = notice_file()
    found = read_blocks(rewritten(notice, strict))
    assert found == read_blocks(notice)
    assert sum(isinstance(block, Table) for block in found) == 2
