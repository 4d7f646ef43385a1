"""A round's end, and what goes on in the next one."""

from api.schemas.fields import Id, Part, Several, Strict, Text, Word
from api.schemas.shown import NumberedSchema, Shown, part, several
from workflows.vocabulary import ClosingOutcome

MOST_DECISIONS = 2000


class VerdictBody(Strict):
    """What becomes of findings that are still open, and why."""

    outcome = Word(ClosingOutcome, required=True)
    reason = Text(required=True)


class ClosingDecisionBody(VerdictBody):
    """What becomes of one of them."""

    finding_id = Id(required=True)


class ClosingBody(Strict):
    """A decision on every finding that is still open: one by one, and on the rest together."""

    decisions = Several(Part(ClosingDecisionBody), most=MOST_DECISIONS, load_default=list)
    rest = Part(VerdictBody, allow_none=True, load_default=None)


class CarryOverBody(Strict):
    """The closed round that findings come from."""

    from_round_id = Id(required=True)


class CarriedSchema(Shown):
    """A finding, and the one of this round that it goes on as."""

    finding = part(NumberedSchema)
    successor = part(NumberedSchema)


class CarriedOverSchema(Shown):
    """What was logged anew, and what was left because nobody is assigned to its district in this round."""

    round = part(NumberedSchema)
    from_round = part(NumberedSchema)
    carried = several(part(CarriedSchema))
    left = several(part(NumberedSchema))
