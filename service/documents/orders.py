"""Documents as people deal with them: asked for, listed, fetched, and put beside their sealed scan."""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import msgspec
from sqlalchemy import literal, select
from sqlalchemy.orm import Session, joinedload

from service.documents.kinds import DEFINITIONS, documents_seen
from service.documents.kinds.definition import DocumentReader
from service.documents.photos import is_mendable
from service.errors import Conflict, InvalidInput, NotAllowed, NotFound, existing
from service.evidence.evidence import pieces_for
from service.files.store import EvidenceStore
from service.ledger.export import LedgerOrder, order_as_json
from service.ledger.rows import places_of
from service.models import Document, Evidence, new_id
from service.scope import sees_figures
from service.security_log.writing import origin_of
from service.store.bulk import insert_rows
from service.store.paging import DEFAULT_LIMIT, Page, columns_equal, ordered_by, page
from service.wording import word
from workflows.findings.facts import CLOCK, Actor
from workflows.vocabulary import DocumentKind, DocumentStatus

SCANS = ("application/pdf", "image/jpeg", "image/png")
_NEWEST = ordered_by(Document.requested_at, descending=True)
_PLACES = Document.metadata.tables["document_places"]


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Which documents are listed; a field that is None filters nothing."""

    kind: DocumentKind | tuple[DocumentKind, ...] | None = None
    subject_id: str | None = None
    organization_id: str | tuple[str, ...] | None = None
    round_id: str | None = None
    status: DocumentStatus | tuple[DocumentStatus, ...] | None = None


ALL_DOCUMENTS = DocumentFilter()
_AROUND = (joinedload(Document.organization), joinedload(Document.requested_by), joinedload(Document.scan))


def request_document(session: Session, kind: DocumentKind, subject_id: str, *, actor: Actor, now: datetime) -> Document:
    """Ask for a document; returns the newest one that says exactly that and shows it all, else a new one in the queue.

    Raises `NotFound` for a subject that is unknown or not seen, `Conflict` when there is nothing to say yet.
    """
    document = _gathered(session, kind, subject_id, actor, now)
    newest = _newest(session, kind, subject_id)
    same = newest and (newest.round_id, newest.data) == (document.round_id, document.data)
    is_it = same and newest and not any(map(is_mendable, newest.remarks))
    return newest if newest and is_it else _queue(session, document, actor, now)


def order_enclosure(session: Session, kind: DocumentKind, subject_id: str, *, reader: Actor, now: datetime) -> Document:
    """A document that is to go to a reader by mail, of the clock's own accord; raises what `request_document` does."""
    return _queue(session, _gathered(session, kind, subject_id, reader, now), CLOCK, now)


def document_since(
    session: Session, kind: DocumentKind, subject_id: str, *, since: datetime, reader: Actor
) -> Document | None:
    """The first document on the subject that was asked for since then, however it fared, if the reader may see it."""
    query = select(Document).where(Document.subject_id == subject_id, Document.kind == kind)
    query = query.where(Document.requested_at >= since, documents_seen(reader))
    return session.scalars(query.order_by(Document.requested_at, Document.id).limit(1)).first()


def request_ledger(session: Session, order: LedgerOrder, *, actor: Actor, now: datetime) -> Document:
    """Ask for a ledger (整改台账) of the findings that the actor sees at this moment.

    Raises `NotAllowed` for an administrator, who sees none.
    """
    if not sees_figures(actor):
        raise NotAllowed("not_allowed")
    document = Document(
        kind=DocumentKind.LEDGER,
        title=word(DocumentKind.LEDGER, order.language),
        round_id=order.wanted.round_id,
        data=order_as_json(order, actor=actor, now=now),
    )
    _queue(session, document, actor, now)
    places = places_of(session, order.wanted, actor=actor, now=now)
    insert_rows(session, _PLACES, [{"document_id": document.id, **place} for place in places])
    return document


def list_documents(
    session: Session,
    wanted: DocumentFilter = ALL_DOCUMENTS,
    *,
    actor: Actor,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Document]:
    """The documents that the actor sees, the newest first."""
    query = select(Document).where(documents_seen(actor)).options(*_AROUND)
    query = query.where(*columns_equal(Document, wanted, *DocumentFilter.__slots__))
    return page(session, query, _NEWEST, cursor=cursor, limit=limit)


def seen_document(session: Session, document_id: str, *, actor: Actor, lock: bool = False) -> Document:
    """One document that the actor sees, locked if so wished; raises `NotFound`."""
    query = select(Document).where(Document.id == document_id, documents_seen(actor))
    return existing(session.scalar(query.with_for_update() if lock else query.options(*_AROUND)))


def file_of(document: Document, store: EvidenceStore, form: str) -> tuple[BinaryIO, int]:
    """The file in that format, and its size; `Conflict` before it is ready, `InvalidInput` for another format."""
    if document.status is not DocumentStatus.READY:
        raise Conflict("document_not_ready")
    if form not in document.files:
        raise InvalidInput({"format": "unknown_format"}, formats="、".join(document.files))
    return store.open(document.files[form]["sha256"]), document.files[form]["size"]


def attach_scan(session: Session, document_id: str, evidence_id: str, *, actor: Actor) -> Document:
    """Put the sealed scan beside a document that one's own office issues; a newer scan replaces it.

    Raises `NotAllowed` for another office's, `Conflict` before it is ready, `InvalidInput` for what is no scan.
    """
    document = seen_document(session, document_id, actor=actor, lock=True)
    if actor.organization_id is None or document.data.get("issuer_id") != actor.organization_id:
        raise NotAllowed("not_yours")
    if document.status is not DocumentStatus.READY:
        raise Conflict("document_not_ready")
    if document.scan_id == evidence_id:
        return document
    scans = pieces_for(session, [evidence_id], actor=actor)
    if not scans:
        raise InvalidInput({"evidence_id": "unknown_evidence"})
    if scans[0].media_type not in SCANS:
        raise InvalidInput({"evidence_id": "no_scan"})
    document.scan = scans[0]
    session.flush()
    return document


def scan_of(session: Session, document_id: str, *, actor: Actor) -> Evidence:
    """The sealed scan of a document; raises `NotFound` when there is none."""
    return existing(seen_document(session, document_id, actor=actor).scan)


def _gathered(session: Session, kind: DocumentKind, subject_id: str, actor: Actor, now: datetime) -> Document:
    definition = DEFINITIONS[kind]
    if not session.scalar(select(definition.visible(literal(subject_id, Document.subject_id.type), actor))):
        raise NotFound("not_found")
    gathered = definition.gather(DocumentReader.of(session, now, actor), subject_id)
    return Document(
        kind=kind,
        subject_id=subject_id,
        round_id=gathered.round_id,
        organization_id=gathered.organization_id,
        district_id=gathered.district_id,
        number=gathered.number,
        title=gathered.title,
        data=msgspec.to_builtins(gathered.fields),
    )


def _newest(session: Session, kind: DocumentKind, subject_id: str) -> Document | None:
    query = select(Document).where(
        Document.subject_id == subject_id, Document.kind == kind, Document.status != DocumentStatus.FAILED
    )
    return session.scalars(query.order_by(Document.requested_at.desc(), Document.id).limit(1)).first()


def _queue(session: Session, document: Document, actor: Actor, now: datetime) -> Document:
    document.id, document.status = new_id(), DocumentStatus.QUEUED
    document.requested_at = document.next_attempt_at = now
    document.requested_by_id = actor.id
    document.request_id = origin_of(session).request_id
    session.add(document)
    session.flush()
    return document
