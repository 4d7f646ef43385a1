"""整改反馈."""

from api.schemas.fields import Day, EvidenceIds, Strict, Text
from api.schemas.shown import Shown, at, id_, named, on, text, yes_no


class SubmissionSchema(Shown):
    """What the unit says that it has done."""

    id = id_()
    finding_id = id_()
    measures = text()
    completed_on = on(maybe=True)
    late = yes_no()
    submitted_at = at()
    submitted_by = named()


class SubmissionBody(Strict):
    """What was done, and what shows it."""

    measures = Text(required=True)
    evidence_ids = EvidenceIds(required=True)
    completed_on = Day(allow_none=True)
