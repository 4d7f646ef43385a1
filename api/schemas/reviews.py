"""复查."""

from api.schemas.fields import EvidenceIds, Id, Strict, Text, Word
from api.schemas.shown import Shown, at, id_, named, text, word
from workflows.vocabulary import Outcome


class ReviewSchema(Shown):
    """The reviewer's word on a submission."""

    id = id_()
    finding_id = id_()
    submission_id = id_()
    outcome = word(Outcome)
    comment = text()
    remaining = text(maybe=True)
    reviewed_at = at()
    reviewed_by = named()


class ReviewBody(Strict):
    """What the reviewer saw."""

    outcome = Word(Outcome, required=True)
    comment = Text(required=True)
    submission_id = Id(allow_none=True)
    remaining = Text(allow_none=True)
    evidence_ids = EvidenceIds()
