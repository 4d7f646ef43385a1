"""Unit and overseer in collusion: whatever they do, someone above hears within a bound that the policy gives."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.unit.findings.law import DEADLINE, RULES, UNIT, decider_of, finding, local, notified, rectifying, reviewer_of
from tests.unit.findings.test_promises import ABOVE
from tests.unit.findings.test_round import longest_quiet
from workflows.deadlines import working_days_after
from workflows.findings.attempts import Attempt, TransitionRefused
from workflows.findings.clocks import next_timer
from workflows.findings.facts import Facts
from workflows.findings.rectification import advance, apply
from workflows.vocabulary import Clock, Move, Origin

STEP = timedelta(hours=4)
Strategy = Callable[[Facts, datetime], Iterator[Attempt]]


def silent(_facts: Facts, _now: datetime) -> Iterator[Attempt]:
    """Nobody does anything."""
    yield from ()


def resubmit(_facts: Facts, now: datetime) -> Iterator[Attempt]:
    """The unit says every few hours that it is done, and nobody looks."""
    yield Attempt(Move.SUBMIT, UNIT, now, evidence=1, submission_id=f"反馈 {now}")


def shuttle(facts: Facts, now: datetime) -> Iterator[Attempt]:
    """The unit hands in, the reviewer finds it partly done in the last moment before someone above would hear."""
    if not facts.awaiting_review:
        yield from resubmit(facts, now)
    elif Clock.REVIEW in facts.progress and (timer := next_timer(facts, RULES)) and timer.due_at <= now + STEP:
        seen = facts.pending_submission_id
        yield Attempt(Move.REVIEW_PARTIAL, reviewer_of(facts), now, submission_id=seen, names_remainder=True)


def ask_and_deny(facts: Facts, now: datetime) -> Iterator[Attempt]:
    """The unit asks for more time, is refused, and asks again."""
    yield Attempt(Move.ASK_EXTENSION, UNIT, now, deadline=now + timedelta(days=9), extension_id=f"申请 {now}")
    yield Attempt(Move.DENY_EXTENSION, decider_of(facts), now)


def ask_and_grant(facts: Facts, now: datetime) -> Iterator[Attempt]:
    """Every extension is granted, as far as the policy lets it."""
    original = facts.original_deadline or now
    furthest = working_days_after(RULES.calendar, original, RULES.policy.extensions.longest_working_days)
    halfway = working_days_after(RULES.calendar, original, 5)
    for deadline in (halfway, furthest):
        yield Attempt(Move.ASK_EXTENSION, UNIT, now, deadline=deadline, extension_id=f"申请 {deadline}")
        yield Attempt(Move.GRANT_EXTENSION, decider_of(facts), now, deadline=deadline)


def everything(facts: Facts, now: datetime) -> Iterator[Attempt]:
    """Extensions first, then back and forth."""
    yield from ask_and_grant(facts, now)
    yield from shuttle(facts, now)


def heard_at(facts: Facts, strategy: Strategy, *, to: datetime) -> datetime | None:
    """When someone above first hears, while the two of them play their strategy every few hours."""
    now = facts.created_at
    while now < to:
        now += STEP
        transitions = advance(facts, RULES, now)
        for attempt in strategy(facts, now):
            try:
                transitions.append(apply(facts, attempt, RULES))
            except TransitionRefused:
                continue
        if any(ABOVE & set(transition.addressees) for transition in transitions):
            return now
    return None


@pytest.mark.parametrize("strategy", [silent, resubmit, shuttle, ask_and_deny, ask_and_grant, everything])
@pytest.mark.parametrize("build", [notified, rectifying])
def test_nobody_can_stall_a_finding(strategy: Strategy, build: Callable[..., Facts]) -> None:
    facts = build(origin=Origin.DISTRICT)
    bound = DEADLINE + longest_quiet(RULES, facts)
    assert heard_at(facts, strategy, to=bound)


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        (silent, local(4, 25, 18)),  # the deadline, and one working day
        (resubmit, local(4, 15, 18)),  # handed in on Monday: two working days, and one more
        (ask_and_deny, local(4, 25, 18)),  # asking moves nothing
        (ask_and_grant, local(5, 11, 18)),  # ten working days more, and one
    ],
)
def test_the_time_until_someone_above_hears_is_known(strategy: Strategy, expected: datetime) -> None:
    assert heard_at(rectifying(origin=Origin.DISTRICT), strategy, to=local(6, 30)) == expected


def test_an_overseer_who_never_notifies_is_heard_of_by_the_responsible_leader() -> None:
    assert heard_at(finding(origin=Origin.DISTRICT), silent, to=local(6, 30)) == local(4, 14, 18)


def test_a_receipt_that_is_never_signed_puts_nothing_off() -> None:
    signed, unsigned = rectifying(origin=Origin.DISTRICT), notified(origin=Origin.DISTRICT)
    times = [heard_at(replace(facts), silent, to=local(6, 30)) for facts in (signed, unsigned)]
    assert times[0] == times[1]
