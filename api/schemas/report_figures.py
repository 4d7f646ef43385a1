"""What a weekly report counts."""

from typing import Any

from marshmallow import fields

from api.schemas.checklists import RequirementSchema
from api.schemas.findings import ChecklistItemSchema
from api.schemas.response_fields import ResponseSchema, at, count, id_, named, part, several, text, word
from api.schemas.statistics import FailingAtSchema
from workflows.vocabulary import CampaignCode, InspectionKind, Origin


class FlowsSchema(ResponseSchema):
    """How often each thing happened."""

    found = count()
    proposed = count(metadata={"description": "of those found: by the clock, from what was never confirmed"})
    notified = count()
    put_right = count()
    overdue = count()
    escalated = count()
    voided = count()
    reopened = count()


class CountsSchema(FlowsSchema):
    """What happened in the period; carried_over + new - put_right - voided = open."""

    new = count(metadata={"description": "found or reopened"})
    carried_over = count(metadata={"description": "open when the period began"})
    open = count(metadata={"description": "open when the period ended"})
    to_date = part(FlowsSchema)


class CategoryCountsSchema(CountsSchema):
    """What happened in the period under one heading of the checklists."""

    category = text()


class SheetCountsSchema(ResponseSchema):
    """How sheets came out that were closed in the period."""

    about = text(metadata={"enum": ["own", "universities"]})
    kind = word(InspectionKind)
    origin = word(Origin)
    sheets = count()
    units = count()
    items = count()
    in_place = count()
    not_in_place = count()
    not_applicable = count()
    not_seen = count()


class CampaignResultSchema(ResponseSchema):
    """One result in figures."""

    name = text()
    unit = text(maybe=True)
    value = fields.Float(required=True)


class CampaignCountsSchema(ResponseSchema):
    """One special campaign: actions recorded in the period, and their results added up."""

    campaign = word(CampaignCode)
    actions = count()
    results = several(part(CampaignResultSchema))


class CommonProblemCountsSchema(ResponseSchema):
    """An item that failed at several universities since the round began."""

    checklist_item = part(ChecklistItemSchema)
    requirement = part(RequirementSchema)
    findings = count()
    open = count()
    put_right = count()
    universities = several(part(FailingAtSchema))


class RaisedSchema(ResponseSchema):
    """A difficulty that a university raised in its report."""

    organization = named()
    report_id = id_()
    text = text()
    category = fields.String(required=True, allow_none=True)


class ReportFiguresSchema(ResponseSchema):
    """What was counted, after `since` up to `until`; a district's report holds more."""

    since = at(maybe=True)
    until = at()
    total = part(CountsSchema)
    major = part(CountsSchema)
    own = fields.Nested(CountsSchema)
    universities = fields.Nested(CountsSchema)
    categories = several(part(CategoryCountsSchema))
    sheets = several(part(SheetCountsSchema))
    campaigns = fields.List(part(CampaignCountsSchema))
    common_problems = fields.List(part(CommonProblemCountsSchema))
    difficulties = fields.List(part(RaisedSchema))

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:  # noqa: ARG002 - marshmallow's signature
        """The figures as they are frozen."""
        return obj.as_json()
