"""The conditions of moves, each with the refusal that it gives."""

from collections.abc import Callable
from dataclasses import dataclass

from workflows.deadlines import is_kept, working_days_after
from workflows.findings.attempts import Attempt, Refusal
from workflows.findings.facts import Facts
from workflows.findings.severity import CONSEQUENCES
from workflows.rules import Rules
from workflows.vocabulary import LAST_LEVEL, Move, Origin, Role, State

Condition = Callable[[Facts, Attempt, Rules], bool]


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition; one on the particulars of an attempt is left out when asked what a caller may do."""

    refusal: Refusal
    holds: Condition
    on_particulars: bool = False


def _about(refusal: Refusal) -> Callable[[Condition], Guard]:
    """A guard on the finding itself."""
    return lambda holds: Guard(refusal, holds)


def _particular(refusal: Refusal) -> Callable[[Condition], Guard]:
    """A guard on what the actor brings along."""
    return lambda holds: Guard(refusal, holds, on_particulars=True)


@_about(Refusal.VOIDED)
def not_voided(facts: Facts, _attempt: Attempt, _rules: Rules) -> bool:
    return facts.voided_at is None


@_about(Refusal.MAJOR)
def settled_on_the_spot(facts: Facts, _attempt: Attempt, _rules: Rules) -> bool:
    return CONSEQUENCES[facts.severity].settled_on_the_spot


@_about(Refusal.NOT_PROVISIONAL)
def provisional(facts: Facts, _attempt: Attempt, _rules: Rules) -> bool:
    return facts.provisional_from is not None


@_about(Refusal.REVIEW_PENDING)
def no_review_pending(facts: Facts, _attempt: Attempt, _rules: Rules) -> bool:
    return not facts.awaiting_review


@_about(Refusal.NOTHING_PENDING)
def review_pending(facts: Facts, _attempt: Attempt, _rules: Rules) -> bool:
    return facts.awaiting_review


@_particular(Refusal.STALE_SUBMISSION)
def newest_submission(facts: Facts, attempt: Attempt, _rules: Rules) -> bool:
    return attempt.submission_id in (None, facts.pending_submission_id)


@_particular(Refusal.STALE_LEVEL)
def level_seen(facts: Facts, attempt: Attempt, _rules: Rules) -> bool:
    return attempt.actor.role is Role.SYSTEM or attempt.from_level == facts.escalation_level


@_about(Refusal.AT_LAST_LEVEL)
def below_last_level(facts: Facts, attempt: Attempt, _rules: Rules) -> bool:
    return facts.escalation_level < LAST_LEVEL or (attempt.actor.role is Role.SYSTEM and facts.state is State.OVERDUE)


@_about(Refusal.ALREADY_RECEIVED)
def not_signed(facts: Facts, _attempt: Attempt, _rules: Rules) -> bool:
    return not facts.receipt_signed


@_about(Refusal.ALREADY_RECEIVED)
def not_received(facts: Facts, _attempt: Attempt, _rules: Rules) -> bool:
    return facts.received_at is None


@_about(Refusal.NOT_SELF_FOUND)
def self_found(facts: Facts, _attempt: Attempt, _rules: Rules) -> bool:
    return facts.origin is Origin.UNIT


@_about(Refusal.EXTENSION_PENDING)
def no_extension_pending(facts: Facts, _attempt: Attempt, _rules: Rules) -> bool:
    return facts.pending_extension_id is None


@_about(Refusal.NO_EXTENSION_PENDING)
def extension_pending(facts: Facts, _attempt: Attempt, _rules: Rules) -> bool:
    return facts.pending_extension_id is not None


@_about(Refusal.EXTENSIONS_USED_UP)
def extensions_left(facts: Facts, _attempt: Attempt, rules: Rules) -> bool:
    return facts.extensions < rules.policy.extensions.at_most


@_about(Refusal.NO_DEADLINE)
def has_deadline(facts: Facts, _attempt: Attempt, _rules: Rules) -> bool:
    return facts.deadline is not None


@_about(Refusal.NOT_REPORTED)
def reported(facts: Facts, _attempt: Attempt, _rules: Rules) -> bool:
    return facts.reported_at is not None


@_particular(Refusal.NO_OPINION)
def opinion_given(facts: Facts, _attempt: Attempt, _rules: Rules) -> bool:
    return facts.opinion_awaited_since is None


@_particular(Refusal.NOT_DUE)
def deadline_missed(facts: Facts, attempt: Attempt, _rules: Rules) -> bool:
    return facts.deadline is not None and not is_kept(facts.deadline, attempt.at)


@_particular(Refusal.DEADLINE_MISSING)
def names_deadline(_facts: Facts, attempt: Attempt, _rules: Rules) -> bool:
    counted = attempt.move is Move.NOTIFY and attempt.working_days is not None
    return attempt.deadline is not None or counted


@_particular(Refusal.DEADLINE_PAST)
def deadline_ahead(_facts: Facts, attempt: Attempt, _rules: Rules) -> bool:
    counted = attempt.working_days is None or attempt.working_days > 0
    return counted and (attempt.deadline is None or attempt.deadline > attempt.at)


@_particular(Refusal.DEADLINE_AFTER_EXAM)
def deadline_before_exam(_facts: Facts, attempt: Attempt, rules: Rules) -> bool:
    latest = rules.latest_deadline()
    return attempt.deadline is None or latest is None or latest <= attempt.at or attempt.deadline <= latest


@_particular(Refusal.DEADLINE_NOT_LATER)
def deadline_later(facts: Facts, attempt: Attempt, _rules: Rules) -> bool:
    return attempt.deadline is None or facts.deadline is None or attempt.deadline > facts.deadline


@_particular(Refusal.EXTENSION_TOO_LONG)
def extension_within_limit(facts: Facts, attempt: Attempt, rules: Rules) -> bool:
    original = facts.original_deadline
    if attempt.deadline is None or original is None:
        return True
    return attempt.deadline <= working_days_after(
        rules.calendar, original, rules.policy.extensions.longest_working_days
    )


@_particular(Refusal.EVIDENCE_MISSING)
def evidence_of_settlement(_facts: Facts, attempt: Attempt, rules: Rules) -> bool:
    return attempt.evidence >= rules.policy.evidence.settlement


@_particular(Refusal.EVIDENCE_MISSING)
def evidence_of_submission(facts: Facts, attempt: Attempt, rules: Rules) -> bool:
    return attempt.evidence >= rules.policy.evidence.submission.of(facts.severity)


@_particular(Refusal.REMAINDER_MISSING)
def names_remainder(_facts: Facts, attempt: Attempt, _rules: Rules) -> bool:
    return attempt.names_remainder


def failing_escalates(facts: Facts, _attempt: Attempt, rules: Rules) -> bool:
    """整改不到位: the n-th failure of the cycle, or a failure of a submission that came late."""
    return facts.submitted_late or facts.failures + 1 >= rules.policy.reviews.failures.of(facts.severity)


def partial_counts(facts: Facts, _attempt: Attempt, rules: Rules) -> bool:
    """Beyond m partial reviews in a cycle each counts as a failure."""
    return facts.partials >= rules.policy.reviews.partials


def partial_escalates(facts: Facts, attempt: Attempt, rules: Rules) -> bool:
    return partial_counts(facts, attempt, rules) and failing_escalates(facts, attempt, rules)


def already_received(facts: Facts, _attempt: Attempt, _rules: Rules) -> bool:
    """Received, deemed received or submitted."""
    return facts.received_at is not None
