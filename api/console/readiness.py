"""Pages of readiness: how far every unit is with its checklist before the exam, and what each still lacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import marshmallow as ma
from flask import request
from werkzeug.wrappers import Response

from api.console.overview import days_left
from api.console.pages import Pages
from api.console.rendering import page, text
from api.http.access import only
from api.http.context import RequestContext, language
from api.schemas.statistics import PlaceQuery
from service.errors import InvalidInput, NotFound
from service.people.directory import rounds
from service.readiness.readiness import Counts, ItemReadiness, ReadinessTable, UnitReadiness, readiness_of_round
from workflows.vocabulary import CENTRE_ROLES, UNIT_ROLES, Readiness

pages = Pages("readiness")
LACKING = (Readiness.LATE, Readiness.NOT_IN_PLACE, Readiness.NOT_SEEN)
SETTLED = (Readiness.IN_PLACE, Readiness.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit in the table."""

    unit: Any
    counts: Counts
    settled: int
    items: int


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item at one unit."""

    readiness: ItemReadiness
    asked: str
    sign: str  # how its state is marked


@pages.get("/readiness")
@only(*CENTRE_ROLES, *UNIT_ROLES)
def index(context: RequestContext) -> Response:
    """Every unit in sight, those that lack most first; where there is one alone, its items."""
    table = _table(context, request.args.get("round_id") or None)
    if len(table.units) == 1:
        return _unit_page(context, table.units[0].unit.organization.id)
    return page(
        "readiness/index.html",
        title=text("page.readiness"),
        table=table,
        rounds=[(one.id, one.number, one.title) for one in rounds(context.session).items],
        days_left=days_left(context, table.round),
        units=sorted(
            map(_row, table.units), key=lambda row: (-sum(row.counts[one] for one in LACKING), row.unit.district.name)
        ),
        in_all=_settled(table.counts),
        items=sum(table.counts.values()),
        statuses=tuple(Readiness),
    )


@pages.get("/readiness/<id:organization_id>")
@only(*CENTRE_ROLES, *UNIT_ROLES)
def show(context: RequestContext, organization_id: str) -> Response:
    """One unit, heading by heading: what it lacks, or with `show=all` every item."""
    return _unit_page(context, organization_id)


def _unit_page(context: RequestContext, organization_id: str) -> Response:
    table = _table(context, request.args.get("round_id") or None, organization_id)
    (unit,) = table.units
    everything = request.args.get("show") == "all"
    at = f"/readiness/{organization_id}?round_id={table.round.id}"
    shown = [item for item in unit.items if everything or item.status in LACKING]
    return page(
        "readiness/show.html",
        title=unit.unit.organization.name,
        table=table,
        unit=_row(unit),
        days_left=days_left(context, table.round),
        headings=_by_heading(shown),
        tabs=[
            (at, text("readiness.lacking"), not everything, sum(unit.counts[one] for one in LACKING)),
            (f"{at}&show=all", text("readiness.everything"), everything, len(unit.items)),
        ],
    )


def _table(context: RequestContext, round_id: str | None, organization_id: str | None = None) -> ReadinessTable:
    """The round that is asked for or in force; of several that run side by side the newest."""
    try:
        PlaceQuery().load({"round_id": round_id} if round_id else {})
    except ma.ValidationError as error:
        raise NotFound("not_found") from error
    one_unit = {"organization_id": organization_id} if organization_id else {}
    session, actor, now = context.session, context.actor, context.now
    try:
        return readiness_of_round(session, actor=actor, now=now, round_id=round_id, **one_unit)
    except InvalidInput as error:
        if round_id:
            raise NotFound("not_found") from error
        newest = rounds(session).items[0].id
        return readiness_of_round(session, actor=actor, now=now, round_id=newest, **one_unit)


def _row(unit: UnitReadiness) -> UnitRow:
    return UnitRow(unit.unit, unit.counts, _settled(unit.counts), len(unit.items))


def _settled(counts: Counts) -> int:
    return sum(counts[one] for one in SETTLED)


def _by_heading(items: Sequence[ItemReadiness]) -> list[tuple[str, list[ItemLine]]]:
    """The items under each heading, in the notice's order."""
    return [
        (heading, [_line(item) for item in group])
        for heading, group in groupby(items, lambda one: one.due.item.category)
    ]


def _line(item: ItemReadiness) -> ItemLine:
    asked = item.due.item.requirement_en if language() == "en" else None
    signs = {Readiness.LATE: "red", Readiness.NOT_IN_PLACE: "amber", Readiness.IN_PLACE: "green"}
    return ItemLine(item, asked or item.due.item.requirement_zh, signs.get(item.status, "none"))
