"""Whatever stands in the Word file stands in the PDF, however long it is; what cannot be printed is named."""

import io
import re
import subprocess
import sys
from typing import Any

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from service.documents import pdf as setting
from service.documents.pdf import TooLargeForPdf, to_pdf
from service.documents.photos import Photo
from service.documents.word import fill, template_of
from service.files.pictures import Picture
from service.wording.failures import failure_sentence
from tests.build.papers import PAPERS, finding, pdf_of
from tests.unit.documents.test_rendering import NOWHERE
from workflows.vocabulary import DocumentKind

NOTICE = DocumentKind.RECTIFICATION_NOTICE
_NUMBER = re.compile(r"—\s*\d+\s*—\s*$")


def flowing(content: bytes) -> str:
    """The text of a PDF as it runs on from page to page, without the pages' numbers."""
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join("".join(_NUMBER.sub("", page.extract_text()).split()) for page in pages)


def cells_and_paragraphs(word: bytes) -> list[str]:
    paper = Document(io.BytesIO(word))
    texts = [one.text for one in paper.paragraphs]
    texts += [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return ["".join(text.split()) for text in texts if text.strip()]


def notice(*findings: dict[str, Any], **fields: Any) -> bytes:
    return fill(template_of(NOTICE, NOWHERE), {**PAPERS[NOTICE], "findings": [*findings], **fields})


@pytest.mark.parametrize("rooms", [20, 42, 60, 120, 900])
def test_a_row_taller_than_the_page_goes_on_on_the_next_one(rooms: int) -> None:
    long = "".join(f"{number:03}号考场监控有盲区；" for number in range(1, rooms + 1))
    said = flowing(pdf_of(notice(finding(1), finding(2, long), finding(3))))
    assert said.count("盲") == rooms
    assert [number for number in range(1, rooms + 1) if f"{number:03}" not in said] == []
    assert "2021-35-0003" in said


_WORDS = st.text("第一二三号考场监控整改，。；", min_size=1, max_size=40)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(_WORDS, st.integers(1, 60)), min_size=1, max_size=4), st.sampled_from(["problem", "requirement"])
)
def test_every_text_of_the_word_file_is_in_the_pdf(texts: list[tuple[str, int]], field: str) -> None:
    rows = [{**finding(place), field: words * times} for place, (words, times) in enumerate(texts, 1)]
    word = notice(*rows)
    said = flowing(pdf_of(word)).replace("序号问题编号存在问题整改要求整改期限", "")
    for text in cells_and_paragraphs(word):
        assert sum(said.count(sign) for sign in set(text)) >= len(text)
    for words, times in texts:
        for sign in set(words):
            assert said.count(sign) >= words.count(sign) * times


def test_a_row_that_a_page_can_hold_stays_whole() -> None:
    pages = PdfReader(io.BytesIO(pdf_of(notice(*(finding(number, "监控黑屏" * 30) for number in range(1, 9)))))).pages
    for number in range(1, 9):
        (page,) = [page.extract_text() for page in pages if f"2021-35-{number:04}" in page.extract_text()]
        assert "".join(page.split()).count("监控黑屏") % 30 == 0


def test_signs_without_a_font_are_printed_as_such_and_named() -> None:
    word = notice(finding(1, "考生\U00010348\U000f0000姓名无法显示"))
    pdf = to_pdf(word, title="公文")
    said = flowing(pdf.content)
    assert "考生〓姓名无法显示" in said or "考生〓〓姓名无法显示" in said or "考生\U00010348〓姓名无法显示" in said
    assert "U+F0000" in said
    (remark,) = pdf.remarks
    assert "U+F0000" in (failure_sentence(remark, "zh") or "")
    assert (failure_sentence(remark, "en") or "").startswith("No font of this machine")


def test_a_paper_that_shows_everything_has_no_remarks() -> None:
    assert to_pdf(notice(finding(1, "考生𬺈某的监控①黑屏")), title="公文").remarks == []


def test_a_paper_that_takes_too_much_fails_without_its_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    written, side = io.BytesIO(), 11_000
    Image.new("RGB", (side, side)).save(written, "PNG")  # 363 MB of dots
    photos = [Photo("大图", Picture(written.getvalue(), side, side))]
    monkeypatch.setattr(setting, "MEGABYTES", 300)
    assert to_pdf(notice(finding(1)), title="公文").remarks == []
    with pytest.raises(TooLargeForPdf):
        to_pdf(fill(template_of(NOTICE, NOWHERE), PAPERS[NOTICE], photos), title="公文")


def test_a_worker_never_loads_what_sets_papers_itself() -> None:
    asked = "import sys, workers.jobs; print({'typst', 'PIL', 'pillow_heif'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
