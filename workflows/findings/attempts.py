"""What an actor wants to do, and why the law may refuse it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflows.findings.facts import Actor
from workflows.vocabulary import Clock, Move


@dataclass(frozen=True, slots=True)
class Attempt:
    """One move that is tried; only the particulars that the move knows are set."""

    move: Move
    actor: Actor
    at: datetime  # now
    deadline: datetime | None = None
    working_days: int | None = None  # a deadline counted from receipt
    evidence: int = 0  # pieces of evidence that come with it
    names_remainder: bool = False  # a partial review: whether it says what is still to be done
    submission_id: str | None = None  # the new one (submit) or the one that was seen (reviews)
    extension_id: str | None = None
    from_level: int | None = None  # the level that the leader saw
    clock: Clock | None = None  # which clock moves
    step: str | None = None
    due_at: datetime | None = None  # when the clock's move was due


class Refusal(StrEnum):
    """Why a move was refused; the doors turn these into sentences."""

    NOT_YOURS = "not_yours"  # the actor is on no side that may do this
    WRONG_STATE = "wrong_state"
    VOIDED = "voided"
    MAJOR = "major"  # a major finding is not settled on the spot
    REVIEW_PENDING = "review_pending"
    NOTHING_PENDING = "nothing_pending"
    STALE_SUBMISSION = "stale_submission"
    STALE_LEVEL = "stale_level"
    AT_LAST_LEVEL = "at_last_level"
    ALREADY_RECEIVED = "already_received"
    NOT_SELF_FOUND = "not_self_found"
    EXTENSION_PENDING = "extension_pending"
    NO_EXTENSION_PENDING = "no_extension_pending"
    EXTENSIONS_USED_UP = "extensions_used_up"
    NO_DEADLINE = "no_deadline"  # a deadline counted from receipt has not started
    NOT_REPORTED = "not_reported"  # bureau and committee have not heard of it
    NOT_DUE = "not_due"  # the clock came too early
    NOT_PROVISIONAL = "not_provisional"  # the deadline was counted with all holidays known
    NO_OPINION = "no_opinion"  # a deadline is set anew only with a handling opinion
    DEADLINE_MISSING = "deadline_missing"
    DEADLINE_PAST = "deadline_past"
    DEADLINE_AFTER_EXAM = "deadline_after_exam"
    DEADLINE_NOT_LATER = "deadline_not_later"
    EXTENSION_TOO_LONG = "extension_too_long"
    EVIDENCE_MISSING = "evidence_missing"
    REMAINDER_MISSING = "remainder_missing"  # partly done, and nobody said what is not


class TransitionRefused(Exception):
    """The law refuses the move; nothing has changed."""

    def __init__(self, move: Move, refusal: Refusal) -> None:
        super().__init__(f"{move}: {refusal}")
        self.move = move
        self.refusal = refusal
