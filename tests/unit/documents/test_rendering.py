"""Papers: what was given stands in Word and PDF alike, as text, and the same data give the same bytes."""

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from service.documents.pdf import to_pdf
from service.documents.word import BadTemplate, Photo, fill, template_of
from tests.build.papers import AWKWARD, HEAD, PAPERS, UNIT, finding, png
from workflows.vocabulary import DocumentKind

NOWHERE = Path("no-such-folder")
ELSEWHERE = {
    ("date", DocumentKind.CLOSE_OUT_SLIP),  # which bears the instant of its close-out
    ("unit", DocumentKind.CAMPAIGN_SUMMARY),
    ("office", DocumentKind.WEEKLY_REPORT),  # is the unit
}
PHOTOS = [Photo("2021-35-0001号问题：考场（一）.png", png()), Photo("坏照片.jpg", b"no picture")]


def word_of(kind: DocumentKind) -> bytes:
    return fill(template_of(kind, NOWHERE), PAPERS[kind], PHOTOS if kind is DocumentKind.RECTIFICATION_NOTICE else ())


def words_in(content: bytes) -> str:
    """All text of a Word file, tables included."""
    paper = Document(io.BytesIO(content))
    tables = (cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *tables])


def pages_in(content: bytes) -> list[str]:
    """The text of each page of a PDF, without the spaces that setting it brings."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


@pytest.mark.parametrize("kind", PAPERS)
def test_the_same_data_give_the_same_bytes(kind: DocumentKind) -> None:
    word = word_of(kind)
    assert word == word_of(kind)
    assert to_pdf(word, title="公文") == to_pdf(word, title="公文")


@pytest.mark.parametrize("kind", PAPERS)
def test_word_and_pdf_say_the_same(kind: DocumentKind) -> None:
    word = word_of(kind)
    said = "".join(words_in(word).split())
    pages = "".join(pages_in(to_pdf(word, title="公文")))
    for name in ("office", "unit", "date"):
        if (name, kind) in ELSEWHERE:
            continue
        text = PAPERS[kind][name]
        assert text in said
        assert text in pages
    assert "{{" not in said.replace("".join(AWKWARD.split()), "")


def test_texts_stay_texts_whatever_they_hold() -> None:
    word = word_of(DocumentKind.RECTIFICATION_NOTICE)
    assert AWKWARD in words_in(word)
    assert "".join(AWKWARD.split()) in "".join(pages_in(to_pdf(word, title=AWKWARD)))


def test_a_long_notice_goes_on_for_pages_that_are_numbered() -> None:
    pages = pages_in(to_pdf(word_of(DocumentKind.RECTIFICATION_NOTICE), title="公文"))
    assert len(pages) > 2
    assert [f"—{number}—" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)
    assert all("整改期限" in page for page in pages[:2]), "the table's head stands on every page"


def test_a_photograph_is_shown_and_a_broken_one_is_said_to_be() -> None:
    word = word_of(DocumentKind.RECTIFICATION_NOTICE)
    assert len([name for name in zipfile.ZipFile(io.BytesIO(word)).namelist() if name.startswith("word/media/")]) == 1
    assert "（图片无法显示，原件见佐证材料）" in words_in(word)
    assert [len(page.images) for page in PdfReader(io.BytesIO(to_pdf(word, title="公文"))).pages].count(1) == 1


def test_nothing_found_is_said_too() -> None:
    said = words_in(word_of(DocumentKind.INSPECTION_FEEDBACK))
    assert "本次督查未发现问题" in said
    assert "整改期限" not in said
    data = {**PAPERS[DocumentKind.INSPECTION_FEEDBACK], "findings": [finding(1)], "notice": "限改〔2021〕3 号"}
    said = words_in(fill(template_of(DocumentKind.INSPECTION_FEEDBACK, NOWHERE), data))
    assert "本次督查未发现问题" not in said
    assert "以限改〔2021〕3 号限期整改通知书为准" in said


def test_an_office_s_own_template_goes_before_the_shipped_one_also_in_the_pdf(tmp_path: Path) -> None:
    own = Document()
    own.add_paragraph("{{ unit }}：我办自己的格式")
    own.save(str(tmp_path / "close_out_slip.docx"))
    word = fill(template_of(DocumentKind.CLOSE_OUT_SLIP, tmp_path), HEAD)
    assert words_in(word) == f"{UNIT}：我办自己的格式"
    assert pages_in(to_pdf(word, title="公文")) == [f"{UNIT}：我办自己的格式"], "nobody numbered its pages"


@pytest.mark.parametrize(
    "text", ["{{ unit", "{% for x in %}", "{{ unti }}", "{{ unit.nothing }}", "{{ unit.__class__.__mro__ }}"]
)
def test_a_template_that_cannot_be_filled_in_says_why(tmp_path: Path, text: str) -> None:
    own = Document()
    own.add_paragraph(text)
    own.save(str(tmp_path / "close_out_slip.docx"))
    with pytest.raises(BadTemplate):
        fill(template_of(DocumentKind.CLOSE_OUT_SLIP, tmp_path), HEAD)


def test_what_is_no_word_file_is_no_template() -> None:
    with pytest.raises(BadTemplate):
        fill(b"no zip", HEAD)
