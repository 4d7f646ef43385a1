"""The law itself: try a move, let the clock move on, tell what a caller may do."""

from dataclasses import replace
from datetime import datetime

from transitions import MachineError

from workflows.findings.addressees import addressees
from workflows.findings.attempts import Attempt, Refusal, TransitionRefused
from workflows.findings.clocks import MOST_STEPS, ClockNeverEnds, next_timer, timers
from workflows.findings.effects import EFFECTS, enter_escalated, forget_stopped_clocks
from workflows.findings.facts import CLOCK, Actor, Facts
from workflows.findings.sides import acting_post, sides_of, with_stand_ins
from workflows.findings.table import MACHINE, TABLE
from workflows.findings.transitions import Particulars, Transition
from workflows.policy import Policy
from workflows.rules import Rules
from workflows.vocabulary import AUTHORITY_CLOCKS, Addressee, Clock, Move, Role, State

ROWS_FROM = {state: tuple(row for row in TABLE if state in row.sources) for state in State}
WITHIN_ANOTHER = (Move.SET_ANEW, Move.ACKNOWLEDGE)  # part of an opinion; of an alert, not of a finding
_BY_ITSELF = tuple(move for move in Move if move not in WITHIN_ANOTHER)


def log(facts: Facts, rules: Rules) -> Transition:
    """The transition of a finding that has just been logged."""
    step = str(facts.severity)
    kind = f"{Move.LOG}.{step}"
    return Transition(Move.LOG, None, facts.state, 0, step, addressees=addressees(facts, kind, rules.policy))


def propose(facts: Facts, rules: Rules, due_at: datetime) -> Transition:
    """The transition of a finding that the clock proposes: an item fell due at `due_at` and nobody had confirmed it."""
    kind = f"{Move.LOG}.proposed"
    return Transition(
        Move.LOG, None, facts.state, 0, "proposed", due_at, addressees=addressees(facts, kind, rules.policy)
    )


def apply(facts: Facts, attempt: Attempt, rules: Rules) -> Transition:
    """Make one move: change `facts`, return the transition; `TransitionRefused` when refused, with nothing changed."""
    before, role = replace(facts), _role(facts, attempt)
    try:
        permitted = MACHINE.events[attempt.move].trigger(facts, attempt=attempt, rules=rules)
    except MachineError:
        permitted = False
    if not permitted:
        raise TransitionRefused(attempt.move, _why_refused(facts, attempt, rules))
    newly_escalated = facts.state is State.ESCALATED and before.state is not State.ESCALATED
    if attempt.move is not Move.ESCALATE or not newly_escalated:
        EFFECTS[attempt.move](facts, attempt, rules)
    if newly_escalated:
        enter_escalated(facts, attempt.at)
    forget_stopped_clocks(facts, rules)
    transition = _transition(facts, attempt, rules, before, newly_escalated=newly_escalated)
    return replace(transition, role=role) if role else transition


def advance(facts: Facts, rules: Rules, now: datetime) -> list[Transition]:
    """Let the clock make every move that is due at `now`, in order; missed reminders are dropped.

    Raises `ClockNeverEnds` when it would go on for ever.
    """
    transitions, left = [], MOST_STEPS + len(rules.policy.reminders)
    while (timer := next_timer(facts, rules)) and timer.due_at <= now:
        if not left:
            raise ClockNeverEnds(timer.clock, now)
        left -= 1
        attempt = Attempt(timer.move, CLOCK, now, clock=timer.clock, step=timer.step, due_at=timer.due_at)
        if timer.move is not Move.REMIND or not _drop_if_moot(facts, attempt, rules):
            transitions.append(apply(facts, attempt, rules))
    return transitions


def unacknowledged(facts: Facts, next_above: Addressee, due_at: datetime, policy: Policy) -> Transition:
    """An alert that nobody acknowledged in time: the next above hears once; the finding stays as it is."""
    state, step = facts.state, "acknowledgement"
    others = addressees(facts, f"{Move.BREACH}.{step}", policy)
    named = with_stand_ins((next_above, *others), facts.vacant)
    return Transition(Move.BREACH, state, state, facts.escalation_level, step, due_at, named)


