"""Documents (公文, 台账): asked for, made by workers, downloaded."""

import re
from pathlib import PurePosixPath
from typing import Any

from flask import Response

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, language, resources
from api.http.files import attachment, described_file
from api.http.security_notes import note
from api.schemas.documents import DocumentBody, DocumentFileQuery, DocumentQuery, DocumentSchema, ScanBody
from api.schemas.response_fields import page_of
from service.documents.orders import (
    SCANS,
    DocumentFilter,
    attach_scan,
    file_of,
    list_documents,
    request_document,
    request_ledger,
    scan_of,
    seen_document,
)
from service.files.filenames import clean_filename
from service.files.media_types import ACCEPTED
from service.findings.list import FindingFilter
from service.ledger.export import LedgerOrder
from service.security_log.writing import NewSecurityEntry, record_security
from service.store.paging import Page
from service.wording.failures import failure_sentence
from workflows.security import SecurityKind
from workflows.vocabulary import DocumentKind

LONGEST_PLAIN = 80  # characters before the ending
PAPERS = tuple(ACCEPTED[f".{form}"].media_type for form in ("docx", "pdf", "xlsx"))

blueprint = Blueprint("documents", "公文与台账 · what is put on paper")


@blueprint.get("/documents")
@signed_in
@blueprint.arguments(DocumentQuery, location="query")
@blueprint.response(200, page_of(DocumentSchema))
def list_of_documents(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """The documents that the caller sees, the newest first."""
    paging = {name: query.pop(name) for name in ("cursor", "limit") if name in query}
    page = list_documents(context.session, DocumentFilter(**query), actor=context.actor, **paging)
    return Page([view_of(document) for document in page.items], page.next_cursor)


@blueprint.post("/documents")
@signed_in
@blueprint.arguments(DocumentBody)
@blueprint.response(201, DocumentSchema)
def ask_for(context: RequestContext, body: dict[str, Any]) -> Any:
    """Ask for a document, which a worker makes; one that says exactly the same is answered again."""
    kind = body["kind"]
    if kind is not DocumentKind.LEDGER:
        return view_of(
            request_document(context.session, kind, body["subject_id"], actor=context.actor, now=context.now)
        )
    wanted = FindingFilter(**body.get("filters", {}))
    order = LedgerOrder(wanted, body.get("language") or language(), body.get("sheet_per_district", False))
    return view_of(ordered_ledger(context, order))


def ordered_ledger(context: RequestContext, order: LedgerOrder) -> Any:
    """The document of a ledger that was just asked for; that it was is on the security log."""
    document = request_ledger(context.session, order, actor=context.actor, now=context.now)
    entry = NewSecurityEntry(kind=SecurityKind.LEDGER_EXPORT, person_id=context.caller.id, subject_id=document.id)
    record_security(context.session, entry, now=context.now)
    return document


@blueprint.get("/documents/<id:document_id>")
@signed_in
@blueprint.response(200, DocumentSchema)
def show(context: RequestContext, document_id: str) -> Any:
    """One document, and how far it is made."""
    return view_of(seen_document(context.session, document_id, actor=context.actor))


@blueprint.get("/documents/<id:document_id>/file")
@signed_in
@blueprint.arguments(DocumentFileQuery, location="query")
@blueprint.doc(responses={200: described_file(*PAPERS), 409: "CONFLICT"})
def download(context: RequestContext, query: dict[str, Any], document_id: str) -> Response:
    """The file itself, as an attachment; 409 before it is ready."""
    return file_answer(context, document_id, query["format"])


def file_answer(context: RequestContext, document_id: str, form: str) -> Response:
    """A document's file in a format, as an attachment; that it was fetched is on the security log."""
    document = seen_document(context.session, document_id, actor=context.actor)
    file, size = file_of(document, resources().papers, form)
    note(
        context, SecurityKind.DOCUMENT_FETCH, subject_id=document.id, data={"kind": str(document.kind), "format": form}
    )
    name, media_type = clean_filename(f"{document.title}.{form}"), ACCEPTED[f".{form}"].media_type
    # «rectification-notice-2026-12.pdf»: the kind, and the figures of its number or else of its title
    figures = re.findall(r"[0-9]+", document.number or document.title) or [str(document.requested_at.date())]
    plain_name = f"{'-'.join([*document.kind.split('_'), *figures])[:LONGEST_PLAIN]}.{form}"
    return attachment(file, size=size, media_type=media_type, name=name, plain_name=plain_name)


@blueprint.post("/documents/<id:document_id>/scan")
@signed_in
@blueprint.arguments(ScanBody)
@blueprint.response(200, DocumentSchema)
def put_scan(context: RequestContext, body: dict[str, Any], document_id: str) -> Any:
    """Put the sealed scan of an issued document beside it."""
    return view_of(attach_scan(context.session, document_id, body["evidence_id"], actor=context.actor))


@blueprint.get("/documents/<id:document_id>/scan")
@signed_in
@blueprint.doc(responses={200: described_file(*SCANS)})
def download_scan(context: RequestContext, document_id: str) -> Response:
    """The sealed scan, as an attachment."""
    return scan_answer(context, document_id)


def scan_answer(context: RequestContext, document_id: str) -> Response:
    """The sealed scan of a document, as an attachment; that it was fetched is on the security log."""
    scan = scan_of(context.session, document_id, actor=context.actor)
    file = resources().store.open(scan.sha256)
    note(context, SecurityKind.DOCUMENT_FETCH, subject_id=document_id, data={"format": "scan"})
    form = PurePosixPath(scan.filename).suffix.lstrip(".").lower()
    plain_name = f"scan-{scan.id[:8]}.{form}"
    return attachment(file, size=scan.size, media_type=scan.media_type, name=scan.filename, plain_name=plain_name)


def view_of(document: Any) -> dict[str, Any]:
    """A document with its formats, and in words why it failed or what it could not show."""
    error = failure_sentence(document.error, language())
    remarks = [failure_sentence(remark, language()) for remark in document.remarks]
    return {"document": document, "formats": sorted(document.files), "error": error, "remarks": remarks}
