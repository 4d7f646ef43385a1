"""Findings: the list, logging, reading, correcting, settling on the spot."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext, language
from api.http.moves import move
from api.http.responses import finding_with_etag, required_version
from api.schemas.findings import FindingBody, FindingQuery, FindingSchema, FindingTexts, SettlementBody
from api.schemas.reckoning import FindingInFullSchema
from api.schemas.response_fields import page_of
from service.findings.corrections import edit
from service.findings.list import FindingFilter, list_findings
from service.findings.log import NewFinding, Settlement
from service.findings.log import settle as settle_finding
from service.findings.read import seen_finding
from service.findings.view import FindingView, outlook_of, view_findings
from service.inspections.findings import log_on_inspection
from service.store.paging import Page
from service.wording.reckoning import next_in_words, step_in_words

blueprint = Blueprint("findings", "问题 · what was found, and how it stands")
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag of what was corrected: without it 428, with an older one 412.",
    "schema": {"type": "string"},
}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of what the caller has: 304 when nothing has changed.",
    "schema": {"type": "string"},
}


@blueprint.get("/findings")
@signed_in
@blueprint.arguments(FindingQuery, location="query")
@blueprint.response(200, page_of(FindingSchema))
def list_of_findings(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """The findings that the caller sees, the newest first; withdrawn ones only when asked for."""
    return page_of_findings(context, query)


def page_of_findings(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """A page of findings as the caller sees them, for a query that `FindingQuery` has read."""
    paging = {name: query.pop(name) for name in ("sort", "cursor", "limit") if name in query}
    page = list_findings(context.session, FindingFilter(**query), actor=context.actor, now=context.now, **paging)
    return Page(view_findings(context.session, page.items, actor=context.actor, now=context.now), page.next_cursor)


@blueprint.post("/findings")
@signed_in
@blueprint.arguments(FindingBody)
@blueprint.response(201, FindingSchema)
def log(context: RequestContext, body: dict[str, Any]) -> Any:
    """Log a finding; a repeat with the same client_id answers with the first one."""
    return finding_with_etag(context, log_body(context, body))


def log_body(context: RequestContext, body: dict[str, Any]) -> Any:
    """The finding that a body says, as `FindingBody` has read it."""
    settled = body.pop("settled", None)
    new = NewFinding(**body, settled=Settlement(**settled) if settled else None)
    return log_on_inspection(context.session, new, actor=context.actor, now=context.now)


@blueprint.get("/findings/<id:finding_id>")
@signed_in
@blueprint.response(200, FindingInFullSchema)
@blueprint.doc(parameters=[IF_NONE_MATCH], responses={304: {"description": "Nothing has changed"}})
def show(context: RequestContext, finding_id: str) -> Any:
    """A finding, with what the caller may do with it now, how its deadline came about, and who above hears next."""
    finding = seen_finding(context.session, finding_id, actor=context.actor, whole=True)
    view, headers = finding_with_etag(context, finding)
    return {**shallow(view), **in_words(context, view)}, headers


def in_words(context: RequestContext, view: FindingView, events: Sequence[Any] | None = None) -> dict[str, Any]:
    """How the deadline of a finding came about, and who above hears next, with their sentences."""
    outlook = outlook_of(context.session, view, actor=context.actor, now=context.now, events=events)
    reads, ahead = language(), outlook.next_escalation
    return {
        "deadline_reckoning": [
            {**shallow(step), "text": step_in_words(step, reads, view.rules.calendar.zone)}
            for step in outlook.reckoning
        ],
        "next_escalation": ahead and {**shallow(ahead), "text": next_in_words(ahead, reads, view.rules.calendar.zone)},
    }


def shallow(of: Any) -> dict[str, Any]:
    """The fields of a dataclass by name, as they are."""
    return {field.name: getattr(of, field.name) for field in fields(of)}


@blueprint.patch("/findings/<id:finding_id>")
@signed_in
@blueprint.arguments(FindingTexts)
@blueprint.response(200, FindingSchema)
@blueprint.doc(parameters=[IF_MATCH], responses={412: "PRECONDITION_FAILED", 428: "PRECONDITION_REQUIRED"})
def correct(context: RequestContext, body: dict[str, Any], finding_id: str) -> Any:
    """Correct the text; the clock is not touched, and what stood before is kept."""
    finding = edit(context.session, finding_id, body, version=required_version(), actor=context.actor, now=context.now)
    return finding_with_etag(context, finding)


@move(blueprint, "settlement", SettlementBody)
def settle(context: RequestContext, finding_id: str, **body: Any) -> Any:
    """立行立改: put right on the spot, and seen by the overseer."""
    settlement = Settlement(**body)
    return settle_finding(context.session, finding_id, settlement, actor=context.actor, now=context.now)
