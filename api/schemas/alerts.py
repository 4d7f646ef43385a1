"""提醒."""

from api.schemas.paging import PagingQuery
from api.schemas.request_fields import YesNo
from api.schemas.response_fields import ResponseSchema, at, id_, part, text
from workflows.vocabulary import SubjectKind


class AboutSchema(ResponseSchema):
    """What it is about: a finding, or a sheet, a weekly report, a round."""

    kind = text(metadata={"enum": ["finding", *SubjectKind]})
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
