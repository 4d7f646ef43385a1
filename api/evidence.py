"""佐证材料: handed in, attached to findings, downloaded by whoever sees the finding."""

from typing import Any

from flask import Response, send_file

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.door import door, work
from api.http.responses import single_page
from api.schemas.evidence import EvidenceSchema, UploadBody
from api.schemas.shown import page_of
from service import evidence
from service.findings.read import evidence_of, seen_finding
from service.store.paging import Page

blueprint = Blueprint("evidence", "佐证材料 · what shows it")
FILE = {"description": "The file", "content": {"*/*": {"schema": {}}}}
ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"


@blueprint.post("/evidence")
@signed_in
@blueprint.arguments(UploadBody, location="files")
@blueprint.response(201, EvidenceSchema)
def hand_in(body: dict[str, Any]) -> Any:
    """Hand in a file (part `file`); only the uploader's organization can attach it to a finding."""
    at_work, file = work(), body["file"]
    return evidence.upload(
        at_work.session,
        door().store,
        actor=at_work.actor,
        now=at_work.now,
        stream=file.stream,
        filename=file.filename or "",
    )


@blueprint.get("/evidence/<id:evidence_id>")
@signed_in
@blueprint.doc(responses={200: FILE})
def download(evidence_id: str) -> Response:
    """The file itself, as an attachment."""
    known = evidence.seen_evidence(work().session, evidence_id, actor=work().actor)
    answer = send_file(
        door().store.open(known.sha256),
        mimetype=known.media_type,
        as_attachment=True,
        download_name=known.filename,
        conditional=False,
        etag=False,
    )
    answer.content_length = known.size
    answer.headers["Content-Security-Policy"] = ALONE
    return answer


@blueprint.get("/findings/<id:finding_id>/evidence")
@signed_in
@blueprint.response(200, page_of(EvidenceSchema))
def list_of_evidence(finding_id: str) -> Page[Any]:
    """The evidence put to a finding or to one of its acts, oldest first."""
    finding = seen_finding(work().session, finding_id, actor=work().actor)
    return single_page(evidence_of(work().session, [finding.id], actor=work().actor).get(finding.id, []))
