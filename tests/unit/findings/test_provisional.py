"""A deadline counted before the holidays were known is recounted once they are, never to the unit's disadvantage."""

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.findings.law import CALENDAR, POLICY, RULES, SHANGHAI, TEAM_HEAD, UNIT, do, finding, happened, local
from workflows.calendar import load_calendar, shipped_calendar_text
from workflows.findings.attempts import Attempt, Refusal, TransitionRefused
from workflows.findings.clocks import next_timer
from workflows.findings.facts import CLOCK, Facts
from workflows.findings.provisional import recounted
from workflows.findings.rectification import advance, apply
from workflows.rules import Rules
from workflows.vocabulary import Addressee, Clock, Move, State

UNPUBLISHED = load_calendar(
    re.sub(r"\[years\.2021\].*?(?=\[years\.2022\])", "", shipped_calendar_text(), flags=re.DOTALL)
)
BEFORE, AFTER = Rules(POLICY, UNPUBLISHED), Rules(POLICY, CALENDAR)
RECEIVED_AT = local(4, 30, 10)  # a Friday; 1 to 5 May are holidays, and 8 May a Saturday that is worked


def received(at: datetime = RECEIVED_AT, days: int = 3, rules: Rules = BEFORE) -> Facts:
    """Notified and received at once, with so many working days."""
    facts = finding(at=at)
    do(facts, Move.NOTIFY, TEAM_HEAD, at, rules=rules, working_days=days)
    do(facts, Move.BEGIN, UNIT, at, rules=rules)
    return facts


def day_of(facts: Facts) -> date | None:
    return facts.deadline.astimezone(SHANGHAI).date() if facts.deadline else None


def test_a_deadline_is_recounted_at_once_when_the_holidays_are_known_and_the_unit_hears_of_it() -> None:
    facts = received()
    assert day_of(facts) == date(2021, 5, 5)
    (transition,) = advance(facts, AFTER, RECEIVED_AT + timedelta(hours=1))
    assert (transition.move, transition.before, transition.after) == (Move.RECOUNT, State.RECTIFYING, State.RECTIFYING)
    assert day_of(facts) == date(2021, 5, 8)
    assert facts.original_deadline == facts.deadline
    assert transition.data["deadline_set"] == transition.data["deadline_in_force"] == local(5, 8).isoformat()
    assert transition.data["deadline_before"] == local(5, 5).isoformat()
    assert transition.addressees == (Addressee.UNIT, Addressee.TEAM)


def test_it_is_recounted_once() -> None:
    facts = received()
    advance(facts, AFTER, RECEIVED_AT + timedelta(hours=1))
    assert facts.provisional_from is None
    assert advance(facts, AFTER, RECEIVED_AT + timedelta(hours=2)) == []
    with pytest.raises(TransitionRefused) as refused:
        apply(facts, Attempt(Move.RECOUNT, CLOCK, local(5, 6)), AFTER)
    assert refused.value.refusal is Refusal.NOT_PROVISIONAL


def test_it_goes_before_whatever_follows_from_the_deadline_however_late_the_clock_is() -> None:
    facts = received()
    kinds = happened(advance(facts, AFTER, local(5, 7, 18)))
    assert kinds[0] == "recount"
    assert "expire" not in kinds
    assert facts.state is State.RECTIFYING


def test_as_long_as_the_holidays_are_not_known_the_deadline_runs_as_it_was_counted() -> None:
    facts = received()
    assert "recount" not in happened(advance(facts, BEFORE, local(5, 5, 18)))
    assert facts.state is State.OVERDUE
    assert facts.provisional_from == RECEIVED_AT


def test_a_deadline_that_would_come_sooner_stays_and_nobody_hears() -> None:
    friday = local(2, 5, 10)  # the Sunday after it is worked
    facts = received(friday, days=1)
    assert day_of(facts) == date(2021, 2, 8)
    (transition,) = advance(facts, AFTER, friday + timedelta(hours=1))
    assert day_of(facts) == date(2021, 2, 8)
    assert (transition.addressees, "deadline_set" in transition.data) == ((), False)


def test_reminders_that_were_sent_are_not_sent_again_where_the_deadline_stays() -> None:
    friday = local(2, 5, 10)
    facts = received(friday, days=1)
    before = facts.progress[Clock.REMINDER]
    advance(facts, AFTER, friday + timedelta(hours=1))
    assert facts.progress.get(Clock.REMINDER) in (before, None)


def test_what_is_counted_with_all_holidays_known_is_not_provisional() -> None:
    facts = received(rules=AFTER)
    assert facts.provisional_from is None
    assert day_of(facts) == date(2021, 5, 8)


