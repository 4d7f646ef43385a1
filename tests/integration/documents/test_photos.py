"""Photographs on their way from the evidence store onto paper: shown, or missed aloud."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document as WordFile
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.documents.orders import request_document
from service.documents.rendering import RenderTools, make_due
from service.files.store import FolderStore
from service.models import Document, Evidence
from service.store.db import reading, sessions
from service.wording.failures import failure_sentence
from tests.build.evidence import handed_in
from tests.unit.files.test_pictures import quarters, saved
from tests.worlds.books import FOUND_AT, Town, notify_finding
from workflows.vocabulary import DocumentKind, DocumentStatus

LATER = FOUND_AT + timedelta(hours=2)


@pytest.fixture
def tools(engine: Engine, tmp_path: Path) -> RenderTools:
    evidence, papers = FolderStore(tmp_path / "evidence"), FolderStore(tmp_path / "documents")
    return RenderTools(sessions(reading(engine)), evidence, papers, tmp_path / "templates")


def hand_in(session: Session, town: Town, tools: RenderTools, filename: str, content: bytes) -> Evidence:
    assert isinstance(tools.evidence, FolderStore)
    return handed_in(session, tools.evidence, town.inspector, content, filename)


def made(session: Session, town: Town, tools: RenderTools, *pieces: Evidence) -> Document:
    """The notice of a finding that was logged with these photographs."""
    finding = notify_finding(session, town, evidence_ids=[piece.id for piece in pieces])
    kind = DocumentKind.RECTIFICATION_NOTICE
    document = request_document(session, kind, finding.notice_id or "", actor=town.inspector, now=LATER)
    session.commit()
    engine: Any = session.get_bind()
    assert make_due(sessions(engine), tools, now=lambda _: LATER, within=60, stop=lambda: False) == 1
    session.expire_all()
    assert document.status is DocumentStatus.READY
    return document


def pictures_in(document: Document, tools: RenderTools) -> tuple[int, int]:
    """How many photographs Word and PDF show."""
    with (
        tools.papers.open(document.files["docx"]["sha256"]) as word,
        tools.papers.open(document.files["pdf"]["sha256"]) as pdf,
    ):
        return len(WordFile(word).inline_shapes), sum(len(page.images) for page in PdfReader(pdf).pages)


def words_in(document: Document, tools: RenderTools) -> str:
    with tools.papers.open(document.files["pdf"]["sha256"]) as pdf:
        return "".join("".join(page.extract_text().split()) for page in PdfReader(pdf).pages)


def test_photographs_as_telephones_and_chats_name_them_are_shown_in_word_and_pdf(
    session: Session, town: Town, tools: RenderTools
) -> None:
    photographs = {
        "IMG_0001.HEIC": saved(quarters(), "HEIF"),
        "mmexport1618908765432": saved(quarters()),
        "照片.png": saved(quarters(90, 60)),
        "微信图片.webp": saved(quarters(80, 60), "WEBP"),
        "cmyk.jpg": saved(quarters(70, 60).convert("CMYK")),
    }
    pieces = [hand_in(session, town, tools, *one) for one in photographs.items()]
    assert {piece.filename for piece in pieces} == {
        *("IMG_0001.HEIC", "mmexport1618908765432.jpg", "照片.jpg", "微信图片.webp", "cmyk.jpg")
    }
    for piece, content in zip(pieces, photographs.values(), strict=True):
        with tools.evidence.open(piece.sha256) as original:
            assert original.read() == content, "the original stays as it came"
    document = made(session, town, tools, *pieces)
    assert (pictures_in(document, tools), document.remarks) == ((5, 5), [])


def test_what_is_lost_damaged_or_cut_off_is_said_on_the_paper_and_on_the_document(
    session: Session, town: Town, tools: RenderTools
) -> None:
    noise = saved(Image.effect_noise((300, 200), 90))
    lost = hand_in(session, town, tools, "丢失.jpg", saved(quarters()))
    damaged = hand_in(session, town, tools, "损坏.jpg", b"\xff\xd8\xff\xe0 no picture")
    cut = hand_in(session, town, tools, "残缺.jpg", noise[: len(noise) // 2])
    for file in tools.evidence.folder.glob(f"??/??/{lost.sha256}"):  # type: ignore[attr-defined]
        file.unlink()
    document = made(session, town, tools, lost, damaged, cut)
    assert pictures_in(document, tools) == (1, 1)
    said = words_in(document, tools)
    for words in ("原件已缺失，图片未能印出", "图片无法显示，原件见佐证材料", "原件残缺"):
        assert words in said
    remarks = [failure_sentence(remark, "zh") or "" for remark in document.remarks]
    assert [remark.partition("，")[0] for remark in sorted(remarks)] == [
        "照片原件已缺失",
        "照片文件不完整",
        "照片无法显示",
    ]


def test_who_asks_again_after_a_photograph_was_restored_gets_a_new_paper(
    session: Session, town: Town, tools: RenderTools
) -> None:
    piece = hand_in(session, town, tools, "照片.jpg", saved(quarters()))
    (file,) = tools.evidence.folder.glob(f"??/??/{piece.sha256}")  # type: ignore[attr-defined]
    content = file.read_bytes()
    file.unlink()
    document = made(session, town, tools, piece)
    file.write_bytes(content)
    again = request_document(
        session, document.kind, document.subject_id or "", actor=town.inspector, now=LATER + timedelta(minutes=1)
    )
    assert again.id != document.id
