"""Figures of findings, and the problems that several universities share."""

from typing import Any

from marshmallow import Schema

from api.schemas.checklists import RequirementSchema
from api.schemas.findings import ChecklistItemSchema
from api.schemas.request_fields import Id, Instant, RequestSchema
from api.schemas.response_fields import (
    Field,
    NumberedSchema,
    ReferenceSchema,
    ResponseSchema,
    at,
    count,
    id_,
    named,
    part,
    several,
    share,
    text,
    yes_no,
)
from service.statistics.statistics import BY


class PlaceQuery(RequestSchema):
    """Which round, and which of its districts."""

    round_id = Id()
    district_id = Id()


class PeriodQuery(PlaceQuery):
    """Which round and district, and when the findings were logged: after `since`, up to and with `until`."""

    since = Instant()
    until = Instant()


class FiguresSchema(ResponseSchema):
    """How some findings stand; withdrawn ones are not counted."""

    findings = count()
    open = count()
    proposed = count()
    overdue = count(metadata={"description": "at this moment, as `escalated`"})
    escalated = count()
    ever_overdue = count(metadata={"description": "at any time, whatever became of them; as `ever_escalated`"})
    ever_escalated = count()
    put_right = count()
    put_right_in_time = count()
    in_time_share = share()


class DistrictFiguresSchema(FiguresSchema):
    """How the findings of one district stand."""

    district = named()


class CategoryFiguresSchema(FiguresSchema):
    """How findings stand under one of the notice's headings; null: those that name no checklist item."""

    category = text(maybe=True)


def _counts(name: str) -> Field:
    """How many findings have each of some words."""
    words = {word: count() for word in BY[name]}
    schema: type[Schema] = type(f"{name.title().replace('_', '')}CountsSchema", (ResponseSchema,), words)
    return part(schema)


class StatisticsSchema(ResponseSchema):
    """The figures of the findings that the caller sees."""

    as_of = at()
    round = part(NumberedSchema, maybe=True)
    total = part(FiguresSchema)
    by_state = _counts("state")
    by_light = _counts("light")
    by_severity = _counts("severity")
    by_origin = _counts("origin")
    by_escalation_level = _counts("escalation_level")
    districts = several(part(DistrictFiguresSchema))
    categories = several(part(CategoryFiguresSchema))

    def get(self, obj: Any, name: str) -> Any:
        """Counts by word stand together."""
        return obj.by[name.removeprefix("by_")] if name.startswith("by_") else super().get(obj, name)


class FailingAtSchema(ReferenceSchema):
    """A university at which an item fails."""

    district_id = id_()
    findings = count()
    open = count()
    put_right = count()


class CommonProblemSchema(ResponseSchema):
    """共性问题: an item, and where it fails."""

    checklist_item = part(ChecklistItemSchema)
    requirement = part(RequirementSchema)
    findings = count()
    open = count()
    put_right = count()
    universities = several(part(FailingAtSchema))


class ComparisonQuery(RequestSchema):
    """Which rounds, by default the one in force and the one before it; and of which district or unit."""

    round_id = Id()
    with_round_id = Id()
    district_id = Id()
    organization_id = Id()


class TallySchema(ResponseSchema):
    """Findings of one round; `carried_over` are those that the other round left open."""

    findings = count()
    open = count()
    put_right = count()
    carried_over = count()


class ComparedItemSchema(ResponseSchema):
    """One checklist item at one unit; without `item_then` or `item_now` that round did not ask for it."""

    item_then = part(ChecklistItemSchema, maybe=True)
    item_now = part(ChecklistItemSchema, maybe=True)
    then = part(TallySchema)
    now = part(TallySchema)
    came_back = yes_no()


class ComparedGroupSchema(ResponseSchema):
    """Several items together; `came_back` counts those of each unit that failed in both rounds or were carried over."""

    rest_from = "group"

    then = part(TallySchema)
    now = part(TallySchema)
    came_back = count()


class ComparedCategorySchema(ComparedGroupSchema):
    """One of the notice's headings, over all units; none: findings without a checklist item."""

    category = text(maybe=True)


class ComparedCategoryOfUnitSchema(ComparedCategorySchema):
    """One of the notice's headings at one unit, item by item."""

    items = several(part(ComparedItemSchema))


class ComparedUnitSchema(ComparedGroupSchema):
    """One unit, by category."""

    organization = named()
    categories = several(part(ComparedCategoryOfUnitSchema))


class ComparisonSchema(ComparedGroupSchema):
    """Two rounds side by side, the units where most came back first."""

    round = part(NumberedSchema)
    with_round = part(NumberedSchema)
    categories = several(part(ComparedCategorySchema))
    units = several(part(ComparedUnitSchema))
