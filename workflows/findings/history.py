"""What a finding has ever been, read from its events: all cycles together, whatever its present one says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from workflows.findings.event_deadlines import deadlines_of
from workflows.vocabulary import Move

_NEW_CYCLE = (Move.SET_ANEW, Move.REOPEN)
_RECEIPTS = (Move.BEGIN, Move.SUBMIT, Move.DEEM_RECEIVED)


class PastMove(Protocol):
    """A move as its event tells of it; instants may be text."""

    @property
    def move(self) -> str: ...
    @property
    def escalation_level(self) -> int: ...
    @property
    def at(self) -> Any: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(slots=True)
class History:
    """What the facts of the same names say of a finding with these events."""

    first_overdue_at: Any = None
    first_deadline: str | None = None
    failures_in_all: int | None = 0  # None: an earlier version wrote down a partial review without saying if it counted
    highest_level: int = 0


def history_of(events: Iterable[PastMove]) -> History:
    """The history of a finding, its events in their order."""
    past, first_cycle, from_receipt = History(), True, False
    for event in events:
        past.highest_level = max(past.highest_level, event.escalation_level)
        first_cycle = first_cycle and event.move not in _NEW_CYCLE
        if event.move == Move.EXPIRE:
            past.first_overdue_at = past.first_overdue_at or event.data.get("due_at", event.at)
        elif event.move in (Move.REVIEW_FAIL, Move.REVIEW_PARTIAL):
            past.failures_in_all = _with_failure(past.failures_in_all, event)
        set_ = deadlines_of(event.move, event.data).set
        counted_now = from_receipt and event.move in _RECEIPTS
        # the holidays of its year were not known when it was first counted
        recounted = event.move == Move.RECOUNT and event.data.get("deadline_before") == past.first_deadline
        if set_ and (past.first_deadline is None or (first_cycle and (counted_now or recounted))):
            past.first_deadline = set_
        if event.move == Move.NOTIFY:
            from_receipt = event.data.get("working_days") is not None
        elif counted_now or event.move == Move.GRANT_EXTENSION:  # counted once; an instant that was granted is one
            from_receipt = False
    return past


def _with_failure(before: int | None, review: PastMove) -> int | None:
    counts = True if review.move == Move.REVIEW_FAIL else review.data.get("counts_as_failure")
    return None if before is None or counts is None else before + bool(counts)
