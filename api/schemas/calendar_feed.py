"""The address of a calendar."""

from api.schemas.shown import Shown, text


class CalendarAddressSchema(Shown):
    """Where one's calendar can be subscribed to; a secret."""

    url = text(metadata={"format": "uri"})