def test_the_instant_that_the_notice_names_and_the_exam_bound_what_is_recounted() -> None:
    facts = finding(at=RECEIVED_AT)
    do(facts, Move.NOTIFY, TEAM_HEAD, RECEIVED_AT, rules=BEFORE, working_days=3, deadline=local(5, 6, 12))
    do(facts, Move.BEGIN, UNIT, RECEIVED_AT, rules=BEFORE)
    advance(facts, AFTER, RECEIVED_AT + timedelta(hours=1))
    assert facts.deadline == local(5, 6, 12)
    facts = received()
    advance(facts, Rules(POLICY, CALENDAR, date(2021, 5, 8)), RECEIVED_AT + timedelta(hours=1))
    assert facts.deadline == local(5, 7)


def test_a_deadline_that_was_granted_by_people_is_no_longer_provisional() -> None:
    facts = received()
    do(facts, Move.ASK_EXTENSION, UNIT, local(4, 30, 11), rules=BEFORE, deadline=local(5, 10), extension_id="申请一")
    do(facts, Move.GRANT_EXTENSION, TEAM_HEAD, local(4, 30, 12), rules=BEFORE, deadline=local(5, 10))
    assert facts.provisional_from is None
    assert next_timer(facts, AFTER).move is not Move.RECOUNT  # type: ignore[union-attr]  # open, so something runs


def test_the_grace_after_a_failed_review_is_recounted_as_well() -> None:
    facts = received()
    do(facts, Move.SUBMIT, UNIT, local(4, 30, 11), rules=BEFORE, evidence=1, submission_id="反馈一")
    facts.deadline = local(4, 30, 12)  # hardly anything remains
    do(facts, Move.REVIEW_FAIL, TEAM_HEAD, local(4, 30, 14), rules=BEFORE, submission_id="反馈一")
    assert day_of(facts) == date(2021, 5, 3)
    advance(facts, AFTER, local(4, 30, 15))
    assert day_of(facts) == date(2021, 5, 6)


def test_what_remained_of_a_provisional_deadline_after_a_review_is_recounted_as_well() -> None:
    facts, counted = received(days=10), received(days=10, rules=AFTER)
    for one, rules in ((facts, BEFORE), (counted, AFTER)):
        do(one, Move.SUBMIT, UNIT, local(4, 30, 11), rules=rules, evidence=1, submission_id="反馈一")
        do(one, Move.REVIEW_PARTIAL, TEAM_HEAD, local(4, 30, 14), rules=rules, submission_id="反馈一")
    assert (day_of(facts), day_of(counted)) == (date(2021, 5, 17), date(2021, 5, 19))
    advance(facts, AFTER, local(4, 30, 15))
    assert day_of(facts) == day_of(counted)


def test_what_remained_until_the_instant_that_the_notice_names_is_not_lengthened() -> None:
    for named in (local(5, 10, 12), local(5, 7, 12)):
        facts = finding(at=RECEIVED_AT)
        do(facts, Move.NOTIFY, TEAM_HEAD, RECEIVED_AT, rules=BEFORE, working_days=5, deadline=named)
        do(facts, Move.BEGIN, UNIT, RECEIVED_AT, rules=BEFORE)
        do(facts, Move.SUBMIT, UNIT, local(4, 30, 11), rules=BEFORE, evidence=1, submission_id="反馈一")
        do(facts, Move.REVIEW_FAIL, TEAM_HEAD, local(4, 30, 14), rules=BEFORE, submission_id="反馈一")
        advance(facts, AFTER, local(4, 30, 15))
        assert facts.deadline is not None
        assert facts.deadline <= named + timedelta(hours=3)


def test_a_recount_without_known_holidays_is_an_error() -> None:
    with pytest.raises(ValueError, match="once its holidays are known"):
        apply(received(), Attempt(Move.RECOUNT, CLOCK, local(5, 6)), BEFORE)


@given(st.dates(date(2021, 1, 4), date(2021, 11, 20)), st.integers(1, 25))
def test_a_recounted_deadline_is_never_sooner_and_what_counting_now_gives_or_what_it_was(day: date, days: int) -> None:
    at = CALENDAR.opening(day)
    facts, counted = received(at, days), received(at, days, rules=AFTER)
    before = facts.deadline
    advance(facts, AFTER, at + timedelta(minutes=1))
    assert before is not None
    assert counted.deadline is not None
    assert facts.deadline == max(before, counted.deadline)


def test_what_is_not_provisional_is_not_recounted() -> None:
    assert recounted(finding(), RULES) is None
