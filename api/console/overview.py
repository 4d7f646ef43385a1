"""The overview: how things stand by district and heading, week by week, and how far the units are before the exam."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import marshmallow as ma
from flask import request
from werkzeug.wrappers import Response

from api.console.charts import Stack, shade, share, stacked
from api.console.pages import Pages
from api.console.rendering import page, text
from api.http.access import only
from api.http.context import RequestContext
from api.schemas.statistics import PlaceQuery
from service.errors import InvalidInput, NotAllowed, NotFound
from service.findings.list import NO_CATEGORY
from service.people.directory import rounds
from service.readiness.coverage import CoverageTable, coverage_of_round
from service.readiness.readiness import ReadinessTable, readiness_of_round
from service.rounds.current import current_round
from service.scope import compares_units
from service.statistics.overview import Durations, Overview, UnitFigures, overview
from service.statistics.statistics import statistics
from service.wording.texts import ZONE
from workflows.vocabulary import CENTRE_ROLES, UNIT_ROLES, UPWARD_ROLES, Coverage, Light, Readiness, State

pages = Pages("overview")
OPEN = tuple(state for state in State if state is not State.VERIFIED)
CHART = {"width": 720.0, "height": 200.0}
HEADLINES: tuple[tuple[str, dict[str, Any]], ...] = (  # a figure of the total, and its list
    ("open", {"state": OPEN}),
    ("overdue", {"state": (State.OVERDUE,)}),
    ("escalated", {"state": (State.ESCALATED,)}),
    ("ever_overdue", {"ever_overdue": "true"}),
    ("put_right", {"state": (State.VERIFIED,)}),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, the list that it counts, and of a heat map how dark it is."""

    value: int
    at: str
    shade: int = 0


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """One district: its open findings by heading and by light, and how long things take there."""

    name: str
    total: Figure
    cells: Sequence[Figure]
    lights: Sequence[tuple[Light, Figure]]
    durations: Durations | None
    median_at: float  # as parts of a hundred of the longest, as the next
    p90_at: float


@dataclass(frozen=True, slots=True)
class Lists:
    """The addresses of lists of findings, within what the page itself is filtered by."""

    within: Mapping[str, str]

    def of(self, **wanted: Any) -> str:
        """The list with these filters."""
        pairs = [
            (name, str(one))
            for name, value in {**self.within, **wanted}.items()
            for one in (value if isinstance(value, tuple) else (value,))
        ]
        return f"/findings?{urlencode(pairs)}"


@pages.get("/overview")
@only(*CENTRE_ROLES, *UNIT_ROLES, *UPWARD_ROLES)
def index(context: RequestContext) -> Response:
    """How things stand, over what the caller sees: every figure leads to the list that it counts."""
    asked = {name: request.args[name] for name in ("round_id", "district_id") if request.args.get(name)}
    place = _place(asked)
    chosen = _round_meant(context, place.get("round_id"))
    if chosen is not None:
        place["round_id"] = chosen.id
    found = overview(context.session, actor=context.actor, now=context.now, **place)
    lists = Lists({name: value for name, value in place.items() if value})
    everywhere = found.statistics
    if "district_id" in place:  # the choices are of the whole, whatever is chosen
        everywhere = statistics(context.session, actor=context.actor, now=context.now, round_id=place.get("round_id"))
    return page(
        "overview/index.html",
        title=text("overview.title"),
        chosen=chosen,
        days_left=days_left(context, chosen),
        projector=request.args.get("projector") == "1",
        projector_at=f"/overview?{urlencode({**asked, 'projector': 1})}",
        plain_at=f"/overview?{urlencode(asked)}" if asked else "/overview",
        rounds=[(one.id, one.number, one.title) for one in rounds(context.session).items],
        districts=[(one.district.id, one.district.name) for one in everywhere.districts],
        within=place,
        total=found.statistics.total,
        headlines=[(name, Figure(getattr(found.statistics.total, name), lists.of(**of))) for name, of in HEADLINES],
        headings=[one.category for one in found.statistics.categories],
        rows=_rows(found, lists),
        in_all=found.durations.get(None),
        weeks=found.weeks,
        week_ends=[f"{week.at.astimezone(ZONE):%m/%d}" for week in found.weeks],
        states=OPEN,
        chart=_chart(found),
        units=[(unit, *_unit_figures(unit, lists)) for unit in found.units],
        readiness=_readiness(context, place),
        coverage=_coverage(context, place),
        compares_units=compares_units(context.actor),
        statuses=tuple(Readiness),
        covered=tuple(Coverage),
    )


