"""Random rounds: people act in any order, the clock is swept late; what is promised holds after every step."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.unit.findings.exploration import PEOPLE, attempts, made
from tests.unit.findings.law import CALENDAR, EXAM_ON, FOUND_AT, POLICY, RULES, advance_in_steps, finding
from tests.unit.findings.test_promises import ABOVE
from workflows.findings.attempts import Attempt, TransitionRefused
from workflows.findings.clocks import next_timer
from workflows.findings.facts import Actor, Facts
from workflows.findings.rectification import advance, allowed_moves, apply
from workflows.findings.transitions import Transition
from workflows.rules import Rules
from workflows.vocabulary import LAST_LEVEL, Move, Origin, Severity, State

ROUNDS = (RULES, Rules(POLICY, CALENDAR, EXAM_ON))
SETTING_A_DEADLINE = (Move.NOTIFY, Move.BEGIN, Move.SET_ANEW, Move.REOPEN)
waits = st.integers(0, 24 * 9).map(lambda hours: timedelta(hours=hours, minutes=7))


def longest_quiet(rules: Rules, facts: Facts) -> timedelta:
    """How long unit and overseer together can put off that someone above hears, after the deadline they agreed on."""
    policy = rules.policy
    rounds = policy.reviews.partials + policy.reviews.failures.of(facts.severity) + 1
    each = policy.clocks.review + 1 + policy.reviews.grace_working_days
    working_days = (
        max(policy.clocks.notification + 1, policy.clocks.receipt + (facts.working_days or 0))
        + policy.extensions.longest_working_days
        + rounds * each
        + policy.ladder.leadership_after.of(facts.severity)
        + policy.ladder.repeat_after_days
    )
    return timedelta(days=2 * working_days + 8)  # more than so many working days ever last in these months


class AnyRound(RuleBasedStateMachine):
    """One finding, everybody who may act on it, and workers that are always in time or late."""

    @initialize(origin=st.sampled_from(Origin), severity=st.sampled_from(Severity), law=st.sampled_from(ROUNDS))
    def log(self, origin: Origin, severity: Severity, law: Rules) -> None:
        self.law, self.now = law, FOUND_AT
        self.facts = finding(origin=origin, severity=severity)
        self.heard_at = self.promised_at = FOUND_AT  # when someone above last heard; the last deadline agreed on

    @rule(wait=waits)
    def time_passes_and_the_workers_keep_up(self, wait: timedelta) -> None:
        until = self.now + wait
        while (timer := next_timer(self.facts, self.law)) and timer.due_at <= until:
            self.now = max(self.now, timer.due_at)
            self._told(advance(self.facts, self.law, self.now))
        self.now = until

    @rule(wait=waits)
    def time_passes_and_the_workers_were_down(self, wait: timedelta) -> None:
        self.now += wait
        self.heard_at += wait  # nobody can hear while everything is down
        self._told(advance(self.facts, self.law, self.now))

    @rule(actor=st.sampled_from(PEOPLE), data=st.data())
    def a_person_does_what_is_offered(self, actor: Actor, data: st.DataObject) -> None:
        self._told(advance(self.facts, self.law, self.now))
        offered = allowed_moves(self.facts, actor, self.law)
        if not offered:
            return
        move = data.draw(st.sampled_from(offered))
        attempt = data.draw(st.sampled_from(list(attempts(move, actor, self.facts, self.now, self.law))))
        self._told(made(self.facts, attempt, self.law))

    @rule(actor=st.sampled_from(PEOPLE), move=st.sampled_from([move for move in Move if move is not Move.LOG]))
    def a_person_tries_anything_bare(self, actor: Actor, move: Move) -> None:
        self._told(advance(self.facts, self.law, self.now))
        before = replace(self.facts)
        try:
            transition = apply(self.facts, Attempt(move, actor, self.now, submission_id="反馈"), self.law)
        except TransitionRefused:
            assert self.facts == before
        else:
            self._told([transition])

    @precondition(lambda self: not self.facts.closed)
    @invariant()
    def there_is_a_next_action(self) -> None:
        assert next_timer(self.facts, self.law)

    @invariant()
    def the_clock_leaves_nothing_behind(self) -> None:
        facts = replace(self.facts)
        self._check(advance(facts, self.law, self.now))
        caught_up = replace(facts)
        assert advance(facts, self.law, self.now) == []
        assert facts == caught_up
        timer = next_timer(facts, self.law)
        assert timer is None or timer.due_at > self.now

    @precondition(lambda self: not self.facts.closed)
    @invariant()
    def someone_above_hears_within_the_bound(self) -> None:
        since = max(self.heard_at, self.promised_at)
        assert self.now <= since + longest_quiet(self.law, self.facts), self.facts

    def _told(self, transitions: list[Transition]) -> None:
        self._check(transitions)
        for transition in transitions:
            if ABOVE & set(transition.addressees):
                self.heard_at = max(self.heard_at, self.now)
            if transition.move in SETTING_A_DEADLINE:
                self.promised_at = max(self.promised_at, self.facts.deadline or self.now)

    def _check(self, transitions: list[Transition]) -> None:
        for before, after in pairwise(transitions):
            assert after.before is before.after
            assert after.escalation_level >= before.escalation_level or after.move is Move.REOPEN


AnyRound.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestAnyRound = AnyRound.TestCase


def climbed(schedule: list[datetime], facts: Facts, rules: Rules) -> list[tuple[datetime, State, int]]:
    """Where the finding stood after each sweep."""
    stood = []
    for at in schedule:
        advance(facts, rules, at)
        stood.append((at, facts.state, facts.escalation_level))
    return stood


HEIGHT = {State.OVERDUE: 1, State.ESCALATED: 2}


@given(
    acting=st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(0, 200), waits), max_size=8),
    sweeps=st.lists(waits, min_size=1, max_size=12),
    severity=st.sampled_from(Severity),
    rules=st.sampled_from(ROUNDS),
)
@settings(max_examples=200, deadline=None)
def test_late_sweeps_never_escalate_earlier_than_timely_ones(
    acting: list[tuple[Actor, int, timedelta]], sweeps: list[timedelta], severity: Severity, rules: Rules
) -> None:
    facts, now = finding(severity=severity), FOUND_AT
    for actor, choice, wait in acting:
        advance(facts, rules, now)
        offered = [
            attempt
            for move in allowed_moves(facts, actor, rules)
            for attempt in attempts(move, actor, facts, now, rules)
        ]
        if offered:
            made(facts, offered[choice % len(offered)], rules)
        now += wait
    schedule = [now := now + wait for wait in sweeps]
    timely, late = replace(facts), replace(facts)
    for at, state, level in climbed(schedule, late, rules):
        advance_in_steps(timely, rules, at)
        assert level <= timely.escalation_level <= LAST_LEVEL
        assert HEIGHT.get(state, 0) <= HEIGHT.get(timely.state, 0)
        assert late.closed == timely.closed
