"""处理意见 and 批复."""

from api.schemas.request_fields import Instant, RequestSchema, Text, Word
from api.schemas.response_fields import ResponseSchema, at, id_, named, part, several, text, word
from workflows.vocabulary import Measure


class ReplySchema(ResponseSchema):
    """批复 of the education bureau or the committee."""

    id = id_()
    handling_opinion_id = id_()
    text = text()
    replied_at = at()
    replied_by = named()


class HandlingOpinionSchema(ResponseSchema):
    """What the leadership team orders."""

    id = id_()
    finding_id = id_()
    measure = word(Measure)
    opinion = text()
    new_deadline = at(maybe=True)
    opined_at = at()
    opined_by = named()
    replies = several(part(ReplySchema))


class HandlingOpinionBody(RequestSchema):
    """An opinion with its measure; a new deadline sets the finding anew."""

    measure = Word(Measure, required=True)
    opinion = Text(required=True)
    new_deadline = Instant(allow_none=True)


class ReplyBody(RequestSchema):
    """The words of a reply."""

    text = Text(required=True)
