"""延期: asked for, decided."""

from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.http.moves import move
from api.http.responses import finding_with_etag, single_page
from api.schemas.extensions import DecisionBody, ExtensionBody, ExtensionSchema
from api.schemas.findings import FindingSchema
from api.schemas.response_fields import page_of
from service.findings import extensions
from service.findings.read import extensions_of, seen_finding
from service.store.paging import Page

blueprint = Blueprint("extensions", "延期 · more time, asked for and decided")


@blueprint.get("/findings/<id:finding_id>/extensions")
@signed_in
@blueprint.response(200, page_of(ExtensionSchema))
def list_of_extensions(context: RequestContext, finding_id: str) -> Page[Any]:
    """The extensions asked for on a finding, oldest first."""
    finding = seen_finding(context.session, finding_id, actor=context.actor)
    return single_page(extensions_of(context.session, finding, actor=context.actor))


@move(blueprint, "extensions", ExtensionBody, created=ExtensionSchema)
def ask(context: RequestContext, finding_id: str, **body: Any) -> Any:
    """Ask for a later deadline; the clock runs on meanwhile."""
    return extensions.ask(context.session, finding_id, actor=context.actor, now=context.now, **body)


@blueprint.post("/extensions/<id:extension_id>/decision")
@signed_in
@blueprint.arguments(DecisionBody)
@blueprint.response(200, FindingSchema)
def decide(context: RequestContext, body: dict[str, Any], extension_id: str) -> Any:
    """Grant the deadline asked for, or another, or deny it; answers with the finding."""
    finding = extensions.decide(context.session, extension_id, actor=context.actor, now=context.now, **body)
    return finding_with_etag(context, finding)
