"""Answers about one finding alone: how its deadline came about, and who above hears next."""

from api.schemas.findings import FindingSchema
from api.schemas.response_fields import ResponseSchema, at, count, on, part, several, text, word, yes_no
from workflows.findings.next_escalation import Undone
from workflows.findings.reckoning import Bound, DeadlineStep
from workflows.vocabulary import Addressee, Holiday


class DayOffSchema(ResponseSchema):
    """A day that did not count."""

    on = on()
    holiday = word(Holiday, maybe=True)


class ReckonedSchema(ResponseSchema):
    """One step of how a deadline came about; a later one takes the place of those before."""

    kind = word(DeadlineStep)
    deadline = at(maybe=True)
    since = at(maybe=True)
    working_days = count(maybe=True)
    skipped = several(part(DayOffSchema))
    made_up = several(on())
    counted_to = at(maybe=True)
    bound = word(Bound, maybe=True)
    is_certain = yes_no()
    by_rules_of_then = yes_no()
    at = at()
    text = text()


class NextEscalationSchema(ResponseSchema):
    """Who above hears next, unless what is undone is done by then."""

    unless = word(Undone)
    by = at()
    at = at()
    hears = several(word(Addressee))
    level = count()
    text = text()


class FindingInFullSchema(FindingSchema):
    """问题 by itself, with the reckoning of its deadline."""

    deadline_reckoning = several(part(ReckonedSchema))
    next_escalation = part(NextEscalationSchema, maybe=True)
