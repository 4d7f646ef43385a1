"""Readiness (落实情况): whether one item of a checklist is in place at one unit, and when it falls due.

Notice, part 2: units check themselves against the annexes, those above inspect them against the same; the column
完成时间 says by when each item has to be in place.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflows.deadlines import first_instant_after, is_kept
from workflows.vocabulary import Answer, Readiness


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """The newest facts of an item at a unit, over all sheets and findings.

    An answer that opened a finding is not kept as an answer: the finding tells how it went on. Neither is 'not seen',
    which says nothing, and takes nothing back that was seen before.
    """

    answer: Answer | None = None  # the newest
    answered_at: datetime | None = None
    put_right_at: datetime | None = None  # when a finding on the item was last verified
    found: bool = False  # a finding on it is open; not what the clock proposed and nobody has taken up


def checks_of(due_at: datetime | None, week_ends: Sequence[datetime] | None) -> tuple[datetime, ...]:
    """The instants by which an item has to be confirmed, in order; after each, what is weekly is to be checked anew.

    `due_at` is the end of its last day, if any; `week_ends` are the weekly reports' deadlines, for a weekly item.
    """
    if week_ends is None:
        return (due_at,) if due_at else ()
    return tuple(end for end in week_ends if due_at is None or end <= due_at)


def readiness(facts: ItemFacts, checks: Sequence[datetime], now: datetime) -> Readiness:
    """How it stands with an item.

    An open finding outweighs whatever a unit says of itself; else the newest word counts, of an answer or of a
    finding that was verified. What is in place at a weekly item stays so until a whole week has ended without anybody
    confirming it; what does not apply needs no second look.
    """
    if facts.found:
        return Readiness.NOT_IN_PLACE
    answer, at = _newest(facts)
    if answer in (Answer.NOT_IN_PLACE, Answer.NOT_APPLICABLE):
        return Readiness(answer)
    if _missed(at, checks[: bisect_left(checks, now)]):
        return Readiness.LATE
    return Readiness.NOT_SEEN if at is None else Readiness.IN_PLACE


def falls_due_at(due_at: datetime) -> datetime:
    """The first instant at which an item is unconfirmed too long, and a finding is proposed."""
    return first_instant_after(due_at)


def fallen_due(due_at: datetime | None, since: datetime, now: datetime) -> bool:
    """Whether an item fell due from `since` to `now`, both included."""
    return due_at is not None and since <= falls_due_at(due_at) <= now


def next_fall_due(dues: Iterable[datetime | None], now: datetime) -> datetime | None:
    """When the next of some items falls due after `now`; none when none does."""
    return min((at for due_at in dues if due_at and (at := falls_due_at(due_at)) > now), default=None)


def _newest(facts: ItemFacts) -> tuple[Answer | None, datetime | None]:
    put_right, answered = facts.put_right_at, facts.answered_at
    if put_right and (answered is None or put_right >= answered):
        return Answer.IN_PLACE, put_right
    return facts.answer, answered


def _missed(confirmed_at: datetime | None, passed: Sequence[datetime]) -> bool:
    """Whether the last check that has passed was missed: confirmed neither within its week nor since."""
    if not passed or confirmed_at is None:
        return bool(passed)
    return len(passed) > 1 and is_kept(passed[-2], confirmed_at)
