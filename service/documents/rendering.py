"""Making documents: one after another, each outside any transaction, its files from its data alone."""

import io
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from service.documents.blocks import NotForPdf
from service.documents.holding import held
from service.documents.kinds import DEFINITIONS
from service.documents.kinds.fields import DocumentFields, IllustratedFields
from service.documents.pdf import TooLargeForPdf, to_pdf
from service.documents.photos import Photo, photos_of
from service.documents.queue import RenderJob, claim, fail, finish, report_progress
from service.documents.word import BadTemplate, fill, template_of
from service.errors import DubanError, InvalidInput
from service.files.sandbox import TooSlow
from service.files.store import EvidenceStore, StoredFile
from service.ledger.export import order_from_json, write_ledger
from service.store.db import is_locked
from service.wording.failures import encode_failure
from workflows.vocabulary import DocumentKind

AFTER_PHOTOS = 50  # percent
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
    """The stored files of a document by format, why one is missing, and what they could not show (all encoded)."""

    files: Mapping[str, StoredFile]
    note: str | None = None
    remarks: list[str] = field(default_factory=list)


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
        with structlog.contextvars.bound_contextvars(**({"request_id": job.request_id} if job.request_id else {})):
            _make(sessions, tools, job, now)
        tried += 1
    return tried


def _make(sessions: sessionmaker[Session], tools: RenderTools, job: RenderJob, now: Clock) -> None:
    def progress(percent: int) -> None:
        try:
            with sessions.begin() as session:
                report_progress(session, job, percent, now=now(session))
        except (DBAPIError, PoolTimeoutError) as error:
            if not is_locked(error):
                raise  # a word of progress that finds the database locked can be left out

    try:
        with held(sessions, job, now):
            made = render(job.kind, job.title, job.data, tools, progress)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others are made
        _log.exception("document_unmade", document=job.id, kind=job.kind)
        with sessions.begin() as session:
            fail(
                session,
                job,
                _cause_of(error),
                now=now(session),
                permanent=isinstance(error, BadTemplate | InvalidInput | TooLargeForPdf),
            )
        return
    with sessions.begin() as session:
        finish(session, job, made.files, now=now(session), note=made.note, remarks=made.remarks)
    _log.info("document_made", document=job.id, kind=str(job.kind))


def render(kind: DocumentKind, title: str, data: Mapping[str, Any], tools: RenderTools, progress: Progress) -> Made:
    """Make the files of a document from its frozen data; no row is read but a ledger's. `progress` gets the percent.

    Equal data give equal bytes. A template of the office's own may hold what only Word shows: then there is no PDF, and
    a note. Raises `BadTemplate` for one that cannot be filled in.
    """
    if kind is DocumentKind.LEDGER:
        return Made({"xlsx": _ledger(data, tools, progress)})
    fields = msgspec.convert(data, DEFINITIONS[kind].fields)
    photos = _photos(fields, tools, progress)
    remarks = [photo.remark for photo in photos if photo.remark]
    word = fill(template_of(kind, tools.templates), msgspec.to_builtins(fields), photos, title=title)
    progress(AFTER_PHOTOS)
    files = {"docx": tools.papers.put(io.BytesIO(word))}
    try:
        pages = to_pdf(word, title=title)
    except NotForPdf:
        return Made(files, encode_failure("not_for_pdf"), remarks)
    return Made({**files, "pdf": tools.papers.put(io.BytesIO(pages.content))}, remarks=[*remarks, *pages.remarks])


def _photos(fields: DocumentFields, tools: RenderTools, progress: Progress) -> list[Photo]:
    """The photographs of a paper; each holds the lease for longer."""
    pictures = fields.pictures if isinstance(fields, IllustratedFields) else []
    ready = iter(range(1, len(pictures) + 1))
    return list(photos_of(pictures, tools.evidence, lambda: progress(AFTER_PHOTOS * next(ready) // len(pictures))))


def _ledger(data: Mapping[str, Any], tools: RenderTools, progress: Progress) -> StoredFile:
    placed = order_from_json(data)
    with tempfile.TemporaryFile() as file:
        with tools.readers() as session:
            write_ledger(session, file, placed.order, actor=placed.actor, now=placed.at, progress=progress)
        file.seek(0)
        return tools.papers.put(file)


def _cause_of(error: Exception) -> str:
    """Why a document could not be made, encoded for its column."""
    if isinstance(error, DubanError):
        return encode_failure(error.code)
    if isinstance(error, TooLargeForPdf):
        return encode_failure("document_too_large")
    if isinstance(error, TooSlow):
        return encode_failure("document_too_slow")
    if isinstance(error, BadTemplate):
        return encode_failure("bad_template", str(error))
    return encode_failure("document_unmade", f"{type(error).__name__} {error}")
