"""What a sheet says of its items."""

from typing import Any

from api.schemas.checklists import RequirementSchema
from api.schemas.evidence import EvidenceSchema
from api.schemas.findings import ChecklistItemSchema, SettlementBody
from api.schemas.inspections import SheetFindingSchema
from api.schemas.request_fields import EvidenceIds, Id, Part, RequestSchema, Several, Text, WholeNumber, Word
from api.schemas.response_fields import ResponseSchema, at, count, id_, named, part, several, text, word
from service.inspections.answer_list import AnswerView
from workflows.vocabulary import Answer, Severity

MOST_VERSIONS = 1_000_000
# an item without an answer
_NOTHING = {"answer": Answer.NOT_SEEN, "note": None, "version": 0, "answered_at": None, "answered_by": None}


class AnswerSchema(ResponseSchema):
    """An item of the inspection with its answer; `version` is 0 until somebody has answered it."""

    rest_from = "row"

    item_id = id_(attribute="item.id")
    item = part(ChecklistItemSchema)
    requirement = part(RequirementSchema, attribute="item.requirement")
    answer = word(Answer)
    note = text(maybe=True)
    version = count()
    answered_at = at(maybe=True)
    answered_by = named(maybe=True)
    finding = part(SheetFindingSchema, maybe=True)
    evidence = several(part(EvidenceSchema))

    def get(self, obj: AnswerView, name: str) -> Any:
        """Without a row it was not seen."""
        return _NOTHING[name] if obj.row is None and name in _NOTHING else super().get(obj, name)


class RevisionSchema(ResponseSchema):
    """What an answer said before it was changed."""

    item_id = id_()
    number = text()
    answer = word(Answer)
    note = text(maybe=True)
    version = count()
    answered_at = at()
    answered_by = named()


class FoundBody(RequestSchema):
    """The words of the finding that «not in place» opens; what is left out comes from the item and the note."""

    summary = Text(500, allow_none=True)
    severity = Word(Severity, allow_none=True)
    details = Text(allow_none=True)
    location = Text(300, allow_none=True)


class AnswerBody(RequestSchema):
    """One item's answer; without `note` the note that stands is kept."""

    item_id = Id(required=True)
    answer = Word(Answer, required=True)
    version = WholeNumber(0, MOST_VERSIONS, required=True, metadata={"description": "the one seen; 0: none yet"})
    note = Text(allow_none=True)
    evidence_ids = EvidenceIds()
    finding = Part(FoundBody, allow_none=True)
    settled = Part(SettlementBody, allow_none=True)


class AnswersBody(RequestSchema):
    """One item or many, all of them or none."""

    answers = Several(Part(AnswerBody), least=1, required=True)
