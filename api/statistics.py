"""Figures: of findings, and of what several universities have in common."""

from typing import Any

from api.http import responses as answers
from api.http.access import signed_in
from api.http.door import work
from api.http.subject import Subject
from api.schemas.readiness import CoveragePageSchema, ReadinessPageSchema, ReadinessQuery
from api.schemas.round_comparison import ComparisonQuery, ComparisonSchema
from api.schemas.shown import page_of
from api.schemas.statistics import CommonProblemSchema, PeriodQuery, PlaceQuery, StatisticsSchema
from service.readiness import coverage, readiness
from service.statistics import round_comparison, statistics
from service.store.paging import Page

subject = Subject("statistics", "统计 · how things stand, over what the caller sees")


@subject.get("/statistics")
@signed_in
@subject.takes(PlaceQuery, "query")
@subject.answers(StatisticsSchema)
def figures(query: dict[str, Any]) -> Any:
    """The figures of the findings that the caller sees, of all rounds unless one is named."""
    return statistics.statistics(work().session, actor=work().actor, now=work().now, **query)


@subject.get("/statistics/common-problems")
@signed_in
@subject.takes(PeriodQuery, "query")
@subject.answers(page_of(CommonProblemSchema))
def common_problems(query: dict[str, Any]) -> Page[Any]:
    """共性问题: the checklist items that fail at several universities, the most widespread first."""
    return answers.whole(statistics.common_problems(work().session, actor=work().actor, now=work().now, **query))


@subject.get("/statistics/rounds")
@signed_in
@subject.takes(ComparisonQuery, "query")
@subject.answers(ComparisonSchema)
def rounds_compared(query: dict[str, Any]) -> Any:
    """A round compared with last year's: findings then and now by unit, category and item, and what came back."""
    return round_comparison.compare(work().session, actor=work().actor, **query)


@subject.get("/statistics/readiness")
@signed_in
@subject.takes(ReadinessQuery, "query")
@subject.answers(ReadinessPageSchema)
def how_far_units_are(query: dict[str, Any]) -> Any:
    """How far every unit in sight is with its checklist, and the sums; with organization_id, that unit item by item."""
    table = readiness.standings(work().session, actor=work().actor, now=work().now, **query)
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


@subject.get("/statistics/coverage")
@signed_in
@subject.takes(PlaceQuery, "query")
@subject.answers(CoveragePageSchema)
def who_was_inspected(query: dict[str, Any]) -> Any:
    """Whom each team and district office has inspected of late, whom longer ago, and whom never (red)."""
    table = coverage.coverage_of_round(work().session, actor=work().actor, now=work().now, **query)
    names = ("as_of", "round", "every_days")
    return {**{name: getattr(table, name) for name in names}, "items": table.inspectors, "next_cursor": None}
