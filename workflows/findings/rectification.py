"""The law itself: try a move, let the clock move on, tell what a caller may do."""

from dataclasses import replace
from datetime import datetime

from transitions import MachineError

from workflows.findings.acts import Act, Refusal, TransitionRefused
from workflows.findings.addressees import addressees
from workflows.findings.clocks import next_timer, timers
from workflows.findings.effects import EFFECTS, enter_escalated, settle_clocks
from workflows.findings.facts import CLOCK, Actor, Facts
from workflows.findings.happenings import Happening, Particulars
from workflows.findings.sides import parts_of
from workflows.findings.table import MACHINE, TABLE
from workflows.rules import Rules
from workflows.vocabulary import AUTHORITY, Addressee, Clock, Move, State

ROWS_FROM = {state: tuple(row for row in TABLE if state in row.sources) for state in State}
WITHIN_ANOTHER = (Move.SET_ANEW, Move.ACKNOWLEDGE)  # part of an opinion; of an alert, not of a finding


def log(facts: Facts, rules: Rules) -> Happening:
    """The first happening of a finding that has just been logged."""
    step = str(facts.severity)
    kind = f"{Move.LOG}.{step}"
    return Happening(Move.LOG, None, facts.state, 0, step, hears=addressees(facts, kind, rules.policy))


def propose(facts: Facts, rules: Rules, due_at: datetime) -> Happening:
    """The same of a finding that the clock proposes, since an item fell due at that instant and nobody confirmed it."""
    kind = f"{Move.LOG}.proposed"
    return Happening(Move.LOG, None, facts.state, 0, "proposed", due_at, hears=addressees(facts, kind, rules.policy))


def apply(facts: Facts, act: Act, rules: Rules) -> Happening:
    """Make one move: changes `facts`, returns what happened; raises `TransitionRefused` and changes nothing."""
    before, deadline = facts.state, facts.deadline
    try:
        permitted = MACHINE.events[act.move].trigger(facts, act=act, rules=rules)
    except MachineError:
        permitted = False
    if not permitted:
        raise TransitionRefused(act.move, _why_refused(facts, act, rules))
    came_in = facts.state is State.ESCALATED and before is not State.ESCALATED
    if act.move is not Move.ESCALATE or not came_in:
        EFFECTS[act.move](facts, act, rules)
    if came_in:
        enter_escalated(facts, act.at)
    settle_clocks(facts, rules)
    return _happening(facts, act, rules, before, went_up=came_in, deadline_moved=facts.deadline != deadline)


def advance(facts: Facts, rules: Rules, now: datetime) -> list[Happening]:
    """Let the clock make every move that is due at `now`, in order; missed reminders are dropped."""
    happenings = []
    while (timer := next_timer(facts, rules)) and timer.due_at <= now:
        act = Act(timer.move, CLOCK, now, clock=timer.clock, step=timer.step, due_at=timer.due_at)
        if timer.move is not Move.REMIND or not _drop_if_moot(facts, act, rules):
            happenings.append(apply(facts, act, rules))
    return happenings


def unacknowledged(facts: Facts, hearer: Addressee, due_at: datetime) -> Happening:
    """An alert that nobody acknowledged in time: the next above hears once; the finding stays as it is."""
    state = facts.state
    return Happening(Move.BREACH, state, state, facts.escalation_level, "acknowledgement", due_at, (hearer,))


def allowed_moves(facts: Facts, actor: Actor, rules: Rules) -> list[Move]:
    """The moves that this actor may try now, whatever particulars they will bring."""
    parts = parts_of(actor, facts)
    act = Act(Move.LOG, actor, facts.created_at)
    allowed = {
        row.move
        for row in ROWS_FROM[facts.state]
        if not parts.isdisjoint(row.parts)
        and all(guard.on_particulars or guard.holds(facts, act, rules) for guard in row.guards)
    }
    return [move for move in Move if move in allowed and move not in WITHIN_ANOTHER]


def _why_refused(facts: Facts, act: Act, rules: Rules) -> Refusal:
    """Not the actor's to do, not in this state, or the first guard that does not hold."""
    parts = parts_of(act.actor, facts)
    rows = [row for row in TABLE if row.move is act.move]
    if all(parts.isdisjoint(row.parts) for row in rows):
        return Refusal.NOT_YOURS
    if facts.voided_at is not None:
        return Refusal.VOIDED
    here = [row for row in rows if facts.state in row.sources]
    if not here:
        return Refusal.WRONG_STATE
    mine = [row for row in here if not parts.isdisjoint(row.parts)]
    return next(
        (guard.refusal for row in mine for guard in row.guards if not guard.holds(facts, act, rules)),
        Refusal.NOT_YOURS,
    )


def _drop_if_moot(facts: Facts, act: Act, rules: Rules) -> bool:
    """A reminder that was missed is dropped when what it reminds of, or its successor, is due as well."""
    later = replace(facts)
    EFFECTS[Move.REMIND](later, act, rules)
    overtaken = any(
        timer.due_at <= act.at and timer.clock in (act.clock, Clock.DEADLINE) for timer in timers(later, rules)
    )
    if overtaken:
        facts.progress = later.progress
    return overtaken


def _happening(
    facts: Facts, act: Act, rules: Rules, before: State, *, went_up: bool, deadline_moved: bool
) -> Happening:
    step = str(facts.escalation_level) if act.move is Move.ESCALATE else act.step
    kind = f"{act.move}.{step}" if step else str(act.move)
    data = Particulars()
    if facts.deadline:  # what is said of this event stays the same, also when a letter has to be sent again
        data["deadline_in_force"] = facts.deadline.isoformat()
        if deadline_moved or act.deadline == facts.deadline:
            data["deadline_set"] = facts.deadline.isoformat()
    if act.move is Move.ASK_EXTENSION and act.deadline:
        data["deadline_asked"] = act.deadline.isoformat()
    if act.clock in AUTHORITY:
        data["stage"] = facts.progress[act.clock].steps
    if facts.awaiting_review and act.actor is CLOCK:
        data["awaiting_review"] = True
    if act.move is Move.ESCALATE and before is State.ESCALATED and act.actor is CLOCK:
        data["opinion_overdue"] = True
    hears = addressees(facts, kind, rules.policy, stage=data.get("stage"), went_up=went_up)
    return Happening(act.move, before, facts.state, facts.escalation_level, step, act.due_at, hears, data)
