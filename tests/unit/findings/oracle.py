"""The table of moves, written down a second time and another way: what each situation must answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

from tests.unit.findings.law import (
    ACTORS,
    BUREAU,
    COMMITTEE,
    DEADLINE,
    DISTRICT,
    FOUND_AT,
    INSPECTOR,
    LEADER,
    LEADERSHIP,
    SUBMITTED_AT,
    TEAM_HEAD,
    UNIT,
    finding,
    finding_of_district,
    local,
)
from workflows.findings.attempts import Attempt, Refusal
from workflows.findings.facts import CLOCK, Actor, Facts
from workflows.vocabulary import Clock, Move, Origin, Role, Severity, State

F, N, R, V, O, E = State  # noqa: E741 - the order of the design: found … escalated
AT = local(4, 21, 10)
TEAM = (INSPECTOR, TEAM_HEAD)
BY_CLOCK = (Move.EXPIRE, Move.DEEM_RECEIVED, Move.REMIND, Move.BREACH, Move.REPEAT, Move.RECOUNT)
LEVELS = {F: (0,), N: (0,), R: (0, 2), V: (0, 1, 2), O: (0, 2), E: (1, 2)}


@dataclass(frozen=True)
class Situation:
    """Where a finding stands, as far as the table asks."""

    state: State
    origin: Origin
    of_district: bool  # the unit is the district office
    severity: Severity
    level: int
    pending: bool  # a submission awaits review
    asked: bool  # an extension is asked for
    provisional: bool  # the deadline was counted before the holidays were known

    @property
    def major(self) -> bool:
        return self.severity is Severity.MAJOR


def situations(state: State) -> Iterator[Situation]:
    """Every situation of a state that can come about."""
    units = [(origin, False) for origin in Origin] + [(Origin.CENTRE, True), (Origin.UNIT, True)]
    pending = (False, True) if state in (R, O, E) else (False,)
    asked = (False, True) if state in (N, R, O) else (False,)
    provisional = (False, True) if state in (N, R) else (False,)
    for unit, severity, level, is_pending in product(units, Severity, LEVELS[state], pending):
        for is_asked, is_provisional in product(asked, provisional):
            yield Situation(state, *unit, severity, level, is_pending, is_asked, is_provisional)


def facts_of(case: Situation) -> Facts:
    """Facts that fit the situation, with no opinion awaited."""
    build = finding_of_district if case.of_district else finding
    facts = build(severity=case.severity, origin=case.origin)
    facts.state, facts.escalation_level = case.state, case.level
    facts.notified_at = None if case.state is F else FOUND_AT
    facts.deadline = None if case.state is F else DEADLINE
    facts.overdue_at = SUBMITTED_AT if case.state is O else None
    facts.reported_at = FOUND_AT if case.level == 2 else None
    facts.receipt_signed = case.pending or case.state is R
    facts.received_at = FOUND_AT if facts.receipt_signed else None
    if case.pending:
        facts.pending_submission_id, facts.awaiting_review_since = "反馈一", SUBMITTED_AT
    if case.provisional:
        facts.provisional_from, facts.provisional_days = FOUND_AT, 3
    if case.asked:
        facts.pending_extension_id, facts.extension_asked_at = "申请一", SUBMITTED_AT
    return facts


def attempt_of(move: Move, actor: Actor, facts: Facts) -> Attempt:
    """The move with particulars that leave nothing to be desired."""
    return Attempt(
        move,
        actor,
        DEADLINE + timedelta(seconds=1) if move is Move.EXPIRE else AT,
        deadline=local(4, 28),
        evidence=1,
        submission_id="反馈二" if move is Move.SUBMIT else facts.pending_submission_id,
        extension_id="申请二",
        from_level=facts.escalation_level,
        names_remainder=True,
        clock=Clock.DEADLINE,
    )


def expected(move: Move, actor: Actor, case: Situation) -> State | Refusal:
    """The design's answer: the state afterwards, or why not."""
    here, ever = who(move, case), who_ever(move, case)
    if actor not in ever:
        return Refusal.NOT_YOURS
    if case.state not in TARGETS[move]:
        return Refusal.WRONG_STATE
    if actor not in here:
        return Refusal.NOT_YOURS
    return hindrance(move, actor, case) or target(move, case)


def who(move: Move, case: Situation) -> tuple[Actor, ...]:
    """Column «who», in this state."""
    actors = who_ever(move, case)
    if move is Move.VOID:  # with the responsible leader's consent, once the unit knows of it
        return tuple(actor for actor in actors if (actor is LEADER) is (case.state is not F))
    return actors


