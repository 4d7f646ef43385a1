"""公文 and 台账."""

from typing import Any, ClassVar

from marshmallow import ValidationError, fields, validates_schema

from api.schemas.evidence import EvidenceSchema
from api.schemas.findings import FindingFilters
from api.schemas.paging import PagingQuery
from api.schemas.request_fields import AnyOf, Choice, Id, Part, RequestSchema, WholeNumber, Word, YesNo
from api.schemas.response_fields import ResponseSchema, at, count, id_, named, part, several, text, word
from service.documents.kinds import DEFINITIONS
from workflows.vocabulary import LAST_LEVEL, DocumentKind, DocumentStatus


class LedgerFilters(FindingFilters):
    """Which findings a ledger holds."""

    escalation_level = AnyOf(WholeNumber(0, LAST_LEVEL))
    awaiting_review = YesNo()
    ever_overdue = YesNo()
    voided = YesNo()
    proposed = YesNo()
    extension_pending = YesNo()


class DocumentBody(RequestSchema):
    """The document to make: its kind and subject, or for a ledger its filters."""

    kind = Word(DocumentKind, required=True)
    subject_id = Id(metadata={"description": "; ".join(f"{kind}: {one.subject}" for kind, one in DEFINITIONS.items())})
    filters = Part(LedgerFilters)
    sheet_per_district = YesNo()
    language = Choice("zh", "en", metadata={"description": "of a ledger; the caller's own when left out"})

    of_ledger: ClassVar = ("filters", "sheet_per_district", "language")

    @validates_schema
    def _one_or_the_other(self, body: dict[str, Any], **_: Any) -> None:
        if body.get("kind") is DocumentKind.LEDGER:
            if "subject_id" in body:
                raise ValidationError("unknown_field", "subject_id")
            return
        if "subject_id" not in body:
            raise ValidationError("required", "subject_id")
        for name in self.of_ledger:
            if name in body:
                raise ValidationError("unknown_field", name)


class DocumentQuery(PagingQuery):
    """Which documents are listed."""

    kind = AnyOf(Word(DocumentKind))
    subject_id = Id()
    organization_id = AnyOf(Id())
    round_id = Id()
    status = AnyOf(Word(DocumentStatus))


class DocumentFileQuery(RequestSchema):
    """In which format."""

    format = Choice("docx", "pdf", "xlsx", required=True)


class ScanBody(RequestSchema):
    """The scan, handed in as evidence before."""

    evidence_id = Id(required=True)


class DocumentSchema(ResponseSchema):
    """A document: queued, being made, ready or failed."""

    rest_from = "document"

    id = id_()
    kind = word(DocumentKind)
    subject_id = id_(maybe=True)
    number = text(maybe=True)
    title = text()
    round_id = id_(maybe=True)
    organization = named(maybe=True)
    status = word(DocumentStatus)
    progress = count(metadata={"description": "percent"})
    formats = several(fields.String())
    error = text(maybe=True, metadata={"description": "why it could not be made, or has no PDF"})
    remarks = several(fields.String(metadata={"description": "what a document that is ready could not show"}))
    requested_at = at()
    requested_by = named(maybe=True)
    rendered_at = at(maybe=True)
    scan = part(EvidenceSchema, maybe=True)
