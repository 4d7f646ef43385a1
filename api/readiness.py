"""Readiness (落实情况) of units with their checklists, and coverage: who has inspected them."""

from typing import Any

from api import statistics
from api.http.access import signed_in
from api.http.context import RequestContext
from api.schemas.readiness import CoveragePageSchema, ReadinessPageSchema, ReadinessQuery
from api.schemas.statistics import PlaceQuery
from service.readiness.coverage import coverage_of_round
from service.readiness.readiness import readiness_of_round

blueprint = statistics.blueprint


@blueprint.get("/statistics/readiness")
@signed_in
@blueprint.arguments(ReadinessQuery, location="query")
@blueprint.response(200, ReadinessPageSchema)
def how_far_units_are(context: RequestContext, query: dict[str, Any]) -> Any:
    """How far every unit in sight is with its checklist, and the sums; with organization_id, that unit item by item."""
    table = readiness_of_round(context.session, actor=context.actor, now=context.now, **query)
    items = [{"readiness": one, "items": one.items if "organization_id" in query else None} for one in table.units]
    return {"table": table, "items": items, "next_cursor": None}


@blueprint.get("/statistics/coverage")
@signed_in
@blueprint.arguments(PlaceQuery, location="query")
@blueprint.response(200, CoveragePageSchema)
def who_was_inspected(context: RequestContext, query: dict[str, Any]) -> Any:
    """Whom each team and district office has inspected of late, whom longer ago, and whom never (red)."""
    table = coverage_of_round(context.session, actor=context.actor, now=context.now, **query)
    return {"table": table, "items": table.inspectors, "next_cursor": None}
