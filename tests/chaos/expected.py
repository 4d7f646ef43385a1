"""What must have happened, told by the notice's ladder alone: who hears of each event, and which events must follow."""

from collections.abc import Iterator, Sequence

from service.models import Event
from workflows.vocabulary import Move, Severity, State

UNIT, DISTRICT, LEADER, LEADERSHIP = {"university"}, {"district"}, {"leader"}, {"leadership"}
TEAM, ABOVE = {"inspector", "team_head"}, {"bureau", "committee"}
FIRST_LEVEL = LEADER | LEADERSHIP | UNIT | TEAM | DISTRICT
LAST_LEVEL = FIRST_LEVEL | ABOVE
LEVELS = {1: FIRST_LEVEL, 2: LAST_LEVEL}
TELLS_AGAIN = (Move.REVIEW_PASS, Move.SET_ANEW)  # everyone who was told that it had gone up
HEARS = {
    "log.general": set[str](),
    "log.major": UNIT | LEADER,
    "notify": UNIT,
    "begin": TEAM,
    "submit": TEAM,
    "review_pass": UNIT | DISTRICT,
    "review_partial": UNIT | DISTRICT,
    "review_fail": UNIT | DISTRICT | LEADER,
    "remind.deadline": UNIT,
    "expire": UNIT | TEAM | DISTRICT,
    "escalate.1": FIRST_LEVEL,
    "escalate.2": LAST_LEVEL,
    "opine": ABOVE | LEADERSHIP | LEADER | TEAM | DISTRICT,
    "set_anew": UNIT,
}
REVIEWS = (Move.REVIEW_PASS, Move.REVIEW_PARTIAL, Move.REVIEW_FAIL)


def hearers(events: Sequence[Event], actors: dict[str, str]) -> Iterator[tuple[Event, set[str]]]:
    """Each event of a finding with those hear of it; `actors`: person's id → name in `tests.worlds.people`."""
    told: set[str] = set()
    for event in events:
        heard = set(HEARS[f"{event.move}.{event.step}" if event.step else str(event.move)])
        if event.to_state is State.ESCALATED and event.from_state is not State.ESCALATED:
            heard |= LEVELS[event.escalation_level]
        if event.move in TELLS_AGAIN:
            heard |= told
        actor = actors[event.actor_id] if event.actor_id else None
        heard.discard(actor or "")
        if event.escalation_level:
            told |= heard | ({actor} if actor else set())
        yield event, heard


def broken_promises(events: Sequence[Event], severity: Severity, now: str) -> Iterator[str]:
    """What the clock owes a finding: overdue at the deadline unless submitted; a major one then goes up at once."""
    deadline, awaiting = "", False
    for event, after in zip(events, [*events[1:], None], strict=True):
        deadline = event.data.get("deadline_in_force") or deadline
        awaiting = event.move is Move.SUBMIT or (awaiting and event.move not in REVIEWS)
        if event.move is Move.EXPIRE and severity is Severity.MAJOR and (not after or after.move is not Move.ESCALATE):
            yield "went overdue and was not escalated at once"
    last = events[-1]
    if last.to_state in (State.NOTIFIED, State.RECTIFYING) and not awaiting and deadline < now:
        yield f"the deadline {deadline} passed and nothing happened"
