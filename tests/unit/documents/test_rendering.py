"""Papers: what was given stands in Word and PDF alike, as text, and the same data give the same bytes."""

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from service.documents.blocks import blocks_of
from service.documents.word import BadTemplate, fill, template_of
from tests.build.papers import AWKWARD, HEAD, PAPERS, UNIT, finding, pdf_of, photo, unshown
from tools.word_templates.sentences import SENTENCES
from workflows.vocabulary import DocumentKind

NOWHERE = Path("no-such-folder")
ELSEWHERE = {
    ("date", DocumentKind.CLOSE_OUT_SLIP),  # which bears the instant of its close-out
    ("unit", DocumentKind.CAMPAIGN_SUMMARY),
    ("office", DocumentKind.WEEKLY_REPORT),  # is the unit
}
PHOTOS = [photo("2021-35-0001号问题：考场（一）.png"), unshown("坏照片.jpg")]


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
    assert pdf_of(word, title="公文") == pdf_of(word, title="公文")


@pytest.mark.parametrize("kind", PAPERS)
def test_word_and_pdf_say_the_same(kind: DocumentKind) -> None:
    word = word_of(kind)
    said = "".join(words_in(word).split())
    pages = "".join(pages_in(pdf_of(word, title="公文")))
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
    assert "".join(AWKWARD.split()) in "".join(pages_in(pdf_of(word, title=AWKWARD)))


def test_a_long_notice_goes_on_for_pages_that_are_numbered() -> None:
    pages = pages_in(pdf_of(word_of(DocumentKind.RECTIFICATION_NOTICE), title="公文"))
    assert len(pages) > 2
    assert [f"—{number}—" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)
    assert all("整改期限" in page for page in pages[:2]), "the table's head stands on every page"


def test_a_photograph_is_shown_and_a_broken_one_is_said_to_be() -> None:
    word = word_of(DocumentKind.RECTIFICATION_NOTICE)
    assert len([name for name in zipfile.ZipFile(io.BytesIO(word)).namelist() if name.startswith("word/media/")]) == 1
    assert "（图片无法显示，原件见佐证材料）" in words_in(word)
    assert [len(page.images) for page in PdfReader(io.BytesIO(pdf_of(word, title="公文"))).pages].count(1) == 1


def test_nothing_found_is_said_too() -> None:
    said = words_in(word_of(DocumentKind.INSPECTION_FEEDBACK))
    assert "本次督查未发现问题" in said
    assert "整改期限" not in said
    data = {**PAPERS[DocumentKind.INSPECTION_FEEDBACK], "findings": [finding(1)], "notice": "限改〔2021〕3 号"}
    said = words_in(fill(template_of(DocumentKind.INSPECTION_FEEDBACK, NOWHERE), data))
    assert "本次督查未发现问题" not in said
    assert "以《限期整改通知书》（限改〔2021〕3 号）为准" in said


def test_an_office_s_own_template_goes_before_the_shipped_one_also_in_the_pdf(tmp_path: Path) -> None:
    own = Document()
    own.add_paragraph("{{ unit }}：我办自己的格式")
    own.save(str(tmp_path / "close_out_slip.docx"))
    word = fill(template_of(DocumentKind.CLOSE_OUT_SLIP, tmp_path), HEAD)
    assert words_in(word) == f"{UNIT}：我办自己的格式"
    assert pages_in(pdf_of(word, title="公文")) == [f"{UNIT}：我办自己的格式"], "nobody numbered its pages"


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


def test_copies_and_printer_stand_at_the_foot_of_the_last_page_between_lines() -> None:
    kind = DocumentKind.RECTIFICATION_NOTICE
    word = fill(template_of(kind, NOWHERE), {**PAPERS[kind], "copies": "青石区招生考试办公室"})
    found = blocks_of(word)[0]["blocks"]
    assert (found[-1]["foot"], found[-1]["lined"], found[-1]["columned"]) == (True, True, False)
    assert [one.get("foot", False) for one in found].count(True) == 1
    last = pages_in(pdf_of(word))[-1]
    assert "抄送：青石区招生考试办公室。" in last
    assert "明河市招生考试中心2021年4月20日印发" in last
    said = "".join(pages_in(pdf_of(fill(template_of(kind, NOWHERE), {**PAPERS[kind], "copies": ""}))))
    assert "抄送" not in said


@pytest.mark.parametrize(
    ("office", "name", "date"),
    [
        ("市招考办", 4.0 + (6.5 - 4) / 2, 4.0),  # shorter than the date: which stands 4 characters from the edge
        ("明河市招生考试中心", 4 - (9 - 6.5) / 2, 4.0),
        ("明河国际信息工程职业技术大学考试中心", 2.0, 2 + (18 - 6.5) / 2),  # longer: comes nearer to the edge
    ],
)
def test_the_office_s_name_stands_in_the_middle_above_the_date(office: str, name: float, date: float) -> None:
    kind = DocumentKind.RECTIFICATION_NOTICE
    paper = Document(io.BytesIO(fill(template_of(kind, NOWHERE), {**PAPERS[kind], "office": office})))
    indents = {one.style.name: one.paragraph_format.right_indent for one in paper.paragraphs if one.style}
    assert [indents[style].pt / 16 for style in ("发文机关署名", "成文日期")] == pytest.approx([name, date], abs=0.01)


@pytest.mark.parametrize("kind", ["leadership_report", "upward_report", "weekly_report", "campaign_summary"])
def test_what_goes_up_leaves_room_for_whoever_signs_it(kind: str) -> None:
    word = fill(template_of(DocumentKind(kind), NOWHERE), PAPERS[DocumentKind(kind)])
    assert "签发人：" in words_in(word)


def test_the_round_s_notice_is_cited_by_title_and_number() -> None:
    for kind in (kind for kind in SENTENCES if kind != "close_out_slip"):
        said = words_in(fill(template_of(DocumentKind(kind), NOWHERE), PAPERS[DocumentKind(kind)]))
        assert (
            "根据《明河市招生考试中心关于开展 2021 年专升本考试安全督查工作的通知》（明招考〔2021〕35号）要求" in said
        )
