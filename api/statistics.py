"""Figures: of findings, and of what several universities have in common."""

from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import request_context
from api.http.responses import single_page
from api.schemas.readiness import CoveragePageSchema, ReadinessPageSchema, ReadinessQuery
from api.schemas.round_comparison import ComparisonQuery, ComparisonSchema
from api.schemas.shown import page_of
from api.schemas.statistics import CommonProblemSchema, PeriodQuery, PlaceQuery, StatisticsSchema
from service.readiness import coverage, readiness
from service.statistics import round_comparison, statistics
from service.store.paging import Page

blueprint = Blueprint("statistics", "统计 · how things stand, over what the caller sees")


@blueprint.get("/statistics")
@signed_in
@blueprint.arguments(PlaceQuery, location="query")
@blueprint.response(200, StatisticsSchema)
def figures(query: dict[str, Any]) -> Any:
    """The figures of the findings that the caller sees, of all rounds unless one is named."""
    context = request_context()
    return statistics.statistics(context.session, actor=context.actor, now=context.now, **query)


@blueprint.get("/statistics/common-problems")
@signed_in
@blueprint.arguments(PeriodQuery, location="query")
@blueprint.response(200, page_of(CommonProblemSchema))
def common_problems(query: dict[str, Any]) -> Page[Any]:
    """共性问题: the checklist items that fail at several universities, the most widespread first."""
    context = request_context()
    return single_page(statistics.common_problems(context.session, actor=context.actor, now=context.now, **query))


@blueprint.get("/statistics/rounds")
@signed_in
@blueprint.arguments(ComparisonQuery, location="query")
@blueprint.response(200, ComparisonSchema)
def rounds_compared(query: dict[str, Any]) -> Any:
    """A round compared with last year's: findings then and now by unit, category and item, and what came back."""
    context = request_context()
    return round_comparison.compare(context.session, actor=context.actor, **query)


@blueprint.get("/statistics/readiness")
@signed_in
@blueprint.arguments(ReadinessQuery, location="query")
@blueprint.response(200, ReadinessPageSchema)
def how_far_units_are(query: dict[str, Any]) -> Any:
    """How far every unit in sight is with its checklist, and the sums; with organization_id, that unit item by item."""
    context = request_context()
    table = readiness.standings(context.session, actor=context.actor, now=context.now, **query)
    items = [
        {
            **one.unit._asdict(),
            "counts": one.counts,
            "categories": one.categories,
            "items": one.items if "organization_id" in query else None,
        }
        for one in table.units
    ]
    sums = {name: getattr(table, name) for name in ("as_of", "round", "counts", "categories", "districts")}
    return {**sums, "items": items, "next_cursor": None}


@blueprint.get("/statistics/coverage")
@signed_in
@blueprint.arguments(PlaceQuery, location="query")
@blueprint.response(200, CoveragePageSchema)
def who_was_inspected(query: dict[str, Any]) -> Any:
    """Whom each team and district office has inspected of late, whom longer ago, and whom never (red)."""
    context = request_context()
    table = coverage.coverage_of_round(context.session, actor=context.actor, now=context.now, **query)
    names = ("as_of", "round", "every_days")
    return {**{name: getattr(table, name) for name in names}, "items": table.inspectors, "next_cursor": None}