def _place(asked: Mapping[str, str]) -> dict[str, Any]:
    try:
        found: dict[str, Any] = PlaceQuery().load(asked)
    except ma.ValidationError as error:
        raise NotFound("not_found") from error
    return found


def _round_meant(context: RequestContext, round_id: str | None) -> Any:
    """The round that was chosen or is the only one in force; none: all of them together."""
    try:
        return current_round(context.session, round_id, actor=context.actor, now=context.now)
    except InvalidInput as error:
        if round_id:
            raise NotFound("not_found") from error
        return None
    except NotFound:
        return None


def days_left(context: RequestContext, chosen: Any) -> int | None:
    """Days until the first exam day; none while it is not set, or once it is over."""
    if chosen is None or chosen.exam_on is None:
        return None
    left: int = (chosen.exam_on - context.now.astimezone(ZONE).date()).days
    return left if left >= 0 else None


def _rows(found: Overview, lists: Lists) -> list[DistrictRow]:
    most = max(found.heat.values(), default=0)
    longest = max((one.p90 for one in found.durations.values()), default=0.0)
    rows = []
    for one in found.statistics.districts:
        id_, took = one.district.id, found.durations.get(one.district.id)
        cells = []
        for heading in found.statistics.categories:
            value = found.heat.get((id_, heading.category), 0)
            at = lists.of(district_id=id_, category=heading.category or NO_CATEGORY, state=OPEN)
            cells.append(Figure(value, at, shade(value, most)))
        lights = [
            (light, Figure(found.lights.get((id_, light), 0), lists.of(district_id=id_, light=light, state=OPEN)))
            for light in (Light.RED, Light.AMBER, Light.GREEN)
        ]
        rows.append(
            DistrictRow(
                name=one.district.name,
                total=Figure(one.open, lists.of(district_id=id_, state=OPEN)),
                cells=cells,
                lights=lights,
                durations=took,
                median_at=share(took.median, longest) if took else 0.0,
                p90_at=share(took.p90, longest) if took else 0.0,
            )
        )
    return rows


def _chart(found: Overview) -> Stack:
    return stacked([[week.states[state] for state in OPEN] for week in found.weeks], **CHART)


def _unit_figures(unit: UnitFigures, lists: Lists) -> tuple[Figure, Figure, Figure]:
    """Red now, ever overdue, and all of a unit's findings."""
    id_ = unit.organization.id
    return (
        Figure(unit.red, lists.of(organization_id=id_, light=Light.RED)),
        Figure(unit.ever_overdue, lists.of(organization_id=id_, ever_overdue="true")),
        Figure(unit.findings, lists.of(organization_id=id_)),
    )


def _readiness(context: RequestContext, place: Mapping[str, Any]) -> ReadinessTable | None:
    """How far the units are; none where it is not the caller's to see, or no round is meant."""
    try:
        return readiness_of_round(context.session, actor=context.actor, now=context.now, **place)
    except (NotAllowed, NotFound, InvalidInput):
        return None


def _coverage(context: RequestContext, place: Mapping[str, Any]) -> CoverageTable | None:
    """Whom the teams have inspected; none as above."""
    try:
        return coverage_of_round(context.session, actor=context.actor, now=context.now, **place)
    except (NotAllowed, NotFound, InvalidInput):
        return None
