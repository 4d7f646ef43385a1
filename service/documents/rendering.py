"""Making a document's files from its data; no row is read but a ledger's."""

import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.orm import Session, sessionmaker

from service.documents.blocks import NotForPdf
from service.documents.failures import cause_of
from service.documents.kinds import DEFINITIONS
from service.documents.kinds.fields import IllustratedFields, PictureFields
from service.documents.pdf import to_pdf
from service.documents.templates import template_of
from service.documents.word import Photo, fill
from service.errors import Unavailable
from service.files.store import EvidenceStore, StoredFile
from service.ledger.export import write_ledger
from service.ledger.order import order_from_json
from workflows.vocabulary import DocumentKind

MOST_PICTURES = 48 * 1024**2  # bytes in one paper; what is more is named, and looked at in the evidence
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RenderTools:
    """What documents are made with: where evidence lies, where files go, and the office's own templates."""

    readers: sessionmaker[Session]
    evidence: EvidenceStore
    papers: EvidenceStore
    templates: Path


@dataclass(frozen=True, slots=True)
class Made:
    """The stored files of a document by format, and why one is missing."""

    files: Mapping[str, StoredFile]
    note: str | None = None


def render(kind: DocumentKind, title: str, data: Mapping[str, Any], tools: RenderTools, progress: Progress) -> Made:
    """Make the files of a document from its frozen data; equal data give equal bytes. `progress` gets the percent.

    A template of the office's own may hold what only Word shows: then there is no PDF, and a note. Raises `BadTemplate`
    for one that cannot be filled in.
    """
    if kind is DocumentKind.LEDGER:
        return Made({"xlsx": _ledger(data, tools, progress)})
    fields = msgspec.convert(data, DEFINITIONS[kind].fields)
    pictures = fields.pictures if isinstance(fields, IllustratedFields) else []
    template, photos = template_of(kind, tools.templates), _photos(pictures, tools.evidence)
    word = fill(template, msgspec.to_builtins(fields), photos, title=title)
    progress(50)
    files = {"docx": tools.papers.put(io.BytesIO(word))}
    try:
        pages = to_pdf(word, title=title)
    except NotForPdf as error:
        return Made(files, cause_of(error))
    return Made({**files, "pdf": tools.papers.put(io.BytesIO(pages))})


def _ledger(data: Mapping[str, Any], tools: RenderTools, progress: Progress) -> StoredFile:
    placed = order_from_json(data)
    with tempfile.TemporaryFile() as file:
        with tools.readers() as session:
            write_ledger(session, file, placed.order, actor=placed.actor, now=placed.at, progress=progress)
        file.seek(0)
        return tools.papers.put(file)


def _photos(pictures: Sequence[PictureFields], evidence: EvidenceStore) -> Iterator[Photo]:
    """Photos up to `MOST_PICTURES` bytes together; a missing or surplus one is only captioned."""
    room = MOST_PICTURES
    for picture in pictures:
        if picture.sha256 is None:
            yield Photo(picture.caption)
            continue
        content = _read(evidence, picture.sha256, room)
        if content is None:
            yield Photo(f"{picture.caption}（原件见佐证材料）")
            continue
        room -= len(content)
        yield Photo(picture.caption, content)


def _read(evidence: EvidenceStore, sha256: str, room: int) -> bytes | None:
    """The content of a piece of evidence; None when it is lost or longer than `room` bytes."""
    try:
        with evidence.open(sha256) as file:
            content = file.read(room + 1)
    except Unavailable:
        return None
    return content if len(content) <= room else None
