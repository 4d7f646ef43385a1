"""The promises of the law, on everything that can be reached in small rounds."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from tests.unit.findings.exploration import Edge, Exploration, Node, explore, small_policy
from tests.unit.findings.law import CALENDAR, EXAM_ON, finding, local
from workflows.deadlines import working_days_after
from workflows.findings.clocks import next_timer
from workflows.findings.rectification import advance
from workflows.rules import Rules
from workflows.vocabulary import LAST_LEVEL, Addressee, Move, Origin, Severity, State

ABOVE = {Addressee.RESPONSIBLE_LEADER, Addressee.LEADERSHIP, Addressee.BUREAU, Addressee.COMMITTEE}
NEVER = small_policy(report_without_opinion_after="never")
ROUNDS = {
    "centre, general": (finding(), Rules(small_policy(), CALENDAR), 1),
    "district, general, twice": (finding(origin=Origin.DISTRICT), Rules(small_policy(), CALENDAR), 2),
    "unit, major, never reported": (
        finding(origin=Origin.UNIT, severity=Severity.MAJOR),
        Rules(NEVER, CALENDAR),
        1,
    ),
    "centre, major, before the exam": (
        finding(severity=Severity.MAJOR, at=local(6, 1, 10)),
        Rules(small_policy(), CALENDAR, EXAM_ON),
        1,
    ),
}


@pytest.fixture(scope="module", params=ROUNDS)
def explored(request: pytest.FixtureRequest) -> Exploration:
    logged, rules, cycles = ROUNDS[request.param]
    return explore(replace(logged), rules, cycles=cycles)


@pytest.fixture
def nodes(explored: Exploration) -> list[Node]:
    return list(explored.nodes.values())


@pytest.fixture
def steps(explored: Exploration) -> list[Edge]:
    return [edge for _, _, edge in explored.edges]


def open_nodes(nodes: list[Node]) -> list[Node]:
    return [node for node in nodes if not node.facts.closed]


def test_the_exploration_reaches_every_state_and_makes_every_move(nodes: list[Node], steps: list[Edge]) -> None:
    assert {transition.after for edge in steps for transition in edge.transitions} == set(State)
    made = {transition.move for edge in steps for transition in edge.transitions}
    self_found, general = nodes[0].facts.origin is Origin.UNIT, nodes[0].facts.severity is Severity.GENERAL
    # every day of the calendar is known, so that nothing is ever counted anew
    assert set(Move) - made <= {Move.LOG, Move.ACKNOWLEDGE, Move.SETTLE, Move.REMIND, Move.RECOUNT}
    assert (Move.SETTLE in made) is general
    assert self_found or Move.REMIND in made


def test_no_open_finding_is_without_a_next_action(explored: Exploration, nodes: list[Node]) -> None:
    for node in nodes:
        assert (next_timer(node.facts, explored.rules) is None) is node.facts.closed, node


def test_the_next_action_lies_ahead_once_the_clock_has_caught_up(explored: Exploration, nodes: list[Node]) -> None:
    for node in open_nodes(nodes):
        facts = replace(node.facts)
        advance(facts, explored.rules, node.now)
        timer = next_timer(facts, explored.rules)
        assert timer
        assert timer.due_at > node.now, node
        settled = replace(facts)
        assert advance(facts, explored.rules, node.now) == []
        assert facts == settled


def test_the_level_falls_only_by_reopening_and_never_by_more_than_one_step_up(steps: list[Edge]) -> None:
    for edge in steps:
        level = edge.before.facts.escalation_level
        for transition in edge.transitions:
            if transition.move is Move.REOPEN:
                assert transition.escalation_level == 0
            else:
                assert level <= transition.escalation_level <= level + 1, edge.after.path
            level = transition.escalation_level
        assert level == edge.after.facts.escalation_level


def test_the_clock_alone_only_ever_goes_up(steps: list[Edge]) -> None:
    height = {State.OVERDUE: 1, State.ESCALATED: 2}
    for edge in steps:
        if edge.by_clock:
            before, after = edge.before.facts.state, edge.after.facts.state
            assert before is after or height.get(before, 0) < height.get(after, 0), edge.after.path


def test_the_clock_never_comes_early(steps: list[Edge]) -> None:
    for edge in steps:
        assert all(transition.due_at is None or transition.due_at <= edge.after.now for transition in edge.transitions)


def test_each_happening_starts_where_the_one_before_ended(steps: list[Edge]) -> None:
    for edge in steps:
        state = edge.before.facts.state
        for transition in edge.transitions:
            assert transition.before is state
            state = transition.after
        assert edge.after.facts.state is state


def test_going_up_is_always_told_above(steps: list[Edge]) -> None:
    for edge in steps:
        level = edge.before.facts.escalation_level
        for transition in edge.transitions:
            if transition.after is State.ESCALATED and transition.before is not State.ESCALATED:
                assert Addressee.LEADERSHIP in transition.addressees, edge.after.path
            if transition.move is Move.OPINE or level < transition.escalation_level == LAST_LEVEL:
                assert {Addressee.BUREAU, Addressee.COMMITTEE} <= set(transition.addressees), edge.after.path
            level = transition.escalation_level


def test_every_end_is_told_to_those_who_were_told(steps: list[Edge]) -> None:
    ends = {Move.REVIEW_PASS, Move.SET_ANEW, Move.REOPEN, Move.VOID}
    for edge in steps:
        for transition in edge.transitions:
            assert transition.move not in ends or Addressee.TOLD in transition.addressees


def test_what_a_finding_carries_fits_its_state(nodes: list[Node]) -> None:
    for node in open_nodes(nodes):
        facts, state = node.facts, node.facts.state
        assert facts.deadline or state not in (State.RECTIFYING, State.OVERDUE), node
        assert facts.deadline or facts.working_days or state is State.FOUND, node
        assert (facts.overdue_at is not None) or state is not State.OVERDUE, node
        assert facts.escalation_level or state is not State.ESCALATED, node
        assert not facts.awaiting_review or state in (State.RECTIFYING, State.OVERDUE, State.ESCALATED), node
        assert facts.awaiting_review == (facts.awaiting_review_since is not None), node
        assert (facts.pending_extension_id is None) == (facts.extension_asked_at is None), node
        assert facts.extension_asked_at is None or state in (State.NOTIFIED, State.RECTIFYING, State.OVERDUE), node
        assert facts.opinion_awaited_since is None or state is State.ESCALATED, node
        assert (facts.stopped_at is not None) == (facts.awaiting_review and state is State.RECTIFYING), node


def test_every_open_finding_can_still_be_verified(explored: Exploration) -> None:
    sources: dict[object, set[object]] = {}
    for before, after, _ in explored.edges:
        sources.setdefault(after, set()).add(before)
    reached = {key for key, node in explored.nodes.items() if node.facts.state is State.VERIFIED}
    waiting = deque(reached)
    while waiting:
        for source in sources.get(waiting.popleft(), set()) - reached:
            reached.add(source)
            waiting.append(source)
    assert {key for key, node in explored.nodes.items() if not node.facts.closed} <= reached


def heard_within(node: Node, rules: Rules) -> datetime:
    """When at the latest someone above hears if nobody acts, worked out from the policy alone."""
    facts, policy = node.facts, rules.policy

    def after(at: datetime | None, working_days: int) -> datetime:
        return working_days_after(rules.calendar, max(at or node.now, node.now), max(working_days, 1))

    def waits() -> Iterator[datetime]:
        if facts.state is State.FOUND:
            yield after(facts.created_at, policy.clocks.notification + 1)  # the second telling reaches the leader
        elif facts.state in (State.NOTIFIED, State.RECTIFYING) and facts.awaiting_review:
            yield after(facts.awaiting_review_since, policy.clocks.review + 1)
        elif facts.state in (State.NOTIFIED, State.RECTIFYING):
            counted = policy.clocks.receipt + (facts.working_days or 0)
            deadline = facts.deadline or after(facts.notified_at, counted)
            yield after(deadline, policy.ladder.leadership_after.of(facts.severity))
        elif facts.state is State.OVERDUE:
            yield after(facts.overdue_at, policy.ladder.leadership_after.of(facts.severity))
        elif facts.opinion_awaited_since:
            yield after(facts.opinion_awaited_since, policy.clocks.opinion)
        else:
            yield after(facts.reported_at, policy.ladder.repeat_after_days + 1)

    return min(waits())


def test_nobody_can_sit_on_a_finding_without_someone_above_hearing(explored: Exploration, nodes: list[Node]) -> None:
    for node in open_nodes(nodes):
        facts, bound = replace(node.facts), heard_within(node, explored.rules)
        while timer := next_timer(facts, explored.rules):
            assert timer.due_at <= bound, node
            if any(ABOVE & set(transition.addressees) for transition in advance(facts, explored.rules, timer.due_at)):
                break
