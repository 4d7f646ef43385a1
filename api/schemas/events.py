"""What happened."""

from marshmallow import fields

from api.schemas.fields import Strict, Text, Whole
from api.schemas.shown import Shown, at, count, id_, part, text, word
from service.store.paging import DEFAULT_LIMIT, LARGEST_LIMIT
from workflows.vocabulary import Move, Role, State


class ActorSchema(Shown):
    """Who acted; the clock has neither id nor name."""

    id = id_(maybe=True)
    name = text(maybe=True)
    role = word(Role)


class EventSchema(Shown):
    """One move that was recorded."""

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
    data = fields.Dict(required=True)
    hash = text()
    previous_hash = text(maybe=True)


class FeedQuery(Strict):
    """Where to go on: the cursor of the page before."""

    after = Text(100)
    limit = Whole(1, LARGEST_LIMIT, in_query=True, load_default=DEFAULT_LIMIT)
