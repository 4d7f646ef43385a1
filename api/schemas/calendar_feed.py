"""The address of a calendar."""

from api.schemas.response_fields import ResponseSchema, at, text


class CalendarAddressSchema(ResponseSchema):
    """Where one's calendar can be subscribed to; a secret."""

    url = text(metadata={"format": "uri"})
    expires_at = at()
