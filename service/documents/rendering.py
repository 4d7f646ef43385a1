"""Making a document's files from its data; no row is read but a ledger's."""

import io
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from service.documents.pdf import to_pdf
from service.documents.templates import template_of
from service.documents.word import fill
from service.errors import Unavailable
from service.evidence_store import EvidenceStore, Stored
from service.ledger.asked import asked
from service.ledger.export import write_ledger
from workflows.vocabulary import DocumentKind

MOST_PICTURES = 20 * 1024**2  # bytes in one paper; what is more is named, and looked at in the evidence
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Workshop:
    """What papers are made with: where evidence lies, where papers go, and the office's own templates."""

    readers: sessionmaker[Session]
    evidence: EvidenceStore
    papers: EvidenceStore
    templates: Path


def render(
    kind: DocumentKind, title: str, data: Mapping[str, Any], workshop: Workshop, progress: Progress
) -> dict[str, Stored]:
    """The files of a document by format, kept; `progress` is told the percent.

    The same data give the same bytes. Raises `BadTemplate` for a template that cannot be filled in.
    """
    if kind is DocumentKind.LEDGER:
        return {"xlsx": _ledger(data, workshop, progress)}
    word = fill(template_of(kind, workshop.templates), data, _photos(data, workshop.evidence))
    progress(50)
    pages = to_pdf(word, title=title)
    return {"docx": workshop.papers.put(io.BytesIO(word)), "pdf": workshop.papers.put(io.BytesIO(pages))}


def _ledger(data: Mapping[str, Any], workshop: Workshop, progress: Progress) -> Stored:
    wanted = asked(dict(data))
    with tempfile.TemporaryFile() as file:
        with workshop.readers() as session:
            write_ledger(session, file, wanted.order, actor=wanted.actor, now=wanted.at, progress=progress)
        file.seek(0)
        return workshop.papers.put(file)


def _photos(data: Mapping[str, Any], evidence: EvidenceStore) -> Iterator[tuple[str, bytes]]:
    """Caption and content, while there is room; a file that is lost is left out, as is said of it elsewhere."""
    room = MOST_PICTURES
    for photo in data.get("pictures", ()):
        try:
            with evidence.open(photo["sha256"]) as file:
                content = file.read(room + 1)
        except Unavailable:
            continue
        if len(content) <= room:
            room -= len(content)
            yield photo["caption"], content
