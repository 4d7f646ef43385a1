"""The table of moves: from where to where, by whom, under which guards; and the one machine made of it."""

from collections.abc import Callable
from dataclasses import dataclass

from transitions import EventData, Machine

from workflows.findings import guards as g
from workflows.findings.facts import Facts
from workflows.findings.sides import sides_of
from workflows.vocabulary import Move, Side, State

FOUND, NOTIFIED, RECTIFYING = State.FOUND, State.NOTIFIED, State.RECTIFYING
VERIFIED, OVERDUE, ESCALATED = State.VERIFIED, State.OVERDUE, State.ESCALATED
OPEN = (FOUND, NOTIFIED, RECTIFYING, OVERDUE, ESCALATED)
RUNNING = (NOTIFIED, RECTIFYING, OVERDUE)
LEADERS = (Side.CLOCK, Side.RESPONSIBLE_LEADER, Side.LEADERSHIP)
FUTURE_DEADLINE = (g.names_deadline, g.deadline_ahead, g.deadline_before_exam)
EXTENSION = (*FUTURE_DEADLINE, g.deadline_later, g.extension_within_limit)
REVIEW = (g.review_pending, g.newest_submission)
PARTIAL = (*REVIEW, g.names_remainder)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; without `to` the state stays, `when` chooses between lines of one move."""

    move: Move
    sources: tuple[State, ...]
    to: State | None
    sides: tuple[Side, ...]
    guards: tuple[g.Guard, ...] = ()
    when: g.Condition | None = None


def _row(
    move: Move,
    sources: State | tuple[State, ...],
    to: State | None,
    sides: Side | tuple[Side, ...],
    *guards: g.Guard,
    when: g.Condition | None = None,
) -> Row:
    sources = (sources,) if isinstance(sources, State) else sources
    sides = (sides,) if isinstance(sides, Side) else sides
    return Row(move, sources, to, sides, (g.not_voided, *guards), when)


TABLE: tuple[Row, ...] = (
    _row(Move.SETTLE, FOUND, VERIFIED, Side.OVERSEER, g.settled_on_the_spot, g.evidence_of_settlement),
    _row(Move.NOTIFY, FOUND, NOTIFIED, Side.OVERSEER, *FUTURE_DEADLINE),
    _row(Move.BEGIN, FOUND, RECTIFYING, Side.UNIT, g.self_found, *FUTURE_DEADLINE),
    _row(Move.BEGIN, NOTIFIED, RECTIFYING, Side.UNIT),
    _row(Move.BEGIN, (RECTIFYING, OVERDUE, ESCALATED), None, Side.UNIT, g.not_signed),
    _row(Move.SUBMIT, NOTIFIED, RECTIFYING, Side.UNIT, g.evidence_of_submission),
    _row(Move.SUBMIT, (RECTIFYING, OVERDUE, ESCALATED), None, Side.UNIT, g.evidence_of_submission),
    _row(Move.REVIEW_PASS, (RECTIFYING, OVERDUE, ESCALATED), VERIFIED, Side.REVIEWER, *REVIEW),
    _row(Move.REVIEW_PARTIAL, RECTIFYING, ESCALATED, Side.REVIEWER, *PARTIAL, when=g.partial_escalates),
    _row(Move.REVIEW_PARTIAL, OVERDUE, ESCALATED, Side.REVIEWER, *PARTIAL, when=g.partial_counts),
    _row(Move.REVIEW_PARTIAL, (RECTIFYING, OVERDUE, ESCALATED), None, Side.REVIEWER, *PARTIAL),
    _row(Move.REVIEW_FAIL, RECTIFYING, ESCALATED, Side.REVIEWER, *REVIEW, when=g.failing_escalates),
    _row(Move.REVIEW_FAIL, OVERDUE, ESCALATED, Side.REVIEWER, *REVIEW),
    _row(Move.REVIEW_FAIL, (RECTIFYING, ESCALATED), None, Side.REVIEWER, *REVIEW),
    _row(Move.REFUSE, RUNNING, ESCALATED, Side.OVERSEER, g.no_review_pending),
    _row(Move.EXPIRE, (NOTIFIED, RECTIFYING), OVERDUE, Side.CLOCK, g.no_review_pending, g.deadline_missed),
    _row(Move.ESCALATE, OVERDUE, ESCALATED, LEADERS, g.below_last_level, g.level_seen),
    _row(Move.ESCALATE, ESCALATED, None, LEADERS, g.below_last_level, g.level_seen),
    _row(
        Move.ASK_EXTENSION,
        RUNNING,
        None,
        Side.UNIT,
        g.no_extension_pending,
        g.has_deadline,
        g.extensions_left,
        *EXTENSION,
    ),
    _row(
        Move.GRANT_EXTENSION,
        OVERDUE,
        RECTIFYING,
        Side.DECIDER,
        g.extension_pending,
        *EXTENSION,
        when=g.already_received,
    ),
    _row(Move.GRANT_EXTENSION, OVERDUE, NOTIFIED, Side.DECIDER, g.extension_pending, *EXTENSION),
    _row(Move.GRANT_EXTENSION, (NOTIFIED, RECTIFYING), None, Side.DECIDER, g.extension_pending, *EXTENSION),
    _row(Move.DENY_EXTENSION, RUNNING, None, Side.DECIDER, g.extension_pending),
    _row(Move.OPINE, ESCALATED, None, Side.LEADERSHIP),
    _row(Move.SET_ANEW, ESCALATED, RECTIFYING, Side.LEADERSHIP, g.opinion_given, *FUTURE_DEADLINE),
    _row(Move.REPLY, (RECTIFYING, OVERDUE, ESCALATED, VERIFIED), None, Side.UPWARD, g.reported),
    _row(Move.REOPEN, VERIFIED, RECTIFYING, Side.OVERSEER, *FUTURE_DEADLINE),
    _row(Move.VOID, FOUND, None, Side.WITHDRAWER),
    _row(Move.VOID, (NOTIFIED, RECTIFYING, OVERDUE, ESCALATED), None, Side.RESPONSIBLE_LEADER),
    _row(Move.DEEM_RECEIVED, NOTIFIED, None, Side.CLOCK, g.not_received),
    _row(Move.REMIND, (NOTIFIED, RECTIFYING, ESCALATED), None, Side.CLOCK),
    _row(Move.BREACH, OPEN, None, Side.CLOCK),
    _row(Move.REPEAT, ESCALATED, None, Side.CLOCK),
    _row(Move.RECOUNT, (NOTIFIED, RECTIFYING), None, Side.CLOCK, g.provisional),
    _row(Move.ACKNOWLEDGE, tuple(State), None, Side.ALERTED),
)


def _permits(row: Row) -> Callable[[EventData], bool]:
    """The row as one condition of the machine; callbacks look, and never change anything."""

    def holds(event: EventData) -> bool:
        facts: Facts = event.model  # type: ignore[assignment]  # the machine knows its models as objects only
        attempt, rules = event.kwargs["attempt"], event.kwargs["rules"]
        if row.when is not None and not row.when(facts, attempt, rules):
            return False
        return not sides_of(attempt.actor, facts).isdisjoint(row.sides) and all(
            guard.holds(facts, attempt, rules) for guard in row.guards
        )

    return holds


def _machine() -> Machine:
    machine = Machine(model=None, states=State, initial=FOUND, auto_transitions=False, queued=False, send_event=True)
    for row in TABLE:
        machine.add_transition(row.move, list(row.sources), row.to, conditions=_permits(row))
    return machine


MACHINE = _machine()  # shared: one machine per finding would cost 50 times as much
