"""延期."""

from api.schemas.request_fields import Instant, RequestSchema, Text, YesNo
from api.schemas.response_fields import ResponseSchema, at, id_, named, text, yes_no


class ExtensionSchema(ResponseSchema):
    """A later deadline that was asked for, and what became of it."""

    id = id_()
    finding_id = id_()
    deadline = at()
    reason = text()
    asked_at = at()
    asked_by = named()
    granted = yes_no(maybe=True)
    granted_deadline = at(maybe=True)
    comment = text(maybe=True)
    decided_at = at(maybe=True)
    decided_by = named(maybe=True)


class ExtensionBody(RequestSchema):
    """A request for a later deadline."""

    deadline = Instant(required=True)
    reason = Text(required=True)


class DecisionBody(RequestSchema):
    """The answer; a deadline may differ from the one asked for."""

    granted = YesNo(required=True)
    comment = Text(required=True)
    deadline = Instant(allow_none=True)
