"""Figures of findings, and the problems that several universities share."""

from typing import Any

from api.http.access import signed_in
from api.http.blueprint import Blueprint
from api.http.context import RequestContext
from api.http.responses import single_page
from api.schemas.response_fields import page_of
from api.schemas.statistics import (
    CommonProblemSchema,
    ComparisonQuery,
    ComparisonSchema,
    PeriodQuery,
    PlaceQuery,
    StatisticsSchema,
)
from service.statistics.common_problems import common_problems as shared_problems
from service.statistics.round_comparison import compare
from service.statistics.statistics import statistics
from service.store.paging import Page

blueprint = Blueprint("statistics", "统计 · how things stand, over what the caller sees")


@blueprint.get("/statistics")
@signed_in
@blueprint.arguments(PlaceQuery, location="query")
@blueprint.response(200, StatisticsSchema)
def figures(context: RequestContext, query: dict[str, Any]) -> Any:
    """The figures of the findings that the caller sees, of all rounds unless one is named."""
    return statistics(context.session, actor=context.actor, now=context.now, **query)


@blueprint.get("/statistics/common-problems")
@signed_in
@blueprint.arguments(PeriodQuery, location="query")
@blueprint.response(200, page_of(CommonProblemSchema))
def common_problems(context: RequestContext, query: dict[str, Any]) -> Page[Any]:
    """共性问题: the checklist items that fail at several universities, the most widespread first."""
    return single_page(shared_problems(context.session, actor=context.actor, now=context.now, **query))


@blueprint.get("/statistics/rounds")
@signed_in
@blueprint.arguments(ComparisonQuery, location="query")
@blueprint.response(200, ComparisonSchema)
def rounds_compared(context: RequestContext, query: dict[str, Any]) -> Any:
    """A round compared with last year's: findings then and now by unit, category and item, and what came back."""
    return compare(context.session, actor=context.actor, now=context.now, **query)
