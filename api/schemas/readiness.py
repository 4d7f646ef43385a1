"""How far units are with their checklists, and who has inspected them."""

from api.schemas.checklists import RequirementSchema
from api.schemas.findings import ChecklistItemSchema
from api.schemas.inspections import AnsweredSchema
from api.schemas.request_fields import Id
from api.schemas.response_fields import (
    NumberedSchema,
    PageSchema,
    ReferenceSchema,
    ResponseSchema,
    at,
    count,
    id_,
    named,
    on,
    part,
    several,
    text,
    word,
    yes_no,
)
from api.schemas.statistics import PlaceQuery
from workflows.vocabulary import Answer, Coverage, Light, OrganizationKind, Origin, Readiness, State


class ReadinessQuery(PlaceQuery):
    """Which round and district; or which unit, which is then shown item by item."""

    organization_id = Id()


class UnitSchema(ReferenceSchema):
    """A university or a district office."""

    kind = word(OrganizationKind)


class ReadinessCountsSchema(AnsweredSchema):
    """How many items stand how."""

    late = count()


class CategoryReadinessSchema(ResponseSchema):
    """The counts under one of the notice's headings, in the list for universities or in that for district offices."""

    audience = word(OrganizationKind)
    category = text()
    counts = part(ReadinessCountsSchema)


class DistrictReadinessSchema(ResponseSchema):
    """The counts of a district: of its office and its universities."""

    district = named()
    counts = part(ReadinessCountsSchema)


class FindingOfItemSchema(NumberedSchema):
    """A finding on an item."""

    state = word(State)
    proposed = yes_no()


class ItemReadinessSchema(ResponseSchema):
    """How it stands with one item: the newest answer that says something, and the findings."""

    checklist_item = part(ChecklistItemSchema, attribute="due.item")
    requirement = part(RequirementSchema, attribute="due.item.requirement")
    status = word(Readiness)
    due_on = on(maybe=True, attribute="due.due_on")
    weekly = yes_no(attribute="due.weekly")
    answer = word(Answer, maybe=True, attribute="facts.answer")
    answered_at = at(maybe=True, attribute="facts.answered_at")
    inspection_id = id_(maybe=True)
    put_right_at = at(maybe=True, attribute="facts.put_right_at")
    findings = several(part(FindingOfItemSchema))


class UnitReadinessSchema(ResponseSchema):
    """How far a unit is; `items` are null unless that unit alone is asked for."""

    rest_from = "readiness"

    organization = part(UnitSchema, attribute="unit.organization")
    district = named(attribute="unit.district")
    counts = part(ReadinessCountsSchema)
    categories = several(part(CategoryReadinessSchema))
    items = several(part(ItemReadinessSchema), maybe=True)


class ReadinessPageSchema(PageSchema):
    """How far all units in sight are, and the sums."""

    rest_from = "table"

    as_of = at()
    round = part(NumberedSchema)
    counts = part(ReadinessCountsSchema)
    categories = several(part(CategoryReadinessSchema))
    districts = several(part(DistrictReadinessSchema))
    items = several(part(UnitReadinessSchema))


class UnitCoverageSchema(ResponseSchema):
    """How it stands with the inspection of a unit."""

    organization = part(UnitSchema, attribute="unit.organization")
    district = named(attribute="unit.district")
    status = word(Coverage)
    light = word(Light)
    last_inspected_on = on(maybe=True)
    inspections = count()


class CoverageCountsSchema(ResponseSchema):
    """How many units stand how."""

    inspected = count()
    not_inspected = count()
    never = count()


class InspectorsSchema(ResponseSchema):
    """Whom a team (`origin` centre), or a district office (`origin` district), has inspected."""

    origin = word(Origin)
    by = named()
    counts = part(CoverageCountsSchema)
    units = several(part(UnitCoverageSchema))


class CoveragePageSchema(PageSchema):
    """Whom all of them have inspected within so many days, whom longer ago, and whom never."""

    rest_from = "table"

    as_of = on()
    round = part(NumberedSchema)
    every_days = count()
    items = several(part(InspectorsSchema))
