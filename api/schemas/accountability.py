"""Accountability: who inspected, urged, decided, and what came late."""

from datetime import timedelta
from typing import Any

from marshmallow import fields

from api.schemas.directory import MemberSchema
from api.schemas.events import ActorSchema
from api.schemas.findings import ChecklistItemSchema
from api.schemas.paging import PagingQuery
from api.schemas.request_fields import Id
from api.schemas.response_fields import (
    NumberedSchema,
    PageSchema,
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
from service.accountability.clocks import CLOCKS
from service.records.journal import SHOWN_SUBJECTS
from workflows.accountability import Aspect
from workflows.vocabulary import Addressee, Answer, InspectionKind, Light, Origin, Severity, State


class AccountabilityQuery(PagingQuery):
    """Which unit, in which round (by default the one in force), and where its timeline goes on."""

    organization_id = Id(required=True)
    round_id = Id()


class MissedQuery(PagingQuery):
    """In which round (by default the one in force), and in which district or at which unit."""

    round_id = Id()
    district_id = Id()
    organization_id = Id()


class AnswerOverSchema(ResponseSchema):
    """What a sheet says of the item."""

    answer = word(Answer)
    note = text(maybe=True)
    answered_at = at()
    answered_by = named()


class SheetOverSchema(ResponseSchema):
    """A sheet over the unit; `answer` is that for the finding's item, if it has one and the sheet says anything."""

    rest_from = "inspection"

    id = id_()
    number = text()
    kind = word(InspectionKind)
    inspected_on = on()
    participants = several(text())
    opened_at = at()
    opened_by = named()
    closed_at = at(maybe=True)
    closed_by = named(maybe=True)
    answer = part(AnswerOverSchema, maybe=True)


class SideSchema(ResponseSchema):
    """One of those who are to look at a unit; of the centre it is a team."""

    origin = word(Origin)
    organization = named()
    team = named(maybe=True)


class InspectingSideSchema(SideSchema):
    """The same, with its people as they are now, and its sheets of the round; without any it did not inspect."""

    people = several(part(MemberSchema))
    inspected = yes_no()
    sheets = several(part(SheetOverSchema))


class ClockSchema(ResponseSchema):
    """One clock of the authority's side; `until` is null while it runs, and when the round closed over it."""

    rest_from = "owed"

    clock = text(metadata={"enum": [*CLOCKS]})
    finding = part(NumberedSchema, maybe=True)
    inspection = part(NumberedSchema, maybe=True)
    behind = several(word(Addressee))
    people = several(part(MemberSchema))
    since = at()
    due_at = at()
    until = at(maybe=True)
    breached = yes_no()
    late_by = fields.Integer(required=True, allow_none=True, metadata={"description": "seconds"})
    late_working_days = count()
    tellings = count(metadata={"description": "how often it was told that it is late"})
    light = word(Light, maybe=True)

    def get(self, obj: Any, name: str) -> Any:
        """A span of time in whole seconds."""
        value = super().get(obj, name)
        return int(value.total_seconds()) if isinstance(value, timedelta) else value


class SubjectOfSchema(ResponseSchema):
    """What something happened to; a report is numbered by its week."""

    kind = text(metadata={"enum": ["finding", *SHOWN_SUBJECTS]})
    id = id_()
    number = text(maybe=True)


class HeardSchema(ResponseSchema):
    """Somebody who was told, and when he or she said so."""

    person = part(MemberSchema)
    kind = text()
    acknowledged_at = at(maybe=True)
    at = at()


class HappenedSchema(ResponseSchema):
    """One thing that happened; `act` is a move of a finding, or what was done to a sheet, a report or a round."""

    id = id_()
    at = at()
    aspect = word(Aspect)
    about = part(SubjectOfSchema)
    act = text()
    step = text(maybe=True)
    actor = part(ActorSchema)
    reason = text(maybe=True)
    data = fields.Dict(required=True)
    heard = several(part(HeardSchema))

    def get(self, obj: Any, name: str) -> Any:
        """The clock has neither id nor name."""
        if name != "actor":
            return getattr(obj, name)
        known = obj.actor
        return {"id": known and known.id, "name": known and known.name, "role": obj.actor_role}


class FindingAccountabilitySchema(ResponseSchema):
    """Everything around one finding."""

    finding = part(NumberedSchema)
    sides = several(part(InspectingSideSchema))
    clocks = several(part(ClockSchema))
    timeline = several(part(HappenedSchema))


class UnitAccountabilitySchema(PageSchema):
    """Everything around one unit in a round: its timeline a page at a time, and the clocks that were late or run."""

    rest_from = "unit"

    organization = named()
    round = part(NumberedSchema)
    sides = several(part(InspectingSideSchema))
    clocks = several(part(ClockSchema))
    kept = count(metadata={"description": "clocks that were kept, and are not listed"})
    items = several(part(HappenedSchema))


class MissedFindingSchema(ResponseSchema):
    """A finding that others had looked for."""

    id = id_()
    number = text()
    severity = word(Severity)
    state = word(State)
    summary = text()
    origin = word(Origin)
    organization = named()
    district = named()
    checklist_item = part(ChecklistItemSchema)
    found_at = at()
    created_by = named()


class OverlookedSchema(SideSchema):
    """A side that had looked and found nothing."""

    rest_from = "inspection"

    inspection = part(NumberedSchema)
    closed_at = at()
    answer = part(AnswerOverSchema)


class MissedSchema(ResponseSchema):
    """A finding, and those who had looked before and not found it."""

    finding = part(MissedFindingSchema)
    by = several(part(OverlookedSchema))


class RankedSchema(SideSchema):
    """How often a side had not found what others found later, and how many sheets it closed."""

    findings = count()
    major = count()
    sheets = count()


class MissedPageSchema(PageSchema):
    """The ranking of all sides that closed a sheet, and a page of the findings, the newest first."""

    ranking = several(part(RankedSchema))
    items = several(part(MissedSchema))
