"""复查."""

from api.schemas.request_fields import EvidenceIds, Id, RequestSchema, Text, Word
from api.schemas.response_fields import ResponseSchema, at, id_, named, text, word
from workflows.vocabulary import Outcome


class ReviewSchema(ResponseSchema):
    """The reviewer's word on a submission."""

    id = id_()
    finding_id = id_()
    submission_id = id_()
    outcome = word(Outcome)
    comment = text()
    remaining = text(maybe=True)
    reviewed_at = at()
    reviewed_by = named()


class ReviewBody(RequestSchema):
    """What the reviewer saw."""

    outcome = Word(Outcome, required=True)
    comment = Text(required=True)
    submission_id = Id(allow_none=True)
    remaining = Text(allow_none=True)
    evidence_ids = EvidenceIds()
