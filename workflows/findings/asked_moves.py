"""Which of the moves that somebody may make are asked of him or her now: what is offered first, the others quietly."""

from collections.abc import Iterable, Mapping

from workflows.findings.clocks import awaited
from workflows.findings.facts import Facts
from workflows.findings.sides import decider_of, overseer_of, reviewer_of, stand_in
from workflows.vocabulary import Addressee, Clock, Move, Origin, State

_OWED: Mapping[Clock, tuple[Move, ...]] = {  # the acts that end a clock of the authority's side
    Clock.NOTIFICATION: (Move.NOTIFY, Move.SETTLE),
    Clock.REVIEW: (Move.REVIEW_PASS, Move.REVIEW_PARTIAL, Move.REVIEW_FAIL),
    Clock.DECISION: (Move.GRANT_EXTENSION, Move.DENY_EXTENSION),
    Clock.OPINION: (Move.OPINE,),
}
_TO_SIGN = (State.FOUND, State.NOTIFIED, State.RECTIFYING)  # later the rectification itself is more pressing
_TO_RECTIFY = (State.RECTIFYING, State.OVERDUE, State.ESCALATED)


def asked_moves(facts: Facts, allowed: Iterable[Move], *, replied: bool) -> list[Move]:
    """Those of the allowed moves that the finding waits for; `replied`: the caller's side has replied to what went up.

    Not among them is what may be done at any time and is asked by nobody: more time, another submission, opening again,
    withdrawing. What is overdue whoever leads may take up at once, and need not wait for the ladder.
    """
    asked = {move for clock, _ in awaited(facts) for move in _OWED.get(clock, ())}
    if facts.state in _TO_SIGN:
        asked.add(Move.BEGIN)
    if facts.state in _TO_RECTIFY and not facts.awaiting_review:
        asked.add(Move.SUBMIT)
    if facts.state is State.OVERDUE and not facts.awaiting_review:
        asked.add(Move.ESCALATE)
    if facts.state is not State.VERIFIED and not replied:
        asked.add(Move.REPLY)
    return [move for move in allowed if move in asked and facts.voided_at is None]


def repeated_moves(facts: Facts, *, replied: bool) -> list[Move]:
    """Those that have been made and may be made once more, to add something."""
    made = {
        Move.SUBMIT: facts.awaiting_review,
        Move.OPINE: facts.state is State.ESCALATED and facts.opinion_awaited_since is None,
        Move.REPLY: replied,
    }
    return [move for move, is_made in made.items() if is_made]


def waits_for(facts: Facts) -> Addressee | None:
    """Whose act a finding waits for before anybody else's, or of whoever stands in; none when nothing is owed."""
    if facts.closed:
        return None
    if facts.awaiting_review:
        return stand_in(reviewer_of(facts), facts.vacant)
    if facts.state is State.FOUND and facts.origin is not Origin.UNIT:
        return stand_in(overseer_of(facts), facts.vacant)
    if facts.extension_asked_at:
        return stand_in(decider_of(facts), facts.vacant)
    return Addressee.LEADERSHIP if facts.opinion_awaited_since else Addressee.UNIT
