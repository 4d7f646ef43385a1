"""How far units are with their checklists, and who has inspected them."""

from typing import Any

from api.schemas.checklists import RequirementSchema
from api.schemas.findings import ChecklistItemSchema
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
from service.readiness.coverage import UnitCoverage
from service.readiness.readiness import ItemReadiness
from workflows.vocabulary import Answer, Coverage, Light, OrganizationKind, Origin, Readiness, State


class ReadinessQuery(PlaceQuery):
    """Which round and district; or which unit, which is then shown item by item."""

    organization_id = Id()


class UnitSchema(ReferenceSchema):
    """A university or a district office."""

    kind = word(OrganizationKind)


class ReadinessCountsSchema(ResponseSchema):
    """How many items stand how."""

    in_place = count()
    not_in_place = count()
    not_applicable = count()
    not_seen = count()
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

    checklist_item = part(ChecklistItemSchema)
    requirement = part(RequirementSchema)
    status = word(Readiness)
    due_on = on(maybe=True)
    weekly = yes_no()
    answer = word(Answer, maybe=True)
    answered_at = at(maybe=True)
    inspection_id = id_(maybe=True)
    put_right_at = at(maybe=True)
    findings = several(part(FindingOfItemSchema))

    def get(self, obj: ItemReadiness, name: str) -> Any:
        """The item and its term come from the list of due items, the answer from the facts."""
        match name:
            case "checklist_item":
                return obj.due.item
            case "requirement":
                return obj.due.item.requirement
            case "due_on" | "weekly":
                return getattr(obj.due, name)
            case "answer" | "answered_at" | "put_right_at":
                return getattr(obj.facts, name)
            case _:
                return super().get(obj, name)


class UnitReadinessSchema(ResponseSchema):
    """How far a unit is; `items` are null unless that unit alone is asked for."""

    organization = part(UnitSchema)
    district = named()
    counts = part(ReadinessCountsSchema)
    categories = several(part(CategoryReadinessSchema))
    items = several(part(ItemReadinessSchema), maybe=True)


class ReadinessPageSchema(PageSchema):
    """How far all units in sight are, and the sums."""

    as_of = at()
    round = part(NumberedSchema)
    counts = part(ReadinessCountsSchema)
    categories = several(part(CategoryReadinessSchema))
    districts = several(part(DistrictReadinessSchema))
    items = several(part(UnitReadinessSchema))


class UnitCoverageSchema(ResponseSchema):
    """How it stands with the inspection of a unit."""

    organization = part(UnitSchema)
    district = named()
    status = word(Coverage)
    light = word(Light)
    last_inspected_on = on(maybe=True)
    inspections = count()

    def get(self, obj: UnitCoverage, name: str) -> Any:
        """The unit and its visits, flat."""
        match name:
            case "organization" | "district":
                return getattr(obj.unit, name)
            case "last_inspected_on":
                return obj.visits.last_on
            case "inspections":
                return obj.visits.times
            case _:
                return super().get(obj, name)


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

    as_of = on()
    round = part(NumberedSchema)
    every_days = count()
    items = several(part(InspectorsSchema))
