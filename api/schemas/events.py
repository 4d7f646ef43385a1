"""Events of findings, and the query of their feed."""

from marshmallow import fields

from api.schemas.request_fields import RequestSchema, Text, WholeNumber
from api.schemas.response_fields import ResponseSchema, at, count, id_, part, text, word
from service.store.paging import DEFAULT_LIMIT, LARGEST_LIMIT
from workflows.vocabulary import Move, Role, State

DATA = (
    "particulars, by move; deadlines as deadline_set, deadline_asked and deadline_in_force, "
    "which older events call deadline"
)


class ActorSchema(ResponseSchema):
    """Who acted; the clock has neither id nor name."""

    id = id_(maybe=True)
    name = text(maybe=True)
    role = word(Role)


class EventSchema(ResponseSchema):
    """One move that was recorded."""

    rest_from = "event"

    id = id_()
    finding_id = id_()
    at = at()
    actor = part(ActorSchema)
    move = word(Move)
    step = text(maybe=True)
    from_state = word(State, maybe=True, data_key="from")
    to_state = word(State, data_key="to")
    escalation_level = count()
    reason = text(maybe=True)
    data = fields.Dict(required=True, metadata={"description": DATA})
    hash = text()
    previous_hash = text(maybe=True)


class FeedQuery(RequestSchema):
    """The cursor of the page before, and the length of a page."""

    after = Text(100)
    limit = WholeNumber(1, LARGEST_LIMIT, in_query=True, load_default=DEFAULT_LIMIT)
