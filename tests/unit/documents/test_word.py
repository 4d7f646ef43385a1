"""An office's own template: what it edits in Word shows in the PDF, or there is none and it is told why."""

import io
import zipfile
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt, RGBColor
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from service.documents.blocks import NotForPdf, blocks_of
from service.documents.word import fill, template_of
from tests.build.papers import PAPERS, finding, pdf_of
from tests.unit.documents.test_rendering import NOWHERE, pages_in, words_in
from tools.word_templates.sentences import SENTENCES
from tools.word_templates.write import blank, template
from workflows.vocabulary import DocumentKind

SLIP = DocumentKind.CLOSE_OUT_SLIP


def saved(paper: Any) -> bytes:
    content = io.BytesIO()
    paper.save(content)
    return content.getvalue()


def blocks(paper: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = blocks_of(saved(paper))[0]["blocks"]
    return found


def test_what_a_paragraph_says_of_itself_goes_before_its_style() -> None:
    own = blank()
    paragraph = own.add_paragraph("{{ unit }}", style="公文正文")
    paragraph.alignment, paragraph.paragraph_format.space_before = WD_ALIGN_PARAGRAPH.CENTER, Pt(40)
    run = paragraph.add_run("红字")
    run.bold, run.font.size, run.font.color.rgb = True, Pt(30), RGBColor(0xFF, 0, 0)
    (block,) = blocks(own)
    assert (block["align"], block["before"], block["first"]) == ("center", 40, 32)
    plain, red = block["spans"]
    assert (plain["size"], plain["bold"], plain["chinese"]) == (16, False, "仿宋_GB2312")
    assert (red["size"], red["bold"], red["colour"]) == (30, True, "#FF0000")


def test_a_style_that_the_office_has_changed_is_changed_in_the_pdf() -> None:
    own = blank()
    own.styles["公文正文"].font.size = Pt(60)
    for _ in range(12):
        own.add_paragraph("{{ unit }}", style="公文正文")
    assert len(pages_in(pdf_of(fill(saved(own), PAPERS[SLIP]), title=""))) > 1


def test_margins_and_page_are_those_of_the_word_file() -> None:
    own = blank()
    own.sections[0].page_width, own.sections[0].page_height = Mm(297), Mm(210)
    own.add_paragraph("横排")
    (page,) = PdfReader(io.BytesIO(pdf_of(saved(own), title=""))).pages
    assert [round(float(side) / 72 * 25.4) for side in (page.mediabox.width, page.mediabox.height)] == [297, 210]


def test_merged_cells_stay_merged() -> None:
    own = blank()
    table = own.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(2, 0)).text = "竖"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "横"
    table.cell(2, 2).text = "末"
    (block,) = blocks(own)
    shape = [[(cell["columns"], cell["rows"]) for cell in row] for row in block["rows"]]
    assert shape == [[(1, 3), (2, 1)], [(1, 1), (1, 1)], [(1, 1), (1, 1)]]
    assert not block["lined"]
    assert sorted(pages_in(pdf_of(saved(own), title=""))[0].removesuffix("—1—")) == sorted("竖横末")


def test_automatic_numbers_and_text_boxes_are_not_silently_left_out() -> None:
    numbered = blank()
    numbered.add_paragraph("自动编号", style="List Number")
    boxed = blank()
    box = f"<w:pict {nsdecls('w')}><w:txbxContent><w:p><w:r><w:t>红头</w:t></w:r></w:p></w:txbxContent></w:pict>"
    boxed.add_paragraph().add_run()._r.append(parse_xml(box))
    for own in (numbered, boxed):
        with pytest.raises(NotForPdf):
            pdf_of(saved(own), title="")


def test_a_page_holds_22_lines_of_28_characters() -> None:
    def pages(lines: int, characters: int) -> int:
        paper = blank()
        for _ in range(lines):
            paragraph = paper.add_paragraph("郑" * characters, style="公文正文")
            paragraph.paragraph_format.first_line_indent = Pt(0)
        return len(pages_in(pdf_of(saved(paper), title="")))

    assert pages(22, 28) == 1
    assert pages(23, 28) == 2
    assert pages(22, 29) > 1


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_put_on_paper(text: str) -> None:
    word = fill(template_of(SLIP, NOWHERE), {**PAPERS[SLIP], "comment": text})
    shown = "".join(words_in(word).split())
    wanted = "".join(one for one in text if one.isalnum() and one.isascii())
    assert all(one in shown for one in wanted)


def test_lines_of_a_text_become_paragraphs() -> None:
    data = {**PAPERS[DocumentKind.UPWARD_REPORT]}
    data["opinion"] = {**data["opinion"], "text": "一是通报批评。\r\n二是限期整改。\n", "new_deadline": ""}
    word = fill(template_of(DocumentKind.UPWARD_REPORT, NOWHERE), data)
    said = [(one.text, one.style.name) for one in Document(io.BytesIO(word)).paragraphs if one.style]
    assert ("一是通报批评。", "公文正文") in said
    assert ("二是限期整改。", "公文正文") in said


def test_a_text_longer_than_a_page_loses_nothing() -> None:
    kind = DocumentKind.RECTIFICATION_NOTICE
    long = "".join(f"第{number}处隐患；" for number in range(1, 900))
    word = fill(template_of(kind, NOWHERE), {**PAPERS[kind], "findings": [finding(1, long), finding(2)]})
    said = "".join(pages_in(pdf_of(word, title="")))
    missing = [number for number in range(1, 900) if f"{number}" not in said]
    assert missing == []
    assert "第899处隐患" in said


@pytest.mark.parametrize("kind", SENTENCES)
def test_the_shipped_templates_are_what_is_written_and_written_alike_each_time(kind: str) -> None:
    def parts(content: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    written = template(kind)
    assert written == template(kind)
    assert parts(written) == parts(template_of(DocumentKind(kind), NOWHERE)), "make papers"
