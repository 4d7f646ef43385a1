"""Photographs on paper: they keep their shape, fit two to a page, and what cannot be shown is said."""

import io
import itertools

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from service.documents.blocks import blocks_of
from service.documents.pdf import to_pdf
from service.documents.photos import HIGHEST, UNSHOWN, WIDEST, Photo, frame_of
from service.documents.word import fill, template_of
from service.files.pictures import Picture
from service.wording.failures import failure_sentence
from tests.build.papers import PAPERS, pdf_of, photo, png, unshown
from tests.unit.documents.test_rendering import NOWHERE, pages_in, words_in
from workflows.vocabulary import DocumentKind

MM = 36000  # EMU


def notice(*photos: Photo) -> bytes:
    kind = DocumentKind.RECTIFICATION_NOTICE
    return fill(template_of(kind, NOWHERE), PAPERS[kind], photos)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 400), st.integers(1, 400))
def test_a_picture_keeps_its_shape_and_fits(width: int, height: int) -> None:
    frame = frame_of(Picture(b"", width, height))
    assert frame.width <= WIDEST * MM + 1
    assert frame.height <= HIGHEST * MM + 1
    assert frame.width / frame.height == pytest.approx(width / height, rel=1e-3)


def test_a_picture_is_as_large_in_word_as_in_the_pdf() -> None:
    word = notice(photo("手机照片.jpg", 30, 40))
    (shape,) = Document(io.BytesIO(word)).inline_shapes
    (block,) = [one for one in blocks_of(word)[0]["blocks"] if one["kind"] == "picture"]
    assert (round(block["width"], 1), round(block["height"], 1)) == (49.5, 66.0)
    assert (round(shape.width.mm, 1), round(shape.height.mm, 1)) == (49.5, 66.0)


def test_what_could_not_be_decoded_is_named_in_word_and_pdf() -> None:
    word = notice(unshown("残缺.jpg"))
    for said in (words_in(word), "".join(pages_in(pdf_of(word)))):
        assert UNSHOWN in said
        assert "残缺.jpg" in said


def test_a_picture_that_only_word_can_read_is_named_in_the_pdf() -> None:
    content = png()
    at = content.index(b"IDAT") + 4
    spoilt = content[:at] + bytes(100) + content[at + 100 :]  # its size can be read, its content cannot
    pdf = to_pdf(notice(Photo("残缺.png", Picture(spoilt, 240, 160))), title="公文")
    assert UNSHOWN in "".join(pages_in(pdf.content))
    assert [failure_sentence(one, "en") for one in pdf.remarks] == [
        "A picture of the template could not be shown in the PDF (image1.png); use PNG or JPEG in the template."
    ]


def test_two_photographs_stand_on_a_page_with_their_captions() -> None:
    photos = [photo(f"第{number}张", 40 + number, 30) for number in range(1, 6)]
    reader = PdfReader(io.BytesIO(pdf_of(notice(*photos))))
    shown = [(len(page.images), "".join(page.extract_text().split())) for page in reader.pages]
    counts = [count for count, _ in shown if count]
    assert counts == [2, 2, 1]
    numbers = itertools.count(1)
    for count, text in (one for one in shown if one[0]):
        assert all(f"第{next(numbers)}张" in text for _ in range(count)), "a caption stands below its picture"


def test_a_photograph_without_content_is_only_named() -> None:
    word = notice(Photo("另有3张照片，见佐证材料"))
    assert "另有3张照片，见佐证材料" in words_in(word)
    assert UNSHOWN not in words_in(word)
