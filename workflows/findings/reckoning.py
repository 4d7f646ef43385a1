"""How a finding's deadline came about: read from its events, in steps that end with the deadline in force."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from workflows.calendar import to_utc
from workflows.calendar_file import SATURDAY
from workflows.deadlines import resumed, working_days_after, working_time_between
from workflows.findings.event_deadlines import deadlines_of
from workflows.rules import Rules
from workflows.vocabulary import Holiday, Move, State

_RECEIPTS = (Move.BEGIN, Move.SUBMIT, Move.DEEM_RECEIVED)


class DeadlineStep(StrEnum):
    """How a deadline was come by."""

    NAMED = "named"  # an instant that the notice names
    FROM_RECEIPT = "from_receipt"  # working days from receipt, and nobody has received it yet
    COUNTED = "counted"  # working days from receipt
    OWN = "own"  # chosen by the unit for what it found itself
    RECOUNTED = "recounted"  # counted anew once the holidays were known
    GRANTED = "granted"  # more time was granted
    RESUMED = "resumed"  # runs on after a review with what had remained
    GRACE = "grace"  # runs on after a review for the policy's grace
    SET_ANEW = "set_anew"  # with a handling opinion
    REOPENED = "reopened"  # after a look-back


class Bound(StrEnum):
    """What ends a deadline earlier than it was counted to."""

    NOTICE = "notice"  # the instant that the notice names as well
    EXAM = "exam"  # the last working moment before the exam


class DayOff(NamedTuple):
    """A day that did not count; without a holiday it is a weekend, or off for a reason of its own."""

    on: date
    holiday: Holiday | None


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One step; a later one takes the place of those before. Instants are in UTC, days the calendar's."""

    kind: DeadlineStep
    at: datetime  # when it was so set
    deadline: datetime | None  # what it came to; none: not yet
    since: datetime | None = None  # what was counted from
    working_days: int | None = None  # that were counted
    skipped: tuple[DayOff, ...] = ()  # days after `since` up to the end that did not count
    made_up: tuple[date, ...] = ()  # Saturdays and Sundays among them that are worked
    counted_to: datetime | None = None  # where the count ends, when something else ended it earlier
    bound: Bound | None = None
    remaining: timedelta | None = None  # working time that had remained at the submission
    is_deemed: bool = False  # counted from a receipt that nobody signed for
    is_certain: bool = True  # whether the holidays of all its days are known
    by_rules_of_then: bool = False  # today's calendar and exam days come to another end: then no days are told


class PastMove(Protocol):
    """A move as its event tells of it."""

    @property
    def move(self) -> Move: ...
    @property
    def at(self) -> datetime: ...
    @property
    def to_state(self) -> State: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


_BY_HAND = {
    Move.NOTIFY: DeadlineStep.NAMED,
    Move.GRANT_EXTENSION: DeadlineStep.GRANTED,
    Move.SET_ANEW: DeadlineStep.SET_ANEW,
    Move.REOPEN: DeadlineStep.REOPENED,
}


@dataclass(slots=True)
class _Story:
    """What is known while the events are read."""

    rules: Rules
    days: int | None = None  # working days of a notice that counts from receipt
    named: datetime | None = None  # the instant that it names as well
    deadline: datetime | None = None
    stopped_at: datetime | None = None  # by a submission
    is_pending: bool = False  # whether one waits for its review
    counted: Reckoned | None = None  # the count that a later recount does again


def reckoning(events: Iterable[PastMove], rules: Rules) -> list[Reckoned]:
    """The steps, oldest first, of all cycles; empty while nothing has been said about a deadline."""
    story = _Story(rules)
    return [step for event in events for step in _steps(event, story)]


def _steps(event: PastMove, story: _Story) -> Iterator[Reckoned]:
    set_ = deadlines_of(event.move, event.data).set
    deadline = to_utc(datetime.fromisoformat(set_)) if set_ else None
    if event.move is Move.NOTIFY and (days := event.data.get("working_days")):
        story.days, story.named = int(days), deadline
        yield Reckoned(DeadlineStep.FROM_RECEIPT, event.at, deadline, working_days=story.days)
    elif deadline and (step := _step(event, story, deadline)):
        story.counted = step
        yield step
    story.deadline = deadline or story.deadline
    _follow(event, story, has_deadline=deadline is not None)


