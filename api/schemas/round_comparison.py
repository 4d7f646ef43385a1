"""Two rounds side by side."""

from api.schemas.findings import ChecklistItemSchema
from api.schemas.request_fields import Id, RequestSchema
from api.schemas.response_fields import NumberedSchema, ResponseSchema, count, named, part, several, text, yes_no


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
