"""A round's end, and what goes on in the next one."""

from api.schemas.request_fields import Id, Part, RequestSchema, Several, Text, Word
from api.schemas.response_fields import NumberedSchema, ResponseSchema, part, several
from workflows.vocabulary import ClosingOutcome

MOST_DECISIONS = 2000


class VerdictBody(RequestSchema):
    """What becomes of findings that are still open, and why."""

    outcome = Word(ClosingOutcome, required=True)
    reason = Text(required=True)


class ClosingDecisionBody(VerdictBody):
    """What becomes of one of them."""

    finding_id = Id(required=True)


class ClosingBody(RequestSchema):
    """A decision on every finding that is still open: one by one, and on the rest together."""

    decisions = Several(Part(ClosingDecisionBody), most=MOST_DECISIONS, load_default=list)
    rest = Part(VerdictBody, allow_none=True, load_default=None)


class CarryOverBody(RequestSchema):
    """The closed round that findings come from."""

    from_round_id = Id(required=True)


class CarriedSchema(ResponseSchema):
    """A finding, and the one of this round that it goes on as."""

    finding = part(NumberedSchema)
    successor = part(NumberedSchema)


class CarriedOverSchema(ResponseSchema):
    """What was logged again, and what was not because its district is not assigned in this round."""

    round = part(NumberedSchema)
    from_round = part(NumberedSchema)
    carried = several(part(CarriedSchema))
    left = several(part(NumberedSchema))