def _step(event: PastMove, story: _Story, deadline: datetime) -> Reckoned | None:
    if kind := _BY_HAND.get(event.move):
        return Reckoned(kind, event.at, deadline)
    if event.move in _RECEIPTS:
        return _of_receipt(event, story, deadline)
    if event.move in (Move.REVIEW_PARTIAL, Move.REVIEW_FAIL):
        return _of_review(event, story, deadline)
    if event.move is not Move.RECOUNT:
        return None
    before = story.counted
    if before is None or before.since is None or before.working_days is None:
        return Reckoned(DeadlineStep.RECOUNTED, event.at, deadline)
    return _counted(DeadlineStep.RECOUNTED, event.at, before.since, before.working_days, deadline, story)


def _of_receipt(event: PastMove, story: _Story, deadline: datetime) -> Reckoned | None:
    if story.days is None:
        return Reckoned(DeadlineStep.OWN, event.at, deadline) if deadline != story.deadline else None
    due_at = event.data.get("due_at")  # receipt is deemed when it was due
    since = to_utc(datetime.fromisoformat(due_at)) if due_at and event.move is Move.DEEM_RECEIVED else event.at
    step = _counted(DeadlineStep.COUNTED, event.at, since, story.days, deadline, story)
    return replace(step, is_deemed=event.move is Move.DEEM_RECEIVED)


def _of_review(event: PastMove, story: _Story, deadline: datetime) -> Reckoned:
    """What runs on is what had remained, in working time, or the grace: whichever is later."""
    calendar, grace = story.rules.calendar, story.rules.policy.reviews.grace_working_days
    if story.stopped_at is None or story.deadline is None:
        return Reckoned(DeadlineStep.RESUMED, event.at, deadline, by_rules_of_then=True)
    remaining = working_time_between(calendar, story.stopped_at, story.deadline)
    end = resumed(calendar, now=event.at, remaining=remaining, grace_working_days=grace, latest=None)
    if end == working_days_after(calendar, event.at, grace):
        return _counted(DeadlineStep.GRACE, event.at, event.at, grace, deadline, story)
    step = Reckoned(DeadlineStep.RESUMED, event.at, deadline, event.at, remaining=remaining)
    return _up_to(end, step, story)


def _counted(
    kind: DeadlineStep, at: datetime, since: datetime, days: int, deadline: datetime, story: _Story
) -> Reckoned:
    end = working_days_after(story.rules.calendar, since, days)
    return _up_to(end, Reckoned(kind, at, deadline, since, days), story)


def _up_to(end: datetime, step: Reckoned, story: _Story) -> Reckoned:
    """The step with the days up to where its count ends, and with what ended it earlier."""
    calendar, since, deadline = story.rules.calendar, step.since or step.at, step.deadline
    bound = None
    if deadline and deadline < end:
        bounds = {story.rules.latest_deadline(): Bound.EXAM, story.named: Bound.NOTICE}
        bound = bounds.get(deadline)
    if deadline != end and bound is None:
        return replace(step, by_rules_of_then=True)
    days = _days_between(calendar.local_date(since), calendar.local_date(end))
    return replace(
        step,
        skipped=tuple(DayOff(day, calendar.holiday(day)) for day in days if not calendar.is_working_day(day)),
        made_up=tuple(day for day in days if day.weekday() >= SATURDAY and calendar.is_working_day(day)),
        counted_to=end if bound else None,
        bound=bound,
        is_certain=calendar.knows(since, end),
    )


def _days_between(first: date, last: date) -> list[date]:
    """The days after the first up to the last."""
    return [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]


def _follow(event: PastMove, story: _Story, *, has_deadline: bool) -> None:
    """What the next events are read by, as the law's effects leave it."""
    if event.move is not Move.NOTIFY and (event.move in _BY_HAND or (event.move in _RECEIPTS and has_deadline)):
        story.days = None
    if event.move is Move.SUBMIT:
        story.is_pending = True
        if event.to_state is State.RECTIFYING:
            story.stopped_at = story.stopped_at or event.at
    elif event.move in (Move.REVIEW_PASS, Move.REVIEW_PARTIAL, Move.REVIEW_FAIL):
        story.stopped_at, story.is_pending = None, False
    elif event.move is Move.GRANT_EXTENSION and story.is_pending:
        story.stopped_at = story.stopped_at or event.at
    elif event.move is Move.SET_ANEW:
        story.stopped_at = event.at if story.is_pending else None
