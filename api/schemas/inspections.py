"""督查表 and 自查表: sheets over a checklist, their answers and their end."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from api.schemas.findings import ChecklistItemSchema
from api.schemas.paging import PagingQuery
from api.schemas.rectification_notices import LONGEST_TERM
from api.schemas.request_fields import (
    AnyOf,
    CorrectionBody,
    Day,
    Id,
    Instant,
    Part,
    RequestSchema,
    Several,
    Text,
    WholeNumber,
    Word,
    YesNo,
)
from api.schemas.response_fields import (
    NumberedSchema,
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
from workflows.vocabulary import InspectionKind, Light, Method, Origin, Severity, State


class ChecklistOfSheetSchema(ResponseSchema):
    """督查表: annex 1 or 2."""

    id = id_()
    annex = count()
    title = text()


class AnsweredSchema(ResponseSchema):
    """Items by answer."""

    in_place = count()
    not_in_place = count()
    not_applicable = count()
    not_seen = count()


class SheetFindingSchema(ResponseSchema):
    """A finding that the sheet has opened."""

    id = id_()
    number = text()
    state = word(State)
    severity = word(Severity)
    summary = text()
    requirement = text(maybe=True)
    voided_at = at(maybe=True)
    checklist_item = part(ChecklistItemSchema, maybe=True)


class InspectionSchema(ResponseSchema):
    """督查表 or 自查表, as the caller sees it; `light` tells of its feedback."""

    rest_from = "inspection"

    id = id_()
    number = text()
    kind = word(InspectionKind)
    origin = word(Origin)
    light = word(Light)
    round = part(NumberedSchema)
    checklist = part(ChecklistOfSheetSchema)
    organization = named()
    district = named()
    by_organization = named()
    inspected_on = on()
    methods = several(word(Method))
    rooms = several(text())
    participants = several(text())
    note = text(maybe=True)
    opened_at = at()
    opened_by = named()
    closed_at = at(maybe=True)
    closed_by = named(maybe=True)
    summary = text(maybe=True)
    notice = part(NumberedSchema, maybe=True)
    feedback_due_at = at(maybe=True)
    items = count()
    answered = part(AnsweredSchema)
    findings = several(part(SheetFindingSchema))
    may_fill = yes_no()
    version = count()


class InspectionQuery(PagingQuery):
    """Which sheets are listed."""

    organization_id = AnyOf(Id())
    district_id = AnyOf(Id())
    round_id = Id()
    kind = AnyOf(Word(InspectionKind))
    open = YesNo(in_query=True)
    light = AnyOf(Word(Light))


class HeadBody(RequestSchema):
    """What may be said at the head of a sheet, and changed until it is closed."""

    methods = Several(Word(Method), most=len(Method))
    rooms = Several(Text(200), most=100)
    participants = Several(Text(100), most=100)
    note = Text(allow_none=True)


class InspectionBody(HeadBody):
    """A sheet to be opened; kind and checklist follow from who opens it about whom, and may be left out."""

    organization_id = Id(required=True)
    kind = Word(InspectionKind, allow_none=True)
    checklist_id = Id(allow_none=True)
    inspected_on = Day(allow_none=True)
    round_id = Id(allow_none=True)
    client_id = Text(100, allow_none=True)


class HeadCorrection(HeadBody, CorrectionBody):
    """Corrections of the head; at least one."""

    corrected_most = "note"


class TermBody(RequestSchema):
    """What has to be done by when: a deadline, or working days from receipt."""

    requirement = Text(allow_none=True)
    deadline = Instant(allow_none=True)
    working_days = WholeNumber(1, LONGEST_TERM, allow_none=True)

    @validates_schema
    def _one_of_two(self, term: dict[str, Any], **_: Any) -> None:
        if term.get("deadline") and term.get("working_days"):
            raise ValidationError("deadline_or_working_days", "working_days")


class FindingTermBody(TermBody):
    """What has to be done about one finding by when."""

    id = Id(required=True)


class SheetClosingBody(TermBody):
    """The end of a sheet; requirement and term stand for every finding that has none of its own."""

    summary = Text(allow_none=True)
    findings = Several(Part(FindingTermBody))
