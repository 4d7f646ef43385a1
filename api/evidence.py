"""佐证材料: handed in, attached to findings, downloaded by those who see the finding."""

from typing import Any

from flask import Response

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, resources
from api.http.files import FILE, attachment
from api.http.responses import single_page
from api.schemas.evidence import EvidenceSchema, UploadBody
from api.schemas.response_fields import page_of
from service import evidence
from service.findings.read import evidence_of, seen_finding
from service.store.paging import Page

blueprint = Blueprint("evidence", "佐证材料 · what shows it")


@blueprint.post("/evidence")
@signed_in
@blueprint.arguments(UploadBody, location="files")
@blueprint.response(201, EvidenceSchema)
def hand_in(context: RequestContext, body: dict[str, Any]) -> Any:
    """Hand in a file (part `file`); only the uploader's organization can attach it to a finding."""
    file = body["file"]
    return evidence.upload(
        context.session,
        resources().store,
        actor=context.actor,
        now=context.now,
        stream=file.stream,
        filename=file.filename or "",
    )


@blueprint.get("/evidence/<id:evidence_id>")
@signed_in
@blueprint.doc(responses={200: FILE})
def download(context: RequestContext, evidence_id: str) -> Response:
    """The file itself, as an attachment."""
    piece = evidence.seen_evidence(context.session, evidence_id, actor=context.actor)
    file = resources().store.open(piece.sha256)
    return attachment(file, size=piece.size, media_type=piece.media_type, name=piece.filename)


@blueprint.get("/findings/<id:finding_id>/evidence")
@signed_in
@blueprint.response(200, page_of(EvidenceSchema))
def list_of_evidence(context: RequestContext, finding_id: str) -> Page[Any]:
    """The evidence put to a finding or to one of its acts, oldest first."""
    finding = seen_finding(context.session, finding_id, actor=context.actor)
    return single_page(evidence_of(context.session, [finding.id], actor=context.actor).get(finding.id, []))
