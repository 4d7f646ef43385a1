"""Errors: RFC 9457 problem details."""

from marshmallow import fields

from api.schemas.inspection_answers import RevisionSchema
from api.schemas.response_fields import ResponseSchema, count, id_, part, several, text, word
from workflows.credentials import NextStep
from workflows.vocabulary import Move, State


class StaleAnswerSchema(RevisionSchema):
    """The answer that another person has stored meanwhile."""


class ProblemSchema(ResponseSchema):
    """Problem details: `code` for programs, `detail` and `errors` in the caller's language."""

    type = text(metadata={"format": "uri"})
    title = text()
    status = count()
    detail = text()
    code = text(metadata={"description": "stable; for programs"})
    errors = fields.Dict(
        keys=fields.String(), values=several(text()), metadata={"description": "sentences by field, on 422"}
    )
    state = fields.String(metadata={"enum": [*State], "description": "where the finding stands, on 409"})
    allowed_moves = fields.List(word(Move))
    next_step = fields.String(metadata={"enum": [*NextStep], "description": "what comes before anything else, on 403"})
    undecided = fields.List(
        id_(), metadata={"description": "open findings that the closing of a round must decide on, on 422"}
    )
    stale = fields.List(part(StaleAnswerSchema), metadata={"description": "answers given by others meanwhile, on 409"})
