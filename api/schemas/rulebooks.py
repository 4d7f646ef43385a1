"""Policy and calendar: files that are checked, looked at ahead and put in force."""

from datetime import time
from typing import Any

from api.schemas.request_fields import Id, RequestSchema, Text, WholeNumber, YesNo
from api.schemas.response_fields import ResponseSchema, at, count, id_, on, part, several, text, word, yes_no
from workflows.vocabulary import Move, State

LONGEST_FILE = 200_000  # characters
_LONGEST_REASON = 1000


class RulebookBody(RequestSchema):
    """A file as text: TOML, as docs/policy.md describes it."""

    text = Text(LONGEST_FILE, required=True)


class PolicyPreviewBody(RulebookBody):
    """A policy, and the round that it is meant for; without one, all that are open and those to come."""

    round_id = Id(load_default=None)


class PolicyBody(PolicyPreviewBody):
    """A policy to be put in force; `move_open` lets findings under way go over to it."""

    move_open = YesNo(load_default=False)
    reason = Text(_LONGEST_REASON, load_default=None, allow_none=True)


class CalendarBody(RulebookBody):
    """A calendar to be put in force."""

    reason = Text(_LONGEST_REASON, load_default=None, allow_none=True)


class PolicyQuery(RequestSchema):
    """Of which round; without one, of rounds to come."""

    round_id = Id(load_default=None)


class CalendarQuery(RequestSchema):
    """One year alone."""

    year = WholeNumber(1, 9999, in_query=True, load_default=None)


class MistakeSchema(ResponseSchema):
    """A mistake of a file: its line, where one can be told, the entry, and what to write instead."""

    line = count(maybe=True)
    place = text()
    sentence = text()


class CheckedFileSchema(ResponseSchema):
    """Every mistake of a file, in the order of its lines; none when it can be put in force."""

    mistakes = several(part(MistakeSchema))


class PolicySchema(ResponseSchema):
    """The policy in force, and what it means: a sentence for each rule, in the caller's language."""

    version = text()
    explanation = several(text())


class NextStepSchema(ResponseSchema):
    """What the clock will do next."""

    move = word(Move)
    due_at = at()


class OutlookSchema(ResponseSchema):
    """What the clock would do to a finding if nobody acted."""

    next_step = part(NextStepSchema, maybe=True)
    overdue_at = at(maybe=True)
    escalated_at = at(maybe=True)
    reported_at = at(maybe=True)


class ForeseenFindingSchema(ResponseSchema):
    """An open finding that would fare otherwise."""

    id = id_()
    number = text()
    unit = text()
    state = word(State)
    before = part(OutlookSchema)
    after = part(OutlookSchema)


class PolicyPreviewSchema(ResponseSchema):
    """What would change for the findings that are open, if they went over to the policy; nothing was written."""

    version = text()
    rounds = several(text())
    open_findings = count()
    changed = several(part(ForeseenFindingSchema))


class PolicyInForceSchema(ResponseSchema):
    """A policy that was put in force: for which rounds, and how many findings went over to it."""

    version = text()
    rounds = several(text())
    moved = count()


class YearPlanSchema(ResponseSchema):
    """What one year's holiday notice changes about Monday to Friday."""

    year = count()
    source = text()
    off = several(on())
    work = several(on())


class CalendarSchema(ResponseSchema):
    """The working days in force; hours are local to the zone."""

    version = text()
    zone = text()
    opens = text()
    closes = text()
    years = several(part(YearPlanSchema))


class CalendarChangeSchema(ResponseSchema):
    """What another calendar changes: years whose plan becomes known or unknown, and days."""

    before = text()
    after = text()
    new_years = several(count())
    lost_years = several(count())
    off = several(on())
    worked = several(on())
    hours = yes_no()


def calendar_view(calendar: Any, year: int | None) -> dict[str, Any]:
    """The calendar as it is shown: hours as «09:00», plans in order."""
    plans = [
        {"year": of, "source": plan.source, "off": sorted(plan.off), "work": sorted(plan.work)}
        for of, plan in sorted(calendar.plans.items())
        if year in (None, of)
    ]
    return {
        "version": calendar.version,
        "zone": calendar.zone.key,
        "opens": _hours(calendar.opens),
        "closes": _hours(calendar.closes),
        "years": plans,
    }


def _hours(at_: time) -> str:
    return f"{at_:%H:%M}"
