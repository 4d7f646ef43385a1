"""Who above hears next of a finding, and when, if nothing is done meanwhile."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from workflows.findings.audience import Audience, audience
from workflows.findings.clocks import Timer, next_timer
from workflows.findings.facts import Facts
from workflows.findings.rectification import advance
from workflows.findings.sides import decider_of, overseer_of, reviewer_of, stand_in
from workflows.findings.transitions import Transition
from workflows.rules import Rules
from workflows.vocabulary import LAST_LEVEL, Addressee, Clock, Move, State

FURTHEST = 100  # steps of the clock: what is late inside the centre is told anew every working day
_OWN_HOUSE = (Addressee.RESPONSIBLE_LEADER, Addressee.LEADERSHIP)
_ABOVE_IT = (Addressee.BUREAU, Addressee.COMMITTEE)
_OWED_BY = {  # whose act a breach says is late
    str(Clock.NOTIFICATION): overseer_of,
    str(Clock.REVIEW): reviewer_of,
    str(Clock.DECISION): decider_of,
}


class Undone(StrEnum):
    """What has not been done when somebody above hears."""

    NOTIFICATION = "notification"  # the overseer's notice
    SUBMISSION = "submission"  # by the deadline
    REVIEW = "review"  # the reviewer's word
    DECISION = "decision"  # on the extension that was asked for
    VERIFICATION = "verification"  # it is overdue, and still not put right
    OPINION = "opinion"  # the leadership team's handling opinion


@dataclass(frozen=True, slots=True)
class NextEscalation:
    """Unless what is undone is done `by` then, those named hear it `at` that instant."""

    unless: Undone
    by: datetime
    at: datetime
    hears: tuple[Addressee, ...]
    level: int  # of escalation, once they have heard


def next_escalation(
    facts: Facts, rules: Rules, now: datetime, *, audiences: Collection[Audience]
) -> NextEscalation | None:
    """The clock's next step that is heard further up than what has been heard; none where nothing would follow.

    Only steps that one of the `audiences` may read of are told: who is late inside the centre is not for the unit, nor
    that it is the leadership's opinion which is waited for.
    """
    ahead, above = replace(facts), _ABOVE_IT if facts.escalation_level else _OWN_HOUSE
    for _ in range(FURTHEST):
        before, timer = replace(ahead), next_timer(ahead, rules)
        if timer is None:
            return None
        at = max(timer.due_at, now)
        for transition in advance(ahead, rules, at):
            hears = _heard_above(transition, above, before)
            if hears and audience(transition.move, transition.step, transition.addressees) in audiences:
                unless, by = _undone(facts, before, transition, timer)
                if unless is Undone.OPINION and Audience.CENTRE not in audiences:
                    unless = Undone.VERIFICATION
                return NextEscalation(unless, by, at, hears, transition.escalation_level)
    return None


def _heard_above(transition: Transition, above: tuple[Addressee, ...], then: Facts) -> tuple[Addressee, ...]:
    """Who above hears of it; of a breach nobody who is late himself."""
    if transition.move not in (Move.ESCALATE, Move.BREACH, Move.REPEAT):
        return ()
    late = _OWED_BY.get(transition.step or "") if transition.move is Move.BREACH else None
    itself = stand_in(late(then), then.vacant) if late else None
    named = tuple(one for one in transition.addressees if one in above and one is not itself)
    return named or (transition.addressees if transition.move is Move.ESCALATE else ())


def _undone(facts: Facts, then: Facts, transition: Transition, timer: Timer) -> tuple[Undone, datetime]:
    """What would keep it from going up, as the finding stands now, and by when.

    Read from the step that is heard: another clock's may be due in the same instant, and stand before it.
    """
    due_at = transition.due_at or timer.due_at
    if transition.move is Move.BREACH:
        return Undone(str(transition.step)), due_at
    if facts.state is State.ESCALATED and facts.escalation_level < LAST_LEVEL:
        return Undone.OPINION, due_at
    if facts.state in (State.OVERDUE, State.ESCALATED) or then.deadline is None:
        return Undone.VERIFICATION, due_at
    return Undone.SUBMISSION, then.deadline
