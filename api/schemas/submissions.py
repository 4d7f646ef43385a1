"""整改反馈."""

from api.schemas.request_fields import Day, EvidenceIds, RequestSchema, Text
from api.schemas.response_fields import ResponseSchema, at, id_, named, on, text, yes_no


class SubmissionSchema(ResponseSchema):
    """What the unit says that it has done."""

    id = id_()
    finding_id = id_()
    measures = text()
    completed_on = on(maybe=True)
    late = yes_no()
    submitted_at = at()
    submitted_by = named()


class SubmissionBody(RequestSchema):
    """What was done, and what shows it."""

    measures = Text(required=True)
    evidence_ids = EvidenceIds(required=True)
    completed_on = Day(allow_none=True)
