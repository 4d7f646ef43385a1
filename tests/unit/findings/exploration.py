"""All that can happen in a small round: every person's next acts, the clock's next step, and what was reached."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from msgspec import structs

from tests.unit.findings.law import BUREAU, DISTRICT, LEADER, LEADERSHIP, POLICY, TEAM_HEAD, UNIT
from workflows.deadlines import working_days_after
from workflows.findings.attempts import Attempt, TransitionRefused
from workflows.findings.clocks import next_timer
from workflows.findings.facts import Actor, Facts
from workflows.findings.rectification import advance, allowed_moves, apply
from workflows.findings.transitions import Transition
from workflows.policy import Policy
from workflows.rules import Rules
from workflows.vocabulary import Clock, Move

MINUTE = timedelta(minutes=1)
PEOPLE = (TEAM_HEAD, DISTRICT, UNIT, LEADER, LEADERSHIP, BUREAU)  # one for each part


def small_policy(**ladder: Any) -> Policy:
    """The shipped policy with smaller counts, so that the round can be walked to its ends."""
    return structs.replace(
        POLICY,
        reviews=structs.replace(POLICY.reviews, partials=1),
        extensions=structs.replace(POLICY.extensions, at_most=1),
        ladder=structs.replace(POLICY.ladder, **ladder),
    )


@dataclass
class Node:
    """One finding at one instant, and how it got there."""

    facts: Facts
    now: datetime
    path: tuple[str, ...] = ()


@dataclass
class Edge:
    """One step: a person's act, or the clock's next."""

    before: Node
    after: Node
    transitions: list[Transition]
    by_clock: bool


@dataclass
class Exploration:
    """Nodes by what the law can tell apart, and every edge that was walked."""

    rules: Rules
    nodes: dict[object, Node] = field(default_factory=dict)
    edges: list[tuple[object, object, Edge]] = field(default_factory=list)


def explore(logged: Facts, rules: Rules, *, cycles: int = 2) -> Exploration:
    """Breadth first from the logged finding until nothing new is found; later cycles are not entered."""
    start = Node(logged, logged.created_at)
    found = Exploration(rules, {shape(start, rules): start})
    waiting = deque(found.nodes.items())
    while waiting:
        key, node = waiting.popleft()
        for edge in edges(node, rules):
            after = shape(edge.after, rules)
            found.edges.append((key, after, edge))
            if after not in found.nodes and edge.after.facts.cycle <= cycles:
                found.nodes[after] = edge.after
                waiting.append((after, edge.after))
    return found


def shape(node: Node, rules: Rules) -> object:
    """A finding without its dates: what is set, how much was counted, and what the clock does next."""
    facts, reviews = node.facts, rules.policy.reviews
    upcoming = next_timer(facts, rules)
    told = (clock for clock, how in facts.progress.items() if how.steps and clock is not Clock.REMINDER)
    return (
        *(facts.state, facts.escalation_level, facts.cycle, facts.extensions),
        *(min(facts.failures, 2), min(facts.partials, reviews.partials + 1)),
        *(facts.awaiting_review, facts.submitted_late, facts.receipt_signed),
        *(
            at is None
            for at in (
                *(facts.voided_at, facts.received_at, facts.extension_asked_at, facts.opinion_awaited_since),
                *(facts.stopped_at, facts.reported_at, facts.deadline, facts.working_days),
            )
        ),
        upcoming and (upcoming.clock, upcoming.move),
        frozenset(told),
    )


def edges(node: Node, rules: Rules) -> Iterator[Edge]:
    """Every step that can follow."""
    if timer := next_timer(node.facts, rules):
        facts = replace(node.facts)
        transitions = advance(facts, rules, timer.due_at)
        yield Edge(node, Node(facts, timer.due_at, (*node.path, str(timer.move))), transitions, by_clock=True)
    now = node.now + MINUTE
    current = replace(node.facts)
    meanwhile = advance(current, rules, now)
    for actor in PEOPLE:
        for move in allowed_moves(current, actor, rules):
            for attempt in attempts(move, actor, current, now, rules):
                facts = replace(current)
                if transitions := made(facts, attempt, rules):
                    yield Edge(node, Node(facts, now, (*node.path, str(move))), meanwhile + transitions, by_clock=False)


def attempts(move: Move, actor: Actor, facts: Facts, now: datetime, rules: Rules) -> Iterator[Attempt]:
    """The move with the particulars that make a difference."""
    soon, later = (working_days_after(rules.calendar, now, days) for days in (1, 4))
    plain = Attempt(
        move, actor, now, evidence=1, submission_id=f"反馈{now}", extension_id="申请", from_level=facts.escalation_level
    )
    if move in (Move.REVIEW_PASS, Move.REVIEW_PARTIAL, Move.REVIEW_FAIL):
        yield replace(plain, submission_id=facts.pending_submission_id, names_remainder=True)
    elif move in (Move.ASK_EXTENSION, Move.GRANT_EXTENSION) and facts.deadline:
        yield replace(plain, deadline=working_days_after(rules.calendar, max(now, facts.deadline), 1))
    elif move is Move.NOTIFY:
        yield replace(plain, working_days=3)
        yield replace(plain, deadline=soon)
        yield replace(plain, deadline=later)
    elif move in (Move.BEGIN, Move.REOPEN):
        yield replace(plain, deadline=later)
    elif move is Move.OPINE:
        yield plain
        yield replace(plain, deadline=later)
    else:
        yield plain


def made(facts: Facts, attempt: Attempt, rules: Rules) -> list[Transition]:
    """What the attempt did, an opinion with its new deadline as one; nothing when it was refused."""
    try:
        transitions = [apply(facts, attempt, rules)]
        if attempt.move is Move.OPINE and attempt.deadline:
            transitions.append(apply(facts, replace(attempt, move=Move.SET_ANEW), rules))
    except TransitionRefused:
        return []
    return transitions
