"""Refusal, escalation, look-back and withdrawal."""

from api.schemas.request_fields import Instant, RequestSchema, Text, WholeNumber
from workflows.vocabulary import LAST_LEVEL


class ReasonBody(RequestSchema):
    """Why."""

    reason = Text(required=True)


class EscalationBody(ReasonBody):
    """The level that was seen, and why it is not enough."""

    from_level = WholeNumber(0, LAST_LEVEL, required=True)


class ReopeningBody(ReasonBody):
    """What the look-back found, and until when it is to be put right."""

    deadline = Instant(required=True)
