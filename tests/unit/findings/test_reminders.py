"""Reminders before the deadline, and the inclusive instant of the deadline itself."""

from datetime import timedelta

from tests.unit.findings.law import (
    DEADLINE,
    RULES,
    TEAM_HEAD,
    UNIT,
    do,
    finding,
    happened,
    local,
    notified,
    rectifying,
    until,
)
from workflows.deadlines import MICROSECOND
from workflows.findings.clocks import next_timer
from workflows.findings.rectification import advance
from workflows.vocabulary import Move, State


def reminders(told: list[tuple[str, str]]) -> list[str]:
    return [at for kind, at in told if kind == "remind.deadline"]


def test_reminders_come_three_and_one_working_days_before_and_on_the_morning() -> None:
    told = until(rectifying(deadline=local(4, 26)), to=local(4, 26))
    assert reminders(told) == ["04-22 09:00", "04-25 09:00", "04-26 09:00"]  # the Sunday is worked


def test_a_reminder_that_lay_before_the_deadline_was_set_never_comes() -> None:
    facts = notified(at=local(4, 21, 10))  # one working day before, after nine
    assert reminders(until(facts, to=DEADLINE)) == ["04-22 09:00", "04-23 09:00"]


def test_a_reminder_due_in_the_very_moment_of_the_notice_is_moot() -> None:
    assert reminders(until(notified(at=local(4, 22, 9)), to=DEADLINE)) == ["04-23 09:00"]


def test_a_deadline_before_nine_has_no_morning_reminder() -> None:
    told = until(rectifying(deadline=local(4, 23, 8)), to=local(4, 23, 8))
    assert reminders(told) == ["04-20 09:00", "04-22 09:00"]


def test_a_reminder_that_a_successor_has_overtaken_is_dropped() -> None:
    facts = rectifying()
    (told,) = advance(facts, RULES, local(4, 22, 15))
    assert told.due_at == local(4, 22, 9)
    assert happened(advance(facts, RULES, local(4, 23, 9))) == ["remind.deadline"]


def test_no_reminder_comes_after_the_deadline_it_reminds_of() -> None:
    assert happened(advance(rectifying(), RULES, local(4, 24))) == ["expire"]


def test_missed_reminders_are_dropped_whatever_else_was_missed() -> None:
    unreceived = notified(at=local(4, 21, 15))
    assert happened(advance(unreceived, RULES, local(4, 24))) == ["deem_received", "expire"]
    asked = rectifying()
    do(asked, Move.ASK_EXTENSION, UNIT, local(4, 20, 8), deadline=local(4, 30), extension_id="申请一")
    assert happened(advance(asked, RULES, local(4, 24))) == ["breach.decision", "expire"]


def test_dropping_a_reminder_moves_the_next_action_on() -> None:
    facts = rectifying()
    advance(facts, RULES, local(4, 22, 15))
    timer = next_timer(facts, RULES)
    assert timer
    assert timer.due_at == local(4, 23, 9)


def test_a_deadline_is_kept_inclusively() -> None:
    facts = rectifying()
    advance(facts, RULES, DEADLINE)
    assert facts.state is State.RECTIFYING
    (transition,) = advance(facts, RULES, DEADLINE + MICROSECOND)
    assert (transition.move, transition.due_at) == (Move.EXPIRE, DEADLINE + MICROSECOND)
    assert facts.overdue_at == DEADLINE + MICROSECOND


def test_a_submission_on_the_stroke_of_the_deadline_is_in_time() -> None:
    facts = rectifying()
    do(facts, Move.SUBMIT, UNIT, DEADLINE, evidence=1, submission_id="反馈一")
    assert (facts.state, facts.submitted_late, facts.stopped_at) == (State.RECTIFYING, False, DEADLINE)
    late = rectifying()
    do(late, Move.SUBMIT, UNIT, DEADLINE + MICROSECOND, evidence=1, submission_id="反馈一")
    assert (late.state, late.submitted_late, late.stopped_at) == (State.OVERDUE, True, None)


def test_a_notice_can_expire_before_it_was_received() -> None:
    facts = notified(deadline=local(4, 12, 17))
    (transition,) = advance(facts, RULES, local(4, 12, 18))
    assert (transition.before, transition.after) == (State.NOTIFIED, State.OVERDUE)


def test_the_clock_cannot_come_early() -> None:
    facts = finding()
    do(facts, Move.NOTIFY, TEAM_HEAD, facts.created_at, deadline=DEADLINE)
    timer = next_timer(facts, RULES)
    assert timer
    assert advance(facts, RULES, timer.due_at - timedelta(microseconds=1)) == []
