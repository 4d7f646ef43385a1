"""Making documents: one after another, each outside any transaction, its files from its data alone."""

import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
import structlog
from sqlalchemy.orm import Session, sessionmaker

from service.documents.blocks import NotForPdf
from service.documents.kinds import DEFINITIONS
from service.documents.kinds.fields import IllustratedFields, PictureFields
from service.documents.pdf import to_pdf
from service.documents.queue import RenderJob, claim, fail, finish, report_progress
from service.documents.word import BadTemplate, Photo, fill, template_of
from service.errors import DubanError, InvalidInput, Unavailable
from service.files.store import EvidenceStore, StoredFile
from service.ledger.export import order_from_json, write_ledger
from service.wording.failures import encode_failure
from workflows.vocabulary import DocumentKind

MOST_PICTURES = 48 * 1024**2  # bytes in one paper; what is more is named, and looked at in the evidence
Progress = Callable[[int], None]
Clock = Callable[[Session], datetime]
_log = structlog.get_logger()


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


def make_due(
    sessions: sessionmaker[Session], tools: RenderTools, *, now: Clock, within: float, stop: Callable[[], bool]
) -> int:
    """Make the documents that are due; returns how many were tried. Begins no further one after `within` seconds."""
    until, tried = monotonic() + within, 0
    while monotonic() < until and not stop():
        with sessions.begin() as session:
            job = claim(session, now=now(session))
        if job is None:
            break
        _make(sessions, tools, job, now)
        tried += 1
    return tried


def _make(sessions: sessionmaker[Session], tools: RenderTools, job: RenderJob, now: Clock) -> None:
    def progress(percent: int) -> None:
        with sessions.begin() as session:
            report_progress(session, job, percent, now=now(session))

    try:
        made = render(job.kind, job.title, job.data, tools, progress)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others are made
        _log.exception("document_unmade", document=job.id, kind=job.kind)
        with sessions.begin() as session:
            fail(
                session,
                job,
                _cause_of(error),
                now=now(session),
                permanent=isinstance(error, BadTemplate | InvalidInput),
            )
        return
    with sessions.begin() as session:
        finish(session, job, made.files, now=now(session), note=made.note)


def render(kind: DocumentKind, title: str, data: Mapping[str, Any], tools: RenderTools, progress: Progress) -> Made:
    """Make the files of a document from its frozen data; no row is read but a ledger's. `progress` gets the percent.

    Equal data give equal bytes. A template of the office's own may hold what only Word shows: then there is no PDF, and
    a note. Raises `BadTemplate` for one that cannot be filled in.
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
    except NotForPdf:
        return Made(files, encode_failure("not_for_pdf"))
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


def _cause_of(error: Exception) -> str:
    """Why a document could not be made, encoded for its column."""
    if isinstance(error, DubanError):
        return encode_failure(error.code)
    if isinstance(error, BadTemplate):
        return encode_failure("bad_template", str(error))
    return encode_failure("document_unmade", f"{type(error).__name__} {error}")
