"""What each move does to a finding besides its state."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from workflows.deadlines import (
    earliest,
    is_kept,
    resumed,
    working_days_after,
    working_days_until,
    working_time_after,
    working_time_between,
)
from workflows.findings.attempts import Attempt
from workflows.findings.clocks import timers
from workflows.findings.facts import Facts, Progress
from workflows.findings.guards import partial_counts
from workflows.findings.provisional import is_counted_provisionally, recounted, remember_if_provisional
from workflows.rules import Rules
from workflows.vocabulary import LAST_LEVEL, Clock, Move, State

Effect = Callable[[Facts, Attempt, Rules], None]


def forget_stopped_clocks(facts: Facts, rules: Rules) -> None:
    """Forget how far clocks had come that no longer run."""
    running = {timer.clock for timer in timers(facts, rules)}
    facts.progress = {clock: progress for clock, progress in facts.progress.items() if clock in running}


def enter_escalated(facts: Facts, at: datetime) -> None:
    """One level up, at most to the last; a new handling opinion is awaited."""
    facts.escalated_at = facts.opinion_awaited_since = at
    _close_request(facts)
    _raise_level(facts, at)


def _raise_level(facts: Facts, at: datetime) -> None:
    facts.escalation_level = min(facts.escalation_level + 1, LAST_LEVEL)
    facts.highest_level = max(facts.highest_level, facts.escalation_level)
    if facts.escalation_level == LAST_LEVEL:
        facts.reported_at = at


def _settle(facts: Facts, attempt: Attempt, _rules: Rules) -> None:
    facts.verified_at = attempt.at


def _notify(facts: Facts, attempt: Attempt, _rules: Rules) -> None:
    facts.notified_at = attempt.at
    facts.working_days = attempt.working_days
    if attempt.deadline:
        _set_deadline(facts, attempt.deadline, attempt.at)


def _begin(facts: Facts, attempt: Attempt, rules: Rules) -> None:
    if attempt.deadline and facts.deadline is None and facts.working_days is None:
        _set_deadline(facts, attempt.deadline, attempt.at)
    facts.receipt_signed = True
    _receive(facts, attempt.at, rules)


def _submit(facts: Facts, attempt: Attempt, rules: Rules) -> None:
    facts.receipt_signed = True
    _receive(facts, attempt.at, rules)
    runs = facts.stopped_at is None and facts.deadline is not None
    facts.submitted_late = bool(runs and facts.deadline and not is_kept(facts.deadline, attempt.at))
    if facts.state is State.RECTIFYING and facts.stopped_at is None:
        facts.stopped_at = attempt.at
    facts.awaiting_review_since = facts.awaiting_review_since or attempt.at
    facts.pending_submission_id = attempt.submission_id


def _review_pass(facts: Facts, attempt: Attempt, _rules: Rules) -> None:
    _close_submission(facts)
    _close_request(facts)
    facts.opinion_awaited_since = None
    facts.verified_at = attempt.at


def _review_partial(facts: Facts, attempt: Attempt, rules: Rules) -> None:
    if partial_counts(facts, attempt, rules):
        _count_failure(facts)
    facts.partials += 1
    _hand_back(facts, attempt.at, rules)


def _review_fail(facts: Facts, attempt: Attempt, rules: Rules) -> None:
    _count_failure(facts)
    _hand_back(facts, attempt.at, rules)


def _count_failure(facts: Facts) -> None:
    facts.failures += 1
    facts.failures_in_all += 1


def _expire(facts: Facts, attempt: Attempt, _rules: Rules) -> None:
    facts.overdue_at = attempt.due_at or attempt.at
    facts.first_overdue_at = facts.first_overdue_at or facts.overdue_at


def _escalate(facts: Facts, attempt: Attempt, _rules: Rules) -> None:
    """Within `escalated` only the level rises; `enter_escalated` does the rest for those who come in."""
    _raise_level(facts, attempt.at)


def _ask_extension(facts: Facts, attempt: Attempt, _rules: Rules) -> None:
    facts.pending_extension_id = attempt.extension_id
    facts.extension_asked_at = attempt.at


def _grant_extension(facts: Facts, attempt: Attempt, _rules: Rules) -> None:
    stopped_at = facts.stopped_at  # a grant while awaiting review lengthens what remains
    if facts.awaiting_review and stopped_at is None:
        stopped_at = attempt.at
    _move_deadline(facts, attempt)
    facts.stopped_at = stopped_at
    facts.extensions += 1
    facts.overdue_at = None
    _close_request(facts)


def _deny_extension(facts: Facts, _attempt: Attempt, _rules: Rules) -> None:
    _close_request(facts)


def _opine(facts: Facts, attempt: Attempt, _rules: Rules) -> None:
    facts.opinion_awaited_since = None
    facts.escalation_level = facts.highest_level = LAST_LEVEL
    facts.reported_at = attempt.at
    facts.progress = {clock: how for clock, how in facts.progress.items() if clock is not Clock.REPEAT}


def _set_anew(facts: Facts, attempt: Attempt, _rules: Rules) -> None:
    """A new cycle; a pending submission stays pending and stops the new deadline."""
    facts.cycle += 1
    facts.failures = facts.partials = facts.extensions = 0
    facts.overdue_at = facts.original_deadline = None
    _close_request(facts)
    _move_deadline(facts, attempt)
    facts.stopped_at = attempt.at if facts.awaiting_review else None


def _reopen(facts: Facts, attempt: Attempt, rules: Rules) -> None:
    facts.escalation_level = 0
    facts.recurrences += 1
    facts.verified_at = facts.escalated_at = None
    facts.receipt_signed = True
    facts.received_at = facts.received_at or attempt.at
    _set_anew(facts, attempt, rules)


def _void(facts: Facts, attempt: Attempt, _rules: Rules) -> None:
    _close_request(facts)
    facts.voided_at = attempt.at


def _deem_received(facts: Facts, attempt: Attempt, rules: Rules) -> None:
    facts.receipt_deemed = True
    _receive(facts, attempt.due_at or attempt.at, rules)


def _recount(facts: Facts, attempt: Attempt, rules: Rules) -> None:
    """The original deadline was as provisional as the one that counts from it."""
    deadline = recounted(facts, rules)
    if deadline is None:
        raise ValueError("a deadline is recounted once its holidays are known")
    if facts.original_deadline == facts.deadline:
        facts.original_deadline = deadline
    reminders = facts.progress.get(Clock.REMINDER, Progress(0, attempt.at))
    moved = deadline != facts.deadline
    _set_deadline(facts, deadline, attempt.at)
    if not moved:  # what has been reminded of it has been
        facts.progress = {**facts.progress, Clock.REMINDER: reminders}


def _advance_clock(facts: Facts, attempt: Attempt, _rules: Rules) -> None:
    """Reminders count from the instant they were due, so that missed ones are not made up for."""
    if attempt.clock is None:
        raise ValueError("a clock's step names its clock")
    last = facts.progress.get(attempt.clock)
    at = attempt.due_at if attempt.clock is Clock.REMINDER and attempt.due_at else attempt.at
    facts.progress = {**facts.progress, attempt.clock: Progress(last.steps + 1 if last else 1, at)}


def _nothing(_facts: Facts, _attempt: Attempt, _rules: Rules) -> None:
    """Only recorded."""


EFFECTS: dict[Move, Effect] = {
    Move.SETTLE: _settle,
    Move.NOTIFY: _notify,
    Move.BEGIN: _begin,
    Move.SUBMIT: _submit,
    Move.REVIEW_PASS: _review_pass,
    Move.REVIEW_PARTIAL: _review_partial,
    Move.REVIEW_FAIL: _review_fail,
    Move.REFUSE: _nothing,
    Move.EXPIRE: _expire,
    Move.ESCALATE: _escalate,
    Move.ASK_EXTENSION: _ask_extension,
    Move.GRANT_EXTENSION: _grant_extension,
    Move.DENY_EXTENSION: _deny_extension,
    Move.OPINE: _opine,
    Move.SET_ANEW: _set_anew,
    Move.REPLY: _nothing,
    Move.REOPEN: _reopen,
    Move.VOID: _void,
    Move.DEEM_RECEIVED: _deem_received,
    Move.REMIND: _advance_clock,
    Move.BREACH: _advance_clock,
    Move.REPEAT: _advance_clock,
    Move.RECOUNT: _recount,
    Move.ACKNOWLEDGE: _nothing,
}


def _receive(facts: Facts, at: datetime, rules: Rules) -> None:
    """Receipt, once; when overdue or escalated it is only recorded, else a deadline counted from receipt starts.

    That deadline combines by min with the instant that the notice names, and with the last working moment
    before the exam.
    """
    if facts.received_at is not None:
        return
    facts.received_at = at
    if facts.working_days is None or facts.state not in (State.NOTIFIED, State.RECTIFYING):
        return
    counted = working_days_after(rules.calendar, at, facts.working_days)
    latest, named = rules.latest_deadline(), facts.deadline
    facts.original_deadline = None
    _set_deadline(facts, earliest(counted, named, latest if latest and latest > at else None) or counted, at)
    remember_if_provisional(facts, at, facts.working_days, rules, named)


def _set_deadline(facts: Facts, deadline: datetime, at: datetime) -> None:
    """Reminders that would have come before this moment are moot."""
    facts.deadline = deadline
    facts.original_deadline = facts.original_deadline or deadline
    facts.provisional_from = facts.provisional_days = facts.provisional_limit = None
    if facts.cycle == 1 or facts.first_deadline is None:
        facts.first_deadline = facts.original_deadline
    facts.progress = {**facts.progress, Clock.REMINDER: Progress(0, at)}


def _move_deadline(facts: Facts, attempt: Attempt) -> None:
    facts.working_days = None
    _set_deadline(facts, cast("datetime", attempt.deadline), attempt.at)  # every row that moves one asks for it


def _hand_back(facts: Facts, at: datetime, rules: Rules) -> None:
    """The submission is dealt with; a deadline that it had stopped runs on with what remained, or the grace."""
    if facts.state is State.RECTIFYING and facts.stopped_at and facts.deadline:
        calendar, grace = rules.calendar, rules.policy.reviews.grace_working_days
        remaining = working_time_between(calendar, facts.stopped_at, facts.deadline)
        latest = rules.latest_deadline()
        deadline = resumed(calendar, now=at, remaining=remaining, grace_working_days=grace, latest=latest)
        days, limit = grace, None
        if is_counted_provisionally(facts):  # so is what remained of it
            days = working_days_until(calendar, at, deadline)
            if named := facts.provisional_limit:
                limit = working_time_after(calendar, at, working_time_between(calendar, facts.stopped_at, named))
        _set_deadline(facts, deadline, at)
        remember_if_provisional(facts, at, days, rules, limit)
    _close_submission(facts)


def _close_submission(facts: Facts) -> None:
    facts.pending_submission_id = facts.awaiting_review_since = facts.stopped_at = None
    facts.submitted_late = False


def _close_request(facts: Facts) -> None:
    facts.pending_extension_id = facts.extension_asked_at = None
