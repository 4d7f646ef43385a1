"""The table of moves: from where to where, by whom, under which guards; and the one machine made of it."""

from dataclasses import dataclass
from typing import Any

from transitions import EventData, Machine

from workflows.findings import guards as g
from workflows.findings.facts import Facts
from workflows.findings.sides import parts_of
from workflows.vocabulary import Move, Part, State

FOUND, NOTIFIED, RECTIFYING = State.FOUND, State.NOTIFIED, State.RECTIFYING
VERIFIED, OVERDUE, ESCALATED = State.VERIFIED, State.OVERDUE, State.ESCALATED
OPEN = (FOUND, NOTIFIED, RECTIFYING, OVERDUE, ESCALATED)
RUNNING = (NOTIFIED, RECTIFYING, OVERDUE)
LEADERS = (Part.CLOCK, Part.RESPONSIBLE_LEADER, Part.LEADERSHIP)
FUTURE_DEADLINE = (g.names_deadline, g.deadline_ahead, g.deadline_before_exam)
EXTENSION = (*FUTURE_DEADLINE, g.deadline_later, g.extension_within_limit)
REVIEW = (g.review_pending, g.newest_submission)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; without `to` the state stays, `when` chooses between lines of one move."""

    move: Move
    sources: tuple[State, ...]
    to: State | None
    parts: tuple[Part, ...]
    guards: tuple[g.Guard, ...] = ()
    when: g.Condition | None = None


def _row(
    move: Move,
    sources: State | tuple[State, ...],
    to: State | None,
    parts: Part | tuple[Part, ...],
    *guards: g.Guard,
    when: g.Condition | None = None,
) -> Row:
    sources = (sources,) if isinstance(sources, State) else sources
    parts = (parts,) if isinstance(parts, Part) else parts
    return Row(move, sources, to, parts, (g.not_voided, *guards), when)


TABLE: tuple[Row, ...] = (
    _row(Move.SETTLE, FOUND, VERIFIED, Part.OVERSEER, g.settled_on_the_spot, g.evidence_of_settlement),
    _row(Move.NOTIFY, FOUND, NOTIFIED, Part.OVERSEER, *FUTURE_DEADLINE),
    _row(Move.BEGIN, FOUND, RECTIFYING, Part.UNIT, g.self_found, *FUTURE_DEADLINE),
    _row(Move.BEGIN, NOTIFIED, RECTIFYING, Part.UNIT),
    _row(Move.BEGIN, (RECTIFYING, OVERDUE, ESCALATED), None, Part.UNIT, g.not_signed),
    _row(Move.SUBMIT, NOTIFIED, RECTIFYING, Part.UNIT, g.evidence_of_submission),
    _row(Move.SUBMIT, (RECTIFYING, OVERDUE, ESCALATED), None, Part.UNIT, g.evidence_of_submission),
    _row(Move.REVIEW_PASS, (RECTIFYING, OVERDUE, ESCALATED), VERIFIED, Part.REVIEWER, *REVIEW),
    _row(Move.REVIEW_PARTIAL, RECTIFYING, ESCALATED, Part.REVIEWER, *REVIEW, when=g.partial_escalates),
    _row(Move.REVIEW_PARTIAL, OVERDUE, ESCALATED, Part.REVIEWER, *REVIEW, when=g.partial_counts),
    _row(Move.REVIEW_PARTIAL, (RECTIFYING, OVERDUE, ESCALATED), None, Part.REVIEWER, *REVIEW),
    _row(Move.REVIEW_FAIL, RECTIFYING, ESCALATED, Part.REVIEWER, *REVIEW, when=g.failing_escalates),
    _row(Move.REVIEW_FAIL, OVERDUE, ESCALATED, Part.REVIEWER, *REVIEW),
    _row(Move.REVIEW_FAIL, (RECTIFYING, ESCALATED), None, Part.REVIEWER, *REVIEW),
    _row(Move.REFUSE, RUNNING, ESCALATED, Part.OVERSEER, g.no_review_pending),
    _row(Move.EXPIRE, (NOTIFIED, RECTIFYING), OVERDUE, Part.CLOCK, g.no_review_pending, g.deadline_missed),
    _row(Move.ESCALATE, OVERDUE, ESCALATED, LEADERS, g.below_last_level, g.level_seen),
    _row(Move.ESCALATE, ESCALATED, None, LEADERS, g.below_last_level, g.level_seen),
    _row(
        Move.ASK_EXTENSION,
        RUNNING,
        None,
        Part.UNIT,
        g.no_extension_pending,
        g.has_deadline,
        g.extensions_left,
        *EXTENSION,
    ),
    _row(
        Move.GRANT_EXTENSION,
        OVERDUE,
        RECTIFYING,
        Part.DECIDER,
        g.extension_pending,
        *EXTENSION,
        when=g.already_received,
    ),
    _row(Move.GRANT_EXTENSION, OVERDUE, NOTIFIED, Part.DECIDER, g.extension_pending, *EXTENSION),
    _row(Move.GRANT_EXTENSION, (NOTIFIED, RECTIFYING), None, Part.DECIDER, g.extension_pending, *EXTENSION),
    _row(Move.DENY_EXTENSION, RUNNING, None, Part.DECIDER, g.extension_pending),
    _row(Move.OPINE, ESCALATED, None, Part.LEADERSHIP),
    _row(Move.SET_ANEW, ESCALATED, RECTIFYING, Part.LEADERSHIP, g.opinion_given, *FUTURE_DEADLINE),
    _row(Move.REPLY, (RECTIFYING, OVERDUE, ESCALATED, VERIFIED), None, Part.UPWARD, g.reported),
    _row(Move.REOPEN, VERIFIED, RECTIFYING, Part.OVERSEER, *FUTURE_DEADLINE),
    _row(Move.VOID, FOUND, None, Part.WITHDRAWER),
    _row(Move.VOID, (NOTIFIED, RECTIFYING, OVERDUE, ESCALATED), None, Part.RESPONSIBLE_LEADER),
    _row(Move.DEEM_RECEIVED, NOTIFIED, None, Part.CLOCK, g.not_received),
    _row(Move.REMIND, (NOTIFIED, RECTIFYING, ESCALATED), None, Part.CLOCK),
    _row(Move.BREACH, OPEN, None, Part.CLOCK),
    _row(Move.REPEAT, ESCALATED, None, Part.CLOCK),
    _row(Move.ACKNOWLEDGE, tuple(State), None, Part.ALERTED),
)


def _permits(row: Row) -> Any:
    """The row as one condition of the machine; callbacks look, and never change anything."""

    def holds(event: EventData) -> bool:
        facts: Facts = event.model  # type: ignore[assignment]  # the machine knows its models as objects only
        act, rules = event.kwargs["act"], event.kwargs["rules"]
        if row.when is not None and not row.when(facts, act, rules):
            return False
        return not parts_of(act.actor, facts).isdisjoint(row.parts) and all(
            guard.holds(facts, act, rules) for guard in row.guards
        )

    return holds


def build_machine(cls: type[Machine] = Machine, **options: Any) -> Machine:
    """A machine of the whole table; `cls` lets documentation draw it."""
    machine = cls(
        model=None, states=State, initial=FOUND, auto_transitions=False, queued=False, send_event=True, **options
    )
    for row in TABLE:
        machine.add_transition(row.move, list(row.sources), row.to, conditions=_permits(row))
    return machine


MACHINE = build_machine()  # shared: one machine per finding would cost 50 times as much