def allowed_moves(facts: Facts, actor: Actor, rules: Rules) -> list[Move]:
    """The moves that this actor may try now, whatever particulars they will bring."""
    sides = sides_of(actor, facts)
    attempt = Attempt(Move.LOG, actor, facts.created_at)
    allowed = {
        row.move
        for row in ROWS_FROM[facts.state]
        if not sides.isdisjoint(row.sides)
        and all(guard.on_particulars or guard.holds(facts, attempt, rules) for guard in row.guards)
    }
    return [move for move in _BY_ITSELF if move in allowed]


def _role(facts: Facts, attempt: Attempt) -> Role | None:
    """The role in which somebody with several posts makes the move."""
    if not attempt.actor.others:
        return None
    sides = {side for row in ROWS_FROM[facts.state] if row.move is attempt.move for side in row.sides}
    return acting_post(attempt.actor, facts, sides).role


def _why_refused(facts: Facts, attempt: Attempt, rules: Rules) -> Refusal:
    """Not the actor's to do, not in this state, or the first guard that does not hold."""
    sides = sides_of(attempt.actor, facts)
    rows = [row for row in TABLE if row.move is attempt.move]
    if all(sides.isdisjoint(row.sides) for row in rows):
        return Refusal.NOT_YOURS
    if facts.voided_at is not None:
        return Refusal.VOIDED
    here = [row for row in rows if facts.state in row.sources]
    if not here:
        return Refusal.WRONG_STATE
    mine = [row for row in here if not sides.isdisjoint(row.sides)]
    return next(
        (guard.refusal for row in mine for guard in row.guards if not guard.holds(facts, attempt, rules)),
        Refusal.NOT_YOURS,
    )


def _drop_if_moot(facts: Facts, attempt: Attempt, rules: Rules) -> bool:
    """A reminder that was missed is dropped when what it reminds of, or its successor, is due as well."""
    later = replace(facts)
    EFFECTS[Move.REMIND](later, attempt, rules)
    overtaken = any(
        timer.due_at <= attempt.at and timer.clock in (attempt.clock, Clock.DEADLINE) for timer in timers(later, rules)
    )
    if overtaken:
        facts.progress = later.progress
    return overtaken


def _transition(facts: Facts, attempt: Attempt, rules: Rules, before: Facts, *, newly_escalated: bool) -> Transition:
    step = str(facts.escalation_level) if attempt.move is Move.ESCALATE else attempt.step
    kind = f"{attempt.move}.{step}" if step else str(attempt.move)
    data = _particulars(facts, attempt, before)
    named = addressees(facts, kind, rules.policy, stage=data.get("stage"), newly_escalated=newly_escalated)
    if attempt.move is Move.RECOUNT and facts.deadline == before.deadline:
        named = ()  # it is certain now, and as it was
    return Transition(
        attempt.move, before.state, facts.state, facts.escalation_level, step, attempt.due_at, named, data
    )


def _particulars(facts: Facts, attempt: Attempt, before: Facts) -> Particulars:
    """What is said of this event stays the same, also when a letter has to be sent again."""
    data = Particulars()
    if facts.deadline:
        data["deadline_in_force"] = facts.deadline.isoformat()
        if facts.deadline != before.deadline or attempt.deadline == facts.deadline:
            data["deadline_set"] = facts.deadline.isoformat()
    if attempt.move is Move.RECOUNT and before.deadline:
        data["deadline_before"] = before.deadline.isoformat()
    if attempt.move is Move.ASK_EXTENSION and attempt.deadline:
        data["deadline_asked"] = attempt.deadline.isoformat()
    if attempt.move is Move.REVIEW_PARTIAL:
        data["counts_as_failure"] = facts.failures_in_all > before.failures_in_all
    if attempt.actor is CLOCK:
        data |= _particulars_of_clock(facts, attempt, before)
    return data


def _particulars_of_clock(facts: Facts, attempt: Attempt, before: Facts) -> Particulars:
    data = Particulars()
    if attempt.clock in AUTHORITY_CLOCKS:
        data["stage"] = facts.progress[attempt.clock].steps
    if facts.awaiting_review:
        data["awaiting_review"] = True
    if attempt.move is Move.ESCALATE and before.state is State.ESCALATED:
        data["opinion_overdue"] = True
    return data
