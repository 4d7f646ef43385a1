"""佐证材料: handed in, attached to findings, downloaded by those who see the finding."""

from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from flask import Response, request

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, resources
from api.http.files import attachment, described_file
from api.http.responses import single_page
from api.http.transaction import prepared_by
from api.schemas.evidence import EvidenceSchema, UploadBody
from api.schemas.response_fields import page_of
from service.evidence.evidence import seen_evidence
from service.evidence.uploads import KeptFile, keep_file, may_hand_in
from service.evidence.uploads import hand_in as hand_in_kept
from service.files.media_types import MEDIA_TYPES
from service.findings.read import evidence_of, seen_finding
from service.store.paging import Page

blueprint = Blueprint("evidence", "佐证材料 · what shows it")


def _stored_file(context: RequestContext) -> KeptFile | None:
    """The file that came, in the store; None when none came."""
    file, store, quota = request.files.get("file"), resources().store, resources().settings.evidence
    if file is None or request.form:  # the route says what is wrong
        return None
    may_hand_in(context.session, actor=context.actor, now=context.now, quota=quota)
    context.session.rollback()  # the caller is known, and a server ends transactions that idle for so long
    return keep_file(store, cast(BinaryIO, file.stream), file.filename or "")


@blueprint.post("/evidence")
@signed_in
@prepared_by(_stored_file)
@blueprint.arguments(UploadBody, location="files")
@blueprint.response(201, EvidenceSchema)
def hand_in(context: RequestContext, body: dict[str, Any]) -> Any:  # noqa: ARG001 - kept before
    """Hand in a file (part `file`); only the uploader's organization can attach it to a finding.

    What is put to nothing within a week is removed.
    """
    quota = resources().settings.evidence
    return hand_in_kept(context.session, context.prepared, actor=context.actor, now=context.now, quota=quota)


@blueprint.get("/evidence/<id:evidence_id>")
@signed_in
@blueprint.doc(responses={200: described_file(*MEDIA_TYPES)})
def download(context: RequestContext, evidence_id: str) -> Response:
    """The file itself, as an attachment."""
    return download_of(seen_evidence(context.session, evidence_id, actor=context.actor))


def download_of(piece: Any) -> Response:
    """The file of a piece of evidence that the caller may see."""
    file = resources().store.open(piece.sha256)
    plain_name = f"evidence-{piece.id[:8]}{PurePosixPath(piece.filename).suffix.lower()}"
    return attachment(file, size=piece.size, media_type=piece.media_type, name=piece.filename, plain_name=plain_name)


@blueprint.get("/findings/<id:finding_id>/evidence")
@signed_in
@blueprint.response(200, page_of(EvidenceSchema))
def list_of_evidence(context: RequestContext, finding_id: str) -> Page[Any]:
    """The evidence put to a finding or to one of its acts, oldest first."""
    finding = seen_finding(context.session, finding_id, actor=context.actor)
    return single_page(evidence_of(context.session, [finding.id], actor=context.actor).get(finding.id, []))
