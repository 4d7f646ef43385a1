"""What the authority's side owed, read back from the events: the same as the law says while it happens."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.findings.exploration import Node, edges, small_policy
from tests.unit.findings.law import CALENDAR, FOUND_AT, POLICY, RULES, finding, local
from workflows.accountability import Aspect, PastEvent, Wait, aspect_of, aspect_of_entry, judged, owed, waits
from workflows.findings.clocks import awaited
from workflows.findings.rectification import log
from workflows.findings.transitions import Transition
from workflows.journal import JournalAct, SubjectKind
from workflows.rules import Rules
from workflows.vocabulary import Clock, Light, Move, Origin, Severity, State

SMALL = Rules(small_policy(), CALENDAR)
FOUND = PastEvent(FOUND_AT, Move.LOG, None, State.FOUND, 0)
SUBMITTED = PastEvent(local(4, 20, 10), Move.SUBMIT, State.RECTIFYING, State.RECTIFYING, 0)


def passed(transition: Transition, at: datetime) -> PastEvent:
    return PastEvent(
        at,
        transition.move,
        transition.before,
        transition.after,
        transition.escalation_level,
        transition.step,
        transition.due_at,
    )


@settings(max_examples=150)
@given(st.data(), st.sampled_from(Severity), st.sampled_from(Origin))
def test_what_is_owed_is_what_the_law_awaits_whatever_happens(
    data: st.DataObject, severity: Severity, origin: Origin
) -> None:
    facts = finding(severity=severity, origin=origin)
    node = Node(facts, facts.created_at)
    events = [passed(log(facts, SMALL), facts.created_at)]
    for _ in range(data.draw(st.integers(0, 14))):
        following = list(edges(node, SMALL))
        if not following:
            break
        edge = data.draw(st.sampled_from(following))
        node = edge.after
        events += [passed(transition, node.now) for transition in edge.transitions]
        running = {wait.clock: wait.since for wait in waits(events) if wait.until is None}
        lawful = {} if node.facts.closed else dict(awaited(node.facts))
        assert running == lawful, node.path


def test_a_review_in_time_is_kept_and_a_late_one_says_by_how_much() -> None:
    in_time, late = (
        [SUBMITTED, PastEvent(local(4, day, 10), Move.REVIEW_FAIL, State.RECTIFYING, State.RECTIFYING, 0)]
        for day in (22, 26)
    )
    (kept,) = waits(in_time)
    assert not owed(kept, RULES, now=local(5, 10)).breached
    (wait,) = waits(late)
    found = owed(wait, RULES, now=local(5, 10))
    assert (found.due_at, found.until) == (local(4, 22), local(4, 26, 10))
    assert found.late_by == local(4, 26, 10) - local(4, 22)
    assert found.late_working_days == 3  # Friday, the make-up Sunday and Monday
    assert found.light is None


def test_a_newer_submission_restarts_nothing() -> None:
    again = PastEvent(local(4, 21, 9), Move.SUBMIT, State.RECTIFYING, State.RECTIFYING, 0)
    assert waits([SUBMITTED, again]) == [Wait(Clock.REVIEW, SUBMITTED.at, 0)]


@pytest.mark.parametrize(
    ("now", "light", "late"),
    [
        (local(4, 20, 11), Light.GREEN, False),
        (local(4, 21, 11), Light.AMBER, False),
        (local(4, 23, 9), Light.RED, True),
    ],
)
def test_a_running_clock_has_a_light(now: datetime, light: Light, *, late: bool) -> None:
    (wait,) = waits([SUBMITTED])
    found = owed(wait, RULES, now=now)
    assert (found.light, found.breached) == (light, late)


def test_a_closed_round_ends_what_was_owed_and_nothing_gets_later() -> None:
    (wait,) = waits([SUBMITTED])
    found = owed(wait, RULES, now=local(5, 20), silent_since=local(4, 23))
    assert (found.until, found.light, found.late_by) == (None, None, timedelta(days=1))


def test_what_was_told_late_counts_from_when_it_was_due_then() -> None:
    """Exam days and calendars that change later do not change what had already been told."""
    due_at = local(4, 13, 12)
    breach = PastEvent(local(4, 13, 12), Move.BREACH, State.FOUND, State.FOUND, 0, "notification", due_at)
    (wait,) = waits([FOUND, breach, breach])
    assert (wait.breach_due_at, wait.tellings) == (due_at, 2)
    assert owed(wait, RULES, now=local(4, 13, 13)).due_at == due_at
    assert judged(FOUND_AT, due_at, due_at, CALENDAR, now=due_at, tellings=1).breached


def test_an_alert_that_nobody_acknowledged_is_no_clock_of_the_authority() -> None:
    breach = PastEvent(local(4, 14), Move.BREACH, State.FOUND, State.FOUND, 0, "acknowledgement", local(4, 14))
    (wait,) = waits([FOUND, breach])
    assert wait.tellings == 0


def test_every_move_answers_one_question() -> None:
    people = {move: aspect_of(move, by_clock=False) for move in Move}
    assert {move for move, aspect in people.items() if aspect is Aspect.ACTED} == {
        Move.BEGIN,
        Move.SUBMIT,
        Move.ASK_EXTENSION,
    }
    assert people[Move.LOG] is Aspect.FOUND
    assert (people[Move.ESCALATE], aspect_of(Move.ESCALATE, by_clock=True)) == (Aspect.DECIDED, Aspect.URGED)
    assert POLICY.clocks.review == 2  # what the days above go by


@pytest.mark.parametrize(
    ("kind", "act", "aspect"),
    [
        (SubjectKind.REPORT, JournalAct.LATE, Aspect.URGED),
        (SubjectKind.INSPECTION, JournalAct.BREACH, Aspect.URGED),
        (SubjectKind.INSPECTION, JournalAct.OPEN, Aspect.INSPECTED),
        (SubjectKind.REPORT, JournalAct.SUBMIT, Aspect.ACTED),
        (SubjectKind.ROUND, JournalAct.CLOSE, Aspect.DECIDED),
    ],
)
def test_an_entry_of_the_journal_says_who_inspected_urged_acted_or_decided(
    kind: SubjectKind, act: JournalAct, aspect: Aspect
) -> None:
    assert aspect_of_entry(kind, act) is aspect
