"""追责: who inspected, urged and decided, what came late, and what was overlooked; for the centre alone."""

from typing import Any

from api.http.access import only, signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.schemas.accountability import (
    AccountabilityQuery,
    FindingAccountabilitySchema,
    MissedPageSchema,
    MissedQuery,
    UnitAccountabilitySchema,
)
from service.accountability import accountability
from service.accountability.missed import missed_findings
from workflows.vocabulary import CENTRE_ROLES

blueprint = Blueprint("accountability", "追责 · who inspected, urged and decided, and what came late")


@blueprint.get("/findings/<id:finding_id>/accountability")
@signed_in
@blueprint.response(200, FindingAccountabilitySchema)
def of_finding(context: RequestContext, finding_id: str) -> Any:
    """Who did what about a finding and who did not: inspections, clocks of the authority, and one timeline."""
    return accountability.of_finding(context.session, finding_id, actor=context.actor, now=context.now)


@blueprint.get("/statistics/accountability")
@only(*CENTRE_ROLES)
@blueprint.arguments(AccountabilityQuery, location="query")
@blueprint.response(200, UnitAccountabilitySchema)
def of_unit(context: RequestContext, query: dict[str, Any]) -> Any:
    """Who did what about a unit in one round: the clocks that were late or are running, its timeline, oldest first."""
    found = accountability.of_unit(context.session, actor=context.actor, now=context.now, **query)
    return {"unit": found, "items": found.timeline.items, "next_cursor": found.timeline.next_cursor}


@blueprint.get("/statistics/missed")
@only(*CENTRE_ROLES)
@blueprint.arguments(MissedQuery, location="query")
@blueprint.response(200, MissedPageSchema)
def missed(context: RequestContext, query: dict[str, Any]) -> Any:
    """Inspected, not found, later found by others: the findings, and how often this happened to each side."""
    found = missed_findings(context.session, actor=context.actor, now=context.now, **query)
    return {"ranking": found.ranking, "items": found.page.items, "next_cursor": found.page.next_cursor}
