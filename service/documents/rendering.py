"""Making a document's files from its data; no row is read but a ledger's."""

import io
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from service.documents.blocks import NotForPdf
from service.documents.failures import cause_of
from service.documents.pdf import to_pdf
from service.documents.template_files import template_of
from service.documents.word import Photo, fill
from service.errors import Unavailable
from service.files.store import EvidenceStore, Stored
from service.ledger.asked import asked
from service.ledger.export import write_ledger
from workflows.vocabulary import DocumentKind

MOST_PICTURES = 48 * 1024**2  # bytes in one paper; what is more is named, and looked at in the evidence
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RenderTools:
    """What papers are made with: where evidence lies, where papers go, and the office's own templates."""

    readers: sessionmaker[Session]
    evidence: EvidenceStore
    papers: EvidenceStore
    templates: Path


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a document by format, kept; and why one is missing."""

    files: Mapping[str, Stored]
    note: str | None = None


def render(kind: DocumentKind, title: str, data: Mapping[str, Any], tools: RenderTools, progress: Progress) -> Made:
    """Make a document; `progress` is told the percent. The same data give the same bytes.

    A template of the office's own may hold what only Word shows: then there is no PDF. Raises `BadTemplate` for one
    that cannot be filled in.
    """
    if kind is DocumentKind.LEDGER:
        return Made({"xlsx": _ledger(data, tools, progress)})
    word = fill(template_of(kind, tools.templates), data, _photos(data, tools.evidence), title=title)
    progress(50)
    files = {"docx": tools.papers.put(io.BytesIO(word))}
    try:
        pages = to_pdf(word, title=title)
    except NotForPdf as error:
        return Made(files, cause_of(error))
    return Made({**files, "pdf": tools.papers.put(io.BytesIO(pages))})


def _ledger(data: Mapping[str, Any], tools: RenderTools, progress: Progress) -> Stored:
    wanted = asked(dict(data))
    with tempfile.TemporaryFile() as file:
        with tools.readers() as session:
            write_ledger(session, file, wanted.order, actor=wanted.actor, now=wanted.at, progress=progress)
        file.seek(0)
        return tools.papers.put(file)


def _photos(data: Mapping[str, Any], evidence: EvidenceStore) -> Iterator[Photo]:
    """While there is room; what is lost or too much is named."""
    room = MOST_PICTURES
    for picture in data.get("pictures", ()):
        content = _read(evidence, picture["sha256"], room) if picture["sha256"] else None
        if content is None and picture["sha256"]:
            yield Photo(f"{picture['caption']}（原件见佐证材料）")
            continue
        room -= len(content or b"")
        yield Photo(picture["caption"], content)


def _read(evidence: EvidenceStore, sha256: str, room: int) -> bytes | None:
    """The content; none when it is lost, as is said of it elsewhere, or has no room."""
    try:
        with evidence.open(sha256) as file:
            content = file.read(room + 1)
    except Unavailable:
        return None
    return content if len(content) <= room else None