def who_ever(move: Move, case: Situation) -> tuple[Actor, ...]:
    """Column «who», whatever the state."""
    by_team = case.origin is Origin.CENTRE or (case.origin is Origin.UNIT and case.of_district)
    overseer = TEAM if by_team else (DISTRICT,)
    reviewer = TEAM if case.major or case.level else overseer
    decider = (LEADER,) if case.major else overseer
    unit = (DISTRICT,) if case.of_district else (UNIT,)
    columns: tuple[tuple[tuple[Actor, ...], tuple[Move, ...]], ...] = (
        (overseer, (Move.SETTLE, Move.NOTIFY, Move.REFUSE, Move.REOPEN)),
        (reviewer, (Move.REVIEW_PASS, Move.REVIEW_PARTIAL, Move.REVIEW_FAIL)),
        (decider, (Move.GRANT_EXTENSION, Move.DENY_EXTENSION)),
        (unit, (Move.BEGIN, Move.SUBMIT, Move.ASK_EXTENSION)),
        ((CLOCK, LEADER, LEADERSHIP), (Move.ESCALATE,)),
        ((LEADERSHIP,), (Move.OPINE, Move.SET_ANEW)),
        ((TEAM_HEAD if by_team else DISTRICT, LEADER), (Move.VOID,)),
        ((BUREAU, COMMITTEE), (Move.REPLY,)),
        ((CLOCK,), BY_CLOCK),
        (tuple(actor for actor in ACTORS.values() if actor is not CLOCK), (Move.ACKNOWLEDGE,)),
    )
    return next(actors for actors, moves in columns if move in moves)


# Column «from → to»; what depends on more than the state is in `target`.
TARGETS: dict[Move, dict[State, State]] = {
    Move.SETTLE: {F: V},
    Move.NOTIFY: {F: N},
    Move.BEGIN: {F: R, N: R, R: R, O: O, E: E},
    Move.SUBMIT: {N: R, R: R, O: O, E: E},
    Move.REVIEW_PASS: {R: V, O: V, E: V},
    Move.REVIEW_PARTIAL: {R: R, O: O, E: E},
    Move.REVIEW_FAIL: {R: R, O: E, E: E},
    Move.REFUSE: {N: E, R: E, O: E},
    Move.EXPIRE: {N: O, R: O},
    Move.ESCALATE: {O: E, E: E},
    Move.ASK_EXTENSION: {N: N, R: R, O: O},
    Move.GRANT_EXTENSION: {N: N, R: R, O: N},
    Move.DENY_EXTENSION: {N: N, R: R, O: O},
    Move.OPINE: {E: E},
    Move.SET_ANEW: {E: R},
    Move.REPLY: {R: R, O: O, E: E, V: V},
    Move.REOPEN: {V: R},
    Move.VOID: {F: F, N: N, R: R, O: O, E: E},
    Move.DEEM_RECEIVED: {N: N},
    Move.REMIND: {N: N, R: R, E: E},
    Move.BREACH: {F: F, N: N, R: R, O: O, E: E},
    Move.REPEAT: {E: E},
    Move.RECOUNT: {N: N, R: R},
    Move.ACKNOWLEDGE: {state: state for state in State},
}


def target(move: Move, case: Situation) -> State:
    """Where the move leads, with no failure before it in this cycle."""
    if move is Move.REVIEW_FAIL and case.major:  # the policy's n is 1
        return E
    if move is Move.GRANT_EXTENSION and case.state is O and case.pending:  # a submission counts as receipt
        return R
    return TARGETS[move][case.state]


def hindrance(move: Move, actor: Actor, case: Situation) -> Refusal | None:
    """Column «rules», as far as it is about the finding itself."""
    person = actor.role is not Role.SYSTEM
    hindrances = {
        Move.SETTLE: (case.major, Refusal.MAJOR),
        Move.BEGIN: (case.pending or case.state is R, Refusal.ALREADY_RECEIVED),
        Move.REFUSE: (case.pending, Refusal.REVIEW_PENDING),
        Move.EXPIRE: (case.pending, Refusal.REVIEW_PENDING),
        Move.ESCALATE: (case.level == 2 and (person or case.state is E), Refusal.AT_LAST_LEVEL),
        Move.ASK_EXTENSION: (case.asked, Refusal.EXTENSION_PENDING),
        Move.GRANT_EXTENSION: (not case.asked, Refusal.NO_EXTENSION_PENDING),
        Move.DENY_EXTENSION: (not case.asked, Refusal.NO_EXTENSION_PENDING),
        Move.REPLY: (case.level < 2, Refusal.NOT_REPORTED),
        Move.RECOUNT: (not case.provisional, Refusal.NOT_PROVISIONAL),
    }
    if move is Move.BEGIN and case.state is F:
        return None if case.origin is Origin.UNIT else Refusal.NOT_SELF_FOUND
    if move in (Move.REVIEW_PASS, Move.REVIEW_PARTIAL, Move.REVIEW_FAIL):
        return None if case.pending else Refusal.NOTHING_PENDING
    hindered, refusal = hindrances.get(move, (False, None))
    return refusal if hindered else None
