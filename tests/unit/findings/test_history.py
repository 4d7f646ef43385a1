"""What a finding has ever been: kept in its facts through every cycle, and read from its events alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.unit.findings.law import (
    DEADLINE,
    FOUND_AT,
    LEADERSHIP,
    RULES,
    SUBMITTED_AT,
    TEAM_HEAD,
    UNIT,
    finding,
    local,
    overseer_of,
)
from workflows.deadlines import first_instant_after, working_days_after
from workflows.findings.attempts import Attempt
from workflows.findings.facts import Actor, Facts
from workflows.findings.history import History, history_of
from workflows.findings.rectification import advance, apply
from workflows.findings.transitions import Transition
from workflows.vocabulary import LAST_LEVEL, Move

DAY = timedelta(days=1)


@dataclass
class Past:
    """A move as an event would keep it."""

    move: Move
    escalation_level: int
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Life:
    """A finding, and what would stand in its events."""

    facts: Facts = field(default_factory=finding)
    events: list[Past] = field(default_factory=list)

    def keep(self, made: Transition, at: datetime, **data: Any) -> None:
        due = {"due_at": made.due_at.isoformat()} if made.due_at else {}
        self.events.append(Past(made.move, made.escalation_level, at, {**due, **made.data, **data}))

    def until(self, at: datetime) -> None:
        for made in advance(self.facts, RULES, at):
            self.keep(made, at)

    def do(self, move: Move, actor: Actor, at: datetime, **particulars: Any) -> None:
        self.until(at)
        made = apply(self.facts, Attempt(move, actor, at, names_remainder=True, **particulars), RULES)
        said = {"working_days": particulars.get("working_days")} if move is Move.NOTIFY else {}
        self.keep(made, at, **said)

    def submit(self, at: datetime) -> None:
        self.do(Move.SUBMIT, UNIT, at, evidence=1, submission_id=f"反馈 {at}")

    def read(self) -> History:
        """The history of the events, which must be that of the facts."""
        past, facts = history_of(self.events), self.facts
        assert past.first_overdue_at == (facts.first_overdue_at.isoformat() if facts.first_overdue_at else None)
        assert past.first_deadline == (facts.first_deadline.isoformat() if facts.first_deadline else None)
        assert (past.failures_in_all, past.highest_level) == (facts.failures_in_all, facts.highest_level)
        return past


@pytest.fixture
def life() -> Life:
    begun = Life()
    begun.do(Move.NOTIFY, overseer_of(begun.facts), FOUND_AT, deadline=DEADLINE)
    return begun


def test_a_finding_that_is_set_anew_was_overdue_all_the_same(life: Life) -> None:
    life.until(DEADLINE + 4 * DAY)
    life.do(Move.OPINE, LEADERSHIP, DEADLINE + 4 * DAY)
    life.do(Move.SET_ANEW, LEADERSHIP, DEADLINE + 4 * DAY, deadline=local(5, 28))
    past = life.read()
    assert (life.facts.overdue_at, life.facts.original_deadline) == (None, local(5, 28))
    assert past.first_overdue_at == first_instant_after(DEADLINE).isoformat()
    assert past.first_deadline == DEADLINE.isoformat()
    assert past.highest_level == LAST_LEVEL


def test_an_extension_after_the_deadline_does_not_undo_that_it_was_missed(life: Life) -> None:
    at = DEADLINE + timedelta(minutes=1)
    life.do(Move.ASK_EXTENSION, UNIT, at, deadline=local(4, 28), extension_id="延期一")
    life.do(Move.GRANT_EXTENSION, TEAM_HEAD, at, deadline=local(4, 28))
    past = life.read()
    assert life.facts.overdue_at is None
    assert past.first_overdue_at == first_instant_after(DEADLINE).isoformat()
    assert past.first_deadline == DEADLINE.isoformat()


def test_failed_reviews_of_all_cycles_are_counted(life: Life) -> None:
    life.submit(SUBMITTED_AT)
    life.do(Move.REVIEW_FAIL, TEAM_HEAD, SUBMITTED_AT + timedelta(hours=1))
    life.submit(SUBMITTED_AT + DAY)
    life.do(Move.REVIEW_FAIL, TEAM_HEAD, SUBMITTED_AT + DAY)
    life.do(Move.OPINE, LEADERSHIP, SUBMITTED_AT + DAY)
    life.do(Move.SET_ANEW, LEADERSHIP, SUBMITTED_AT + DAY, deadline=local(5, 28))
    life.submit(SUBMITTED_AT + 2 * DAY)
    life.do(Move.REVIEW_FAIL, TEAM_HEAD, SUBMITTED_AT + 2 * DAY)
    assert (life.facts.failures, life.read().failures_in_all) == (1, 3)


def test_partial_reviews_count_once_they_are_too_many(life: Life) -> None:
    counted = []
    for days in range(RULES.policy.reviews.partials + 1):
        at = SUBMITTED_AT + timedelta(hours=days)
        life.submit(at)
        life.do(Move.REVIEW_PARTIAL, TEAM_HEAD, at)
        counted.append(life.read().failures_in_all)
    assert counted == [0] * RULES.policy.reviews.partials + [1]


def test_a_partial_review_of_an_earlier_version_leaves_it_open_how_many_failed() -> None:
    events = [Past(Move.REVIEW_FAIL, 0, FOUND_AT), Past(Move.REVIEW_PARTIAL, 0, FOUND_AT)]
    assert history_of(events[:1]).failures_in_all == 1
    assert history_of(events).failures_in_all is None
    assert history_of([*events, events[0]]).failures_in_all is None


def test_the_first_deadline_counts_from_the_receipt_once() -> None:
    life = Life()
    life.do(Move.NOTIFY, overseer_of(life.facts), FOUND_AT, working_days=5)
    assert life.read().first_deadline is None
    life.do(Move.BEGIN, UNIT, FOUND_AT + timedelta(hours=1))
    due = working_days_after(RULES.calendar, FOUND_AT + timedelta(hours=1), 5)
    assert life.read().first_deadline == due.isoformat()
    later = working_days_after(RULES.calendar, due, 3)
    life.do(Move.ASK_EXTENSION, UNIT, FOUND_AT + DAY, deadline=later, extension_id="延期一")
    life.do(Move.GRANT_EXTENSION, TEAM_HEAD, FOUND_AT + DAY, deadline=later)
    life.submit(SUBMITTED_AT)
    assert life.read().first_deadline == due.isoformat()


def test_a_finding_that_comes_back_keeps_its_past(life: Life) -> None:
    life.until(DEADLINE + timedelta(minutes=1))
    life.submit(DEADLINE + timedelta(minutes=2))
    life.do(Move.REVIEW_PASS, TEAM_HEAD, DEADLINE + timedelta(minutes=3))
    life.do(Move.REOPEN, TEAM_HEAD, DEADLINE + 9 * DAY, deadline=local(5, 28))
    past = life.read()
    assert (life.facts.escalation_level, life.facts.overdue_at) == (0, None)
    assert past.first_overdue_at == first_instant_after(DEADLINE).isoformat()
    assert past.first_deadline == DEADLINE.isoformat()


def test_a_finding_settled_on_the_spot_has_its_first_deadline_when_it_comes_back() -> None:
    life = Life()
    life.do(Move.SETTLE, overseer_of(life.facts), FOUND_AT, evidence=1)
    assert life.read() == History()
    life.do(Move.REOPEN, TEAM_HEAD, FOUND_AT + DAY, deadline=DEADLINE)
    assert life.read().first_deadline == DEADLINE.isoformat()
