"""A round compared with the one before."""

from typing import Any

from api import statistics
from api.http.access import signed_in
from api.http.context import RequestContext
from api.schemas.round_comparison import ComparisonQuery, ComparisonSchema
from service.statistics.round_comparison import compare

blueprint = statistics.blueprint


@blueprint.get("/statistics/rounds")
@signed_in
@blueprint.arguments(ComparisonQuery, location="query")
@blueprint.response(200, ComparisonSchema)
def rounds_compared(context: RequestContext, query: dict[str, Any]) -> Any:
    """A round compared with last year's: findings then and now by unit, category and item, and what came back."""
    return compare(context.session, actor=context.actor, **query)
