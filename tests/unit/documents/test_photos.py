"""Photographs on paper: they keep their shape, stand upright, fit two to a page, and never spoil a paper."""

import base64
import io
import itertools

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from service.documents.blocks import blocks_of
from service.documents.pdf import to_pdf
from service.documents.photos import HIGHEST, WIDEST, frame_of, turned
from service.documents.word import UNSHOWN, Photo, fill, template_of
from tests.build.papers import PAPERS, png
from tests.unit.documents.test_rendering import NOWHERE, pages_in, words_in
from workflows.vocabulary import DocumentKind

MM = 36000  # EMU
QUARTER = 5_400_000  # of Word's units of turning
# 16 × 12, lying in the file, to be turned by a quarter: as a telephone held upright takes it
LYING = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAD/2wBDAA0JCgsKCA0LCgsODg0P"
    "EyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09P"
    "T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAMABADASIAAhEBAxEB/8QAHwAAAQUBAQEB"
    "AQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk"
    "M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKj"
    "pKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QAHwEAAwEBAQEBAQEBAQAAAAAA"
    "AAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdhcRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl"
    "8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmq"
    "srO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwDF+yTn+D9RUX/CG6//AM+P"
    "/kVP8a2R1FehDoK8WjxDicrv7GMXzb3T6ejXcIZpWzb+OkuXa1+vq32P/9k="
)


def notice(*photos: Photo) -> bytes:
    kind = DocumentKind.RECTIFICATION_NOTICE
    return fill(template_of(kind, NOWHERE), PAPERS[kind], photos)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 400), st.integers(1, 400))
def test_a_picture_keeps_its_shape_and_fits(width: int, height: int) -> None:
    frame = frame_of(png(width, height))
    assert frame.width <= WIDEST * MM + 1
    assert frame.height <= HIGHEST * MM + 1
    assert frame.width / frame.height == pytest.approx(width / height, rel=1e-3)


def test_a_picture_of_a_telephone_held_upright_stands_upright_in_word_and_pdf() -> None:
    assert turned(LYING) == 90
    word = notice(Photo("手机照片.jpg", LYING))
    (frame,) = Document(io.BytesIO(word)).element.body.iter(qn("a:xfrm"))
    assert int(frame.get("rot")) == QUARTER
    pictures = [block for block in blocks_of(word)[0]["blocks"] if block["kind"] == "picture"]
    assert [(round(one["width"], 1), round(one["height"], 1)) for one in pictures] == [(58.5, 78.0)]


@pytest.mark.parametrize("content", [LYING[:cut] for cut in (0, 1, 3, 20, 30, 60)] + [png()[:40], b"GIF89a"])
def test_whatever_is_cut_off_is_no_picture_and_breaks_nothing(content: bytes) -> None:
    word = notice(Photo("残缺.jpg", content))
    assert turned(content) in (0, 90)
    assert UNSHOWN in words_in(word)
    assert "残缺.jpg" in "".join(pages_in(to_pdf(word, title="公文")))


def test_a_picture_that_only_word_can_read_is_named_in_the_pdf() -> None:
    word = notice(Photo("残缺.png", png()[:-60]))  # its size can be read, its content cannot
    assert "word/media" not in words_in(word)
    pages = "".join(pages_in(to_pdf(word, title="公文")))
    assert UNSHOWN in pages
    assert "残缺.png" in pages


def test_two_photographs_stand_on_a_page_with_their_captions() -> None:
    photos = [Photo(f"第{number}张", png(40 + number, 30)) for number in range(1, 6)]
    reader = PdfReader(io.BytesIO(to_pdf(notice(*photos), title="公文")))
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
