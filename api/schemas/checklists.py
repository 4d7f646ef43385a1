"""Checklists, and what stands in their rows."""

from api.schemas.paging import PagingQuery
from api.schemas.request_fields import Id
from api.schemas.response_fields import NumberedSchema, ResponseSchema, count, id_, on, part, several, text, word
from workflows.completion import CompletionKind, MonthPart
from workflows.vocabulary import OrganizationKind


class ChecklistQuery(PagingQuery):
    """Which checklists are listed."""

    round_id = Id()


class ChecklistSchema(ResponseSchema):
    """督查表, without its rows."""

    id = id_()
    round = part(NumberedSchema)
    annex = count()
    audience = word(OrganizationKind)
    title = text()


class RequirementSchema(ResponseSchema):
    """What must be true, in Chinese and, where it was translated, in English."""

    zh = text()
    en = text(maybe=True)


class CompletionRuleSchema(ResponseSchema):
    """完成时间 as a rule; what its kind does not speak of is null.

    A part of a month has `month` and `part`, a day `month` and `day`, both `year` where the notice names it; `amount`
    counts days, working days or months before the exam. Open-ended items are checked weekly.
    """

    kind = word(CompletionKind)
    month = count(maybe=True)
    part = word(MonthPart, maybe=True)
    day = count(maybe=True)
    year = count(maybe=True)
    amount = count(maybe=True)
    text = text()


class ChecklistRowSchema(ResponseSchema):
    """督查内容: one row of the notice's table."""

    rest_from = "item"

    id = id_()
    number = text()
    category = text()
    requirement = part(RequirementSchema)
    completion_rule = part(CompletionRuleSchema)
    due_on = on(maybe=True)
    lead_units = several(text())
    supporting_units = several(text())


class FullChecklistSchema(ChecklistSchema):
    """督查表 with all its rows, in the notice's order."""

    rest_from = "checklist"

    items = several(part(ChecklistRowSchema))
