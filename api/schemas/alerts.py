"""提醒."""

from api.schemas.paging import PagingQuery
from api.schemas.request_fields import Instant, RequestSchema, Text, YesNo
from api.schemas.response_fields import ResponseSchema, at, count, id_, part, text
from service.records.journal import SHOWN_SUBJECTS

_LONGEST_REASON = 1000


class AboutSchema(ResponseSchema):
    """What it is about: a finding, or a sheet, a weekly report, a round."""

    kind = text(metadata={"enum": ["finding", *SHOWN_SUBJECTS]})
    id = id_()


class AlertSchema(ResponseSchema):
    """What one was told."""

    rest_from = "alert"

    id = id_()
    event_id = id_(maybe=True)
    finding_id = id_(maybe=True)
    about = part(AboutSchema)
    kind = text(metadata={"description": "the move's code, with the step for ladders: escalate.1"})
    text = text()
    created_at = at()
    acknowledged_at = at(maybe=True)


class AlertQuery(PagingQuery):
    """Which alerts are listed."""

    unacknowledged = YesNo(in_query=True, load_default=False)


class HoldSchema(ResponseSchema):
    """Whether messages are held back."""

    since = at(maybe=True)
    made_at = text(maybe=True)


class ReleaseBody(RequestSchema):
    """What had been sent before messages were held back."""

    sent_until = Instant(required=True, allow_none=True)
    reason = Text(_LONGEST_REASON, load_default=None, allow_none=True)


class ReleasedSchema(ResponseSchema):
    """What became of what waited."""

    counted_as_sent = count()
    to_be_sent = count()
